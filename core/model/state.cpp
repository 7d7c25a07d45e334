#include "core/model/state.h"

#include "core/base/error.h"

namespace espalier {

const at::Tensor& Batch::at(const std::string& name) const {
  const auto it = tensors.find(name);
  if (it == tensors.end()) throw Error(ErrorKind::InvalidInput, "The inputs lack \"" + name + "\", which this model needs.");
  return it->second;
}

namespace {

at::Tensor repeatRows(const at::Tensor& t, int64_t times) {
  std::vector<int64_t> repeats(size_t(t.dim()), 1);
  repeats[0] = times;
  return t.repeat(repeats);
}

}  // namespace

void matchForks(at::Tensor& a, at::Tensor& b) {
  const int64_t ra = a.size(0), rb = b.size(0);
  if (ra == rb) return;
  at::Tensor& few = ra < rb ? a : b;
  const int64_t many = std::max(ra, rb);
  if (few.size(0) == 0 || many % few.size(0) != 0)
    throw Error(ErrorKind::InvalidInput, "Two inputs of the model have " + std::to_string(ra) + " and " +
                                             std::to_string(rb) + " rows; the same number was expected.");
  few = repeatRows(few, many / few.size(0));
}

at::Tensor lossOfForks(const State& state) {
  const auto sums = state.lossSum.view({-1, state.lossCount.size(0)}).sum(1);
  return sums / state.lossCount.sum();
}

}  // namespace espalier
