#include "core/data/formats/format.h"

namespace espalier {

namespace pictures_format {

std::optional<DataKind> recognise(const DataPlace& place) {
  return place.holdsPictures() ? std::optional(DataKind::Pictures) : std::nullopt;
}

void read(const DataPlace& place, Dataset& out) {
  out.kind = DataKind::Pictures;
  for (const auto& f : place.files())
    if (isPictureFile(f)) out.samples.push_back({f, {}, {}, {}});
}

}  // namespace pictures_format

const DataFormat kPicturesFormat = {"pictures", "A folder of pictures alone", pictures_format::recognise,
                                    pictures_format::read};

}  // namespace espalier
