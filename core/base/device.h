#pragma once

#include <string>
#include <vector>

namespace espalier {

// Where a model computes: the processor, or an accelerator that the LibTorch at hand was built for. A plain
// value; only core/base/torch_device.h knows what LibTorch calls it.
struct Device {
  std::string kind = "cpu";  // or "cuda"
  int index = 0;             // of several accelerators of a kind

  bool isCpu() const { return kind == "cpu"; }
  bool operator==(const Device&) const = default;
};

std::string nameOf(const Device& device);  // "cpu", "cuda:0"

// Those there are; the processor comes first.
std::vector<Device> devices();

// "cpu", "cuda" (the first one) or "cuda:1". Throws Error (InvalidInput) naming the flag: another word, or a
// device that is not there.
Device deviceNamed(const std::string& text, const std::string& flag = "--device");

// The device that models are opened on where nothing else is said. Set once at start; the processor before.
void setDefaultDevice(const Device& device);
Device defaultDevice();

}  // namespace espalier
