#include "core/image/picture_tensor.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"

namespace espalier {

namespace {

int64_t productFrom(const std::vector<int64_t>& shape, size_t first) {
  return std::accumulate(shape.begin() + std::ptrdiff_t(std::min(first, shape.size())), shape.end(),
                         int64_t(1), std::multiplies<>());
}

[[noreturn]] void failToJoin(const std::string& name) {
  throw Error(ErrorKind::Internal, "Pictures of one batch have different " + name + ".");
}

template <typename T>
PictureTensor joinOne(const std::string& name, const std::vector<const PictureTensor*>& parts) {
  const auto& first = parts.front()->shape;
  std::vector<int64_t> shape = first;
  shape[0] = 0;
  for (const auto* part : parts) {
    if (part->shape.size() != first.size() || !std::holds_alternative<std::vector<T>>(part->values) ||
        (first.size() > 2 && !std::equal(first.begin() + 2, first.end(), part->shape.begin() + 2)))
      failToJoin(name);
    shape[0] += part->shape[0];
    if (first.size() > 1) shape[1] = std::max(shape[1], part->shape[1]);
  }
  std::vector<T> values(size_t(productFrom(shape, 0)));
  const int64_t row = productFrom(shape, 1);
  auto to = values.begin();
  for (const auto* part : parts) {
    const auto& from = std::get<std::vector<T>>(part->values);
    const int64_t partRow = productFrom(part->shape, 1);
    for (int64_t r = 0; r < part->shape[0]; ++r, to += row)
      std::copy_n(from.begin() + r * partRow, partRow, to);
  }
  return {std::move(shape), std::move(values)};
}

}  // namespace

PictureTensors joinPictures(const std::vector<PictureTensors>& pictures) {
  PictureTensors out;
  for (const auto& [name, first] : pictures.front()) {
    std::vector<const PictureTensor*> parts;
    for (const auto& picture : pictures) {
      const auto found = picture.find(name);
      if (found == picture.end() || picture.size() != pictures.front().size()) failToJoin(name);
      parts.push_back(&found->second);
    }
    out[name] = std::visit(
        [&name = name, &parts](const auto& values) {
          return joinOne<typename std::decay_t<decltype(values)>::value_type>(name, parts);
        },
        first.values);
  }
  return out;
}

}  // namespace espalier
