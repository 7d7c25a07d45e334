#include "core/model/layers/contrastive_loss.h"

#include <ATen/core/grad_mode.h>

#include <limits>

#include "core/base/error.h"

namespace espalier {

at::Tensor ofLengthOne(const at::Tensor& vectors) {
  return vectors / vectors.norm(2, {-1}, true).clamp_min(1e-12);
}

at::Tensor similarities(const State& state, const at::Tensor& pictures, const at::Tensor& texts,
                        const at::Tensor& scale) {
  const int64_t p = state.inputs->at("pixel_values").size(0), r = state.inputs->at("input_ids").size(0);
  const auto ofForks = [](const at::Tensor& t, int64_t rows) {
    return t.reshape({t.size(0) / rows, rows, t.size(1)});
  };
  return at::matmul(ofForks(texts, r), ofForks(pictures, p).transpose(1, 2)) * scale;
}

namespace {

// Which picture each text belongs to, int64 [R]; undefined where the inputs do not say.
at::Tensor pictureOfTexts(const State& state, const at::Tensor& similarities) {
  const int64_t rows = similarities.size(1), pictures = similarities.size(2);
  auto picture = state.inputs->find("image_index");
  if (!picture.defined()) {
    if (rows != pictures) return {};
    picture = at::arange(rows, similarities.options().dtype(at::kLong));
  }
  if (picture.size(0) != rows || picture.min().item<int64_t>() < 0 ||
      picture.max().item<int64_t>() >= pictures)
    throw Error(ErrorKind::InvalidInput, "image_index must name one of the " + std::to_string(pictures) +
                                             " pictures for each of the " + std::to_string(rows) + " texts.");
  return picture;
}

}  // namespace

at::Tensor contrastiveLoss(const State& state, const at::Tensor& similarities) {
  const int64_t forks = similarities.size(0), rows = similarities.size(1);
  const auto picture = pictureOfTexts(state, similarities);
  if (!picture.defined()) return {};
  const auto s = at::GradMode::is_enabled() ? similarities : similarities.to(at::kDouble);
  const auto own = s.gather(2, picture.view({1, rows, 1}).expand({forks, rows, 1})).squeeze(2);
  const auto ofText = at::logsumexp(s, {2}) - own;
  // [forks, picture of row, text]
  const auto byPicture = s.transpose(1, 2).index_select(1, picture);
  const auto samePicture = picture.unsqueeze(0) == picture.unsqueeze(1);
  const auto others =
      samePicture.logical_and(at::eye(rows, similarities.options().dtype(at::kBool)).logical_not());
  const auto ofPicture =
      at::logsumexp(byPicture.masked_fill(others, -std::numeric_limits<double>::infinity()), {2}) - own;
  return ((ofText + ofPicture) / 2).view({forks * rows});
}

at::Tensor pairwiseLoss(const State& state, const at::Tensor& similarities) {
  const auto picture = pictureOfTexts(state, similarities);
  if (!picture.defined()) return {};
  const auto s = at::GradMode::is_enabled() ? similarities : similarities.to(at::kDouble);
  const auto together =
      picture.unsqueeze(1) == at::arange(similarities.size(2), picture.options()).unsqueeze(0);
  const auto sign = together.to(s.scalar_type()) * 2 - 1;
  return -at::log_sigmoid(s * sign).sum(2).flatten();
}

}  // namespace espalier
