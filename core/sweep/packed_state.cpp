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

std::map<std::string, at::Tensor> takeNamed(PackedReader& in) {
  std::map<std::string, at::Tensor> tensors;
  for (auto left = in.take<size_t>(); left > 0; --left) {
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
  out.put(host.scalar_type());
  out.put(host.sizes().vec());
  out.put(host.strides().vec());
  const auto* bytes = static_cast<const char*>(host.data_ptr());
  out.put(std::string(bytes, host.nbytes()));
}

at::Tensor takeTensor(PackedReader& in) {
  if (!in.take<bool>()) return {};
  const auto type = in.take<at::ScalarType>();
  const auto sizes = in.takeVector<int64_t>(), strides = in.takeVector<int64_t>();
  auto t = at::empty_strided(sizes, strides, type);
  const auto bytes = in.takeText();
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
