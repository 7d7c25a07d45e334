#include "core/model/state.h"

#include "core/base/error.h"

namespace espalier {

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

at::Tensor sumOf(at::Tensor a, at::Tensor b) {
  matchForks(a, b);
  return a + b;
}

at::Tensor productOf(at::Tensor a, at::Tensor b) {
  matchForks(a, b);
  return a * b;
}

at::Tensor pictureOfEachRow(const State& state, const at::Tensor& pictures) {
  if (!state.inputs->has("image_index")) return pictures;
  const int64_t count = state.inputs->at("pixel_values").size(0), forks = pictures.size(0) / count;
  auto shape = pictures.sizes().vec();
  shape[0] = count;
  shape.insert(shape.begin(), forks);
  return pictures.reshape(shape).index_select(1, state.inputs->at("image_index")).flatten(0, 1);
}

at::Tensor lossOfForks(const State& state) {
  if (!state.lossSum.defined())
    throw Error(ErrorKind::InvalidInput,
                "The model gives no loss for these inputs: it has no head, or the inputs have no labels.");
  const auto sums = state.lossSum.view({-1, state.lossCount.size(0)}).sum(1);
  return sums / state.lossCount.sum();
}

}  // namespace espalier
