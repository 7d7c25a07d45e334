#include "core/data/formats/format.h"

namespace espalier {

namespace {

std::optional<DataKind> recognise(const DataPlace& place) {
  return place.holdsPictures() ? std::optional(DataKind::Pictures) : std::nullopt;
}

void read(const DataPlace& place, Dataset& out) {
  out.kind = DataKind::Pictures;
  for (const auto& f : place.files())
    if (isPictureFile(f)) out.samples.push_back({f, {}, {}, {}});
}

}  // namespace

const DataFormat kPicturesFormat = {"pictures", "A folder of pictures alone", recognise, read};

}  // namespace espalier
