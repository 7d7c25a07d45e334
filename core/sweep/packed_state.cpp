#include "core/sweep/packed_state.h"

#include <algorithm>
#include <utility>

namespace espalier {

namespace {

using Streams = std::vector<at::Tensor State::*>;

// Every tensor of a state but those that have names.
const Streams& streams() {
  static const Streams all{&State::hidden,      &State::attentionBias, &State::rotary,     &State::context,
                           &State::contextBias, &State::labels,        &State::logits,     &State::lossSum,
                           &State::lossCount,   &State::lossTerms,     &State::lossTargets};
  return all;
}

void putNamed(PackedValues& out, const std::map<std::string, at::Tensor>& tensors) {
  out.put(tensors.size());
  for (const auto& [name, t] : tensors) {
    out.put(name);
    putTensor(out, t);
  }
}

// Throws where no stream has the type, or sizes and strides make other bytes than so many, side by side.
void refuseLayout(at::ScalarType type, const std::vector<int64_t>& sizes, const std::vector<int64_t>& strides,
                  size_t bytes) {
  constexpr at::ScalarType kTypes[] = {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong,
                                       at::kInt,   at::kShort,  at::kChar, at::kByte,     at::kBool};
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
    refuseMessage("a tensor of a type that no stream has");
  const auto refuse = [] { refuseMessage("a tensor has other sizes than values"); };
  uint64_t values = 1;
  for (const auto size : sizes) {
    if (size < 0) refuse();
    if (size == 0) values = 0;
  }
  for (const auto size : sizes) {
    // Without running over.
    if (values > 0 && values > bytes / uint64_t(size)) refuse();
    values *= uint64_t(size);
  }
  if (values * at::elementSize(type) != bytes) refuse();
  uint64_t last = 0;  // the place of the last value
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (strides[d] < 0) refuse();
    if (values == 0 || sizes[d] < 2) continue;
    if (uint64_t(strides[d]) > values / uint64_t(sizes[d] - 1)) refuse();
    last += uint64_t(strides[d]) * uint64_t(sizes[d] - 1);
  }
  if (values > 0 && last + 1 != values) refuse();
}

std::map<std::string, at::Tensor> takeNamed(PackedReader& in) {
  std::map<std::string, at::Tensor> tensors;
  for (auto left = in.takeCount(sizeof(size_t)); left > 0; --left) {
    auto name = in.takeText();
    tensors[std::move(name)] = takeTensor(in);
  }
  return tensors;
}

}  // namespace

void putTensor(PackedValues& out, const at::Tensor& t) {
  out.put(t.defined());
  if (!t.defined()) return;
  auto host = t.cpu();
  if (!host.is_non_overlapping_and_dense()) host = host.contiguous();
  out.put(int8_t(host.scalar_type()));
  out.put(host.sizes().vec());
  out.put(host.strides().vec());
  const auto* bytes = static_cast<const char*>(host.data_ptr());
  out.put(std::string(bytes, host.nbytes()));
}

at::Tensor takeTensor(PackedReader& in) {
  if (!in.take<bool>()) return {};
  const auto type = at::ScalarType(in.take<int8_t>());
  const auto sizes = in.takeVector<int64_t>(), strides = in.takeVector<int64_t>(sizes.size());
  const auto bytes = in.takeText();
  refuseLayout(type, sizes, strides, bytes.size());
  auto t = at::empty_strided(sizes, strides, type);
  std::copy(bytes.begin(), bytes.end(), static_cast<char*>(t.data_ptr()));
  return t;
}

std::string packState(const State& state) {
  PackedValues out;
  for (const auto stream : streams()) putTensor(out, state.*stream);
  putNamed(out, state.kept);
  putNamed(out, state.fixed);
  return out.bytes();
}

State unpackState(const std::string& bytes, std::shared_ptr<const Batch> inputs, at::Device device) {
  PackedReader in(bytes);
  State state;
  state.inputs = onDevice(std::move(inputs), device);
  const auto onDeviceToo = [&](at::Tensor& t) {
    if (t.defined()) t = t.to(device);
  };
  for (const auto stream : streams()) {
    state.*stream = takeTensor(in);
    onDeviceToo(state.*stream);
  }
  state.kept = takeNamed(in);
  state.fixed = takeNamed(in);
  for (auto* named : {&state.kept, &state.fixed})
    for (auto& [name, t] : *named) onDeviceToo(t);
  return state;
}

void moveStates(Processes& processes, int from, int to, States& states,
                const std::vector<std::shared_ptr<const Batch>>& batches, at::Device device) {
  if (from == to) return;
  for (size_t b = 0; b < states.size(); ++b) {
    if (processes.rank() == from) processes.sendText(to, packState(std::exchange(states[b], State())));
    if (processes.rank() == to) states[b] = unpackState(processes.receiveText(from), batches[b], device);
  }
}

}  // namespace espalier
