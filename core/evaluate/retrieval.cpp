#include "core/evaluate/retrieval.h"

namespace espalier {

namespace {

// For each row, how many wrong columns are at least as similar as the most similar right one. similarities
// [N, M], right bool [N, M].
at::Tensor wrongBefore(const at::Tensor& similarities, const at::Tensor& right) {
  const double never = -std::numeric_limits<double>::infinity();
  const auto best = std::get<0>(similarities.masked_fill(right.logical_not(), never).max(1, true));
  return (similarities >= best).logical_and(right.logical_not()).sum(1);
}

std::vector<int64_t> ranks(const at::Tensor& wrong) {
  const auto places = (wrong + 1).contiguous();
  return {places.data_ptr<int64_t>(), places.data_ptr<int64_t>() + places.numel()};
}

void recalls(const at::Tensor& wrong, double (&out)[3]) {
  for (size_t k = 0; k < 3; ++k) out[k] = (wrong < kRecallAt[k]).to(at::kDouble).mean().item<double>();
}

}  // namespace

Retrieval retrievalOf(const at::Tensor& similarities, const std::vector<int64_t>& pictureOf) {
  const auto s = similarities.to(at::kDouble);
  const auto owner = at::tensor(pictureOf).unsqueeze(1);
  const auto right = owner == at::arange(s.size(1), at::kLong).unsqueeze(0);
  Retrieval r;
  const auto picturesBefore = wrongBefore(s, right), textsBefore = wrongBefore(s.t(), right.t());
  recalls(picturesBefore, r.pictureRecall);
  recalls(textsBefore, r.textRecall);
  r.pictureRank = ranks(picturesBefore), r.textRank = ranks(textsBefore);
  const auto best = s.argmax(1);
  r.bestPicture.assign(best.data_ptr<int64_t>(), best.data_ptr<int64_t>() + best.numel());
  return r;
}

}  // namespace espalier
