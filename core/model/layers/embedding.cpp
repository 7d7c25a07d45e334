#include "core/model/layers/embedding.h"

#include "core/base/error.h"

namespace espalier {

at::Tensor embedTokens(const Pass& pass, const std::string& table, const at::Tensor& ids) {
  const int64_t known = pass.weights.shape(table)[0];
  if (ids.numel() > 0) {
    const auto low = ids.min().item<int64_t>(), high = ids.max().item<int64_t>();
    if (low < 0 || high >= known)
      throw Error(ErrorKind::InvalidInput, "A text has the token " + std::to_string(low < 0 ? low : high) +
                                               "; the model knows 0 to " + std::to_string(known - 1) + ".");
  }
  return pass.weights.rows(table, ids);
}

at::Tensor embedPositions(const Pass& pass, const std::string& table, const at::Tensor& positions,
                          int64_t offset) {
  const int64_t places = pass.weights.shape(table)[0];
  if (positions.numel() > 0 && positions.max().item<int64_t>() + offset >= places)
    throw Error(ErrorKind::InvalidInput, "A text is " + std::to_string(positions.max().item<int64_t>() + 1) +
                                             " tokens long; the model has " +
                                             std::to_string(places - offset) + " positions.");
  return pass.weights.rows(table, positions + offset);
}

}  // namespace espalier
