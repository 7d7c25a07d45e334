#include "core/explain/occlusion.h"

namespace espalier {

namespace {

constexpr float kAlmostMean = 1e-6f;

}  // namespace

int64_t cellsOf(int64_t patches, int64_t most) {
  for (int64_t cells = std::min(patches, most); cells * 2 >= most; --cells)
    if (patches % cells == 0) return cells;
  return std::min(patches, most);
}

at::Tensor onePicture(const Batch& batch) {
  const auto pixels = batch.find("pixel_values");
  if (!pixels.defined() || pixels.size(0) != 1) return {};
  if (pixels.dim() == 5 && pixels.size(1) == 1) return pixels[0];
  return pixels.dim() == 4 ? pixels : at::Tensor();
}

std::shared_ptr<const Batch> occluded(const Batch& batch, int64_t rows, int64_t columns, int64_t first,
                                      int64_t count, bool textOnce) {
  auto out = std::make_shared<Batch>();
  const int64_t pictures = batch.at("pixel_values").size(0);
  for (const auto& [name, t] : batch.tensors) {
    const bool ofPicture = name.starts_with("pixel_") || name.starts_with("image_s");
    const bool once = t.dim() == 0 || t.size(0) != (ofPicture ? pictures : 1) || (textOnce && !ofPicture);
    if (once) {
      out->tensors[name] = t;
      continue;
    }
    std::vector<int64_t> times(size_t(t.dim()), 1);
    times[0] = count;
    out->tensors[name] = t.repeat(times);
  }
  auto& pixels = out->tensors.at("pixel_values");
  const int64_t height = pixels.size(-2), width = pixels.size(-1);
  // Tiles of zeros are padding to the families that have tiles.
  const float mean = pixels.dim() == 5 ? kAlmostMean : 0;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t cell = first + i, r = cell / columns, c = cell % columns;
    auto picture = pixels[i];
    if (r >= rows) {
      picture.fill_(mean);
      continue;
    }
    const int64_t top = r * height / rows, left = c * width / columns;
    picture.slice(-2, top, (r + 1) * height / rows).slice(-1, left, (c + 1) * width / columns).fill_(mean);
  }
  if (batch.has("image_index") && !textOnce) out->tensors["image_index"] = at::arange(count, at::kLong);
  return out;
}

}  // namespace espalier
