#include "core/model/families/picture_places.h"

#include <numeric>
#include <string>

#include "core/base/error.h"

namespace espalier {

namespace {

// Which features fill the places of each row: first and how many. Without image_index one range for all rows.
struct FeatureRange {
  int64_t begin = 0, count = 0;
};

std::vector<FeatureRange> featuresOfRows(const at::Tensor& pictureOfRow, int64_t rows,
                                         const std::vector<int64_t>& ofPicture) {
  std::vector<int64_t> begins(ofPicture.size() + 1, 0);
  std::partial_sum(ofPicture.begin(), ofPicture.end(), begins.begin() + 1);
  if (!pictureOfRow.defined()) return {{0, begins.back()}};
  const auto index = pictureOfRow.cpu().to(at::kLong).contiguous();
  std::vector<FeatureRange> out;
  for (int64_t r = 0; r < index.numel(); ++r) {
    const int64_t p = index.data_ptr<int64_t>()[r];
    if (index.numel() != rows || p < 0 || p >= int64_t(ofPicture.size())) break;
    out.push_back({begins[size_t(p)], ofPicture[size_t(p)]});
  }
  if (int64_t(out.size()) != rows)
    throw Error(ErrorKind::InvalidInput, "image_index must name one of the " +
                                             std::to_string(ofPicture.size()) + " pictures for each of the " +
                                             std::to_string(rows) + " texts.");
  return out;
}

}  // namespace

at::Tensor putAtPlaces(const Batch& inputs, const at::Tensor& givenIds, const at::Tensor& embedded,
                       const at::Tensor& features, const std::vector<int64_t>& ofPicture,
                       int64_t pictureToken) {
  const auto ids = givenIds.cpu().contiguous();
  const int64_t rows = ids.size(0), length = ids.size(1), width = embedded.size(2), forks = features.size(0);
  const auto ranges = featuresOfRows(inputs.find("image_index"), rows, ofPicture);
  auto source = at::arange(rows * length, at::kLong);
  const auto* id = ids.data_ptr<int64_t>();
  auto* from = source.data_ptr<int64_t>();
  int64_t used = 0;
  const auto check = [&](const FeatureRange& range, const std::string& whose) {
    if (used != range.count)
      throw Error(ErrorKind::InvalidInput, whose + " " + std::to_string(used) + " picture tokens (" +
                                               std::to_string(pictureToken) + "); their pictures make " +
                                               std::to_string(range.count) + ".");
  };
  for (int64_t r = 0; r < rows; ++r) {
    const auto& range = ranges[ranges.size() == 1 ? 0 : size_t(r)];
    const bool own = inputs.has("image_index");
    if (own) used = 0;
    for (int64_t i = r * length; i < (r + 1) * length; ++i)
      if (id[i] == pictureToken) from[i] = rows * length + range.begin + used++;
    if (own) check(range, "Text " + std::to_string(r + 1) + " of a batch holds");
  }
  if (!inputs.has("image_index")) check(ranges[0], "The texts hold");
  const auto texts = embedded.reshape({1, rows * length, width}).expand({forks, rows * length, width});
  return at::cat({texts, features}, 1)
      .index_select(1, source.to(embedded.device()))
      .view({forks * rows, length, width});
}

void refusePicturesLeftOut(const at::Tensor& ids, int64_t pictureToken) {
  const auto count = (ids == pictureToken).sum().item<int64_t>();
  if (count > 0)
    throw Error(ErrorKind::InvalidInput, "The texts hold " + std::to_string(count) + " picture tokens (" +
                                             std::to_string(pictureToken) + "); no picture was given.");
}

}  // namespace espalier
