#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace espalier {

// A tensor in plain values, as a picture processor gives it: row-major, as many values as the product of
// shape.
struct PictureTensor {
  std::vector<int64_t> shape;
  std::variant<std::vector<float>, std::vector<int64_t>, std::vector<uint8_t>> values;
};

// By the names of the reference implementation: pixel_values, image_grid_thw, pixel_attention_mask ...
using PictureTensors = std::map<std::string, PictureTensor>;

// Pictures that were processed one by one as one batch: each tensor's parts one behind another in dimension
// 0. Where the parts differ in dimension 1, the number of tiles, shorter ones are filled up with zeros. At
// least one picture. Throws Error (Internal) if they do not have the same tensors.
PictureTensors joinPictures(const std::vector<PictureTensors>& pictures);

}  // namespace espalier
