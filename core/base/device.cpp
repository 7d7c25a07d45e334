#include "core/base/device.h"

#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <mutex>

#include "core/base/error.h"
#include "core/base/torch_device.h"

namespace espalier {

namespace {

// Kinds that are offered where this LibTorch has them. "privateuseone" is what a backend that LibTorch does
// not know by name registers itself as.
constexpr const char* kAccelerators[] = {"cuda", "privateuseone"};

std::mutex g_deviceMutex;
Device g_device;

int countOf(const std::string& kind) {
  const auto type = at::Device(kind).type();
  if (!c10::impl::hasDeviceGuardImpl(type)) return 0;
  return int(c10::impl::getDeviceGuardImpl(type)->deviceCount());
}

}  // namespace

std::string nameOf(const Device& device) {
  return device.isCpu() ? device.kind : device.kind + ":" + std::to_string(device.index);
}

std::vector<Device> devices() {
  std::vector<Device> out{Device{}};
  for (const char* kind : kAccelerators)
    for (int i = 0; i < countOf(kind); ++i) out.push_back({kind, i});
  return out;
}

Device deviceNamed(const std::string& text, const std::string& flag) {
  if (text == "cpu") return {};
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon);
  const auto number = colon == std::string::npos ? std::string("0") : text.substr(colon + 1);
  const bool known =
      std::find(std::begin(kAccelerators), std::end(kAccelerators), kind) != std::end(kAccelerators);
  if (!known || number.empty() || number.size() > 3 ||
      number.find_first_not_of("0123456789") != std::string::npos)
    throw Error(ErrorKind::InvalidInput,
                flag + " is \"" + text + "\"; cpu, cuda or, of several cards, cuda:1 was expected.");
  const Device device{kind, std::stoi(number)};
  const int count = countOf(kind);
  if (device.index < count) return device;
  if (count > 0)
    throw Error(ErrorKind::InvalidInput, flag + " is \"" + text + "\"; the last device of that kind is " +
                                             nameOf({kind, count - 1}) + ".");
  const bool built = c10::impl::hasDeviceGuardImpl(at::Device(kind).type());
  throw Error(ErrorKind::InvalidInput,
              flag + " is \"" + text + "\", but " +
                  (built ? "no such card is found; a card and its driver, or cpu, is needed."
                         : "this LibTorch was built without it; a LibTorch with CUDA, or cpu, is needed."));
}

void setDefaultDevice(const Device& device) {
  std::lock_guard lock(g_deviceMutex);
  g_device = device;
}

Device defaultDevice() {
  std::lock_guard lock(g_deviceMutex);
  return g_device;
}

at::Device torchDevice(const Device& device) {
  return device.isCpu() ? at::Device(at::kCPU) : at::Device(nameOf(device));
}

}  // namespace espalier
