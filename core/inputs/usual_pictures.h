#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "core/image/picture_processor.h"

namespace espalier {

// What a family does with pictures where its folder does not say: as its published models do, at the picture
// size that config.json names.
using UsualPictures = std::shared_ptr<const PictureProcessor> (*)(const nlohmann::json& config);

// Resized to the tower's size; the numbers scaled by mean and deviation of CLIP's training pictures, of
// ImageNet, or by a half each.
std::shared_ptr<const PictureProcessor> clipPictures(const nlohmann::json& config);
std::shared_ptr<const PictureProcessor> imageNetPictures(const nlohmann::json& config);
std::shared_ptr<const PictureProcessor> halfPictures(const nlohmann::json& config);

std::shared_ptr<const PictureProcessor> evaPictures(
    const nlohmann::json& config);  // as clipPictures; "img_size"
std::shared_ptr<const PictureProcessor> timmPictures(const nlohmann::json& config);  // "pretrained_cfg"
std::shared_ptr<const PictureProcessor> siglip2Pictures(
    const nlohmann::json& config);                                                   // patches of any shape
std::shared_ptr<const PictureProcessor> qwenPictures(const nlohmann::json& config);  // grids of any size
std::shared_ptr<const PictureProcessor> idefics3Pictures(const nlohmann::json& config);  // tiles
std::shared_ptr<const PictureProcessor> llavaNextPictures(const nlohmann::json& config);
std::shared_ptr<const PictureProcessor> llavaOneVisionPictures(const nlohmann::json& config);

}  // namespace espalier
