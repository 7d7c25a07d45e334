#pragma once

#include <memory>
#include <string>

#include "core/image/config_reader.h"
#include "core/image/picture_processor.h"

namespace espalier {

// The classes of picture processors that divide pictures or give more than their pixels, each from its
// settings. Each is a file here and a line in picture_processor.cpp.

// Qwen2-VL to Qwen3.5: any resolution within a number of pixels, flattened patches.
std::shared_ptr<const PictureProcessor> qwen2VlPictures(const ConfigReader& in, const std::string& name);
// SigLIP 2 of variable resolution: at most so many flattened patches, filled up, with mask and grid.
std::shared_ptr<const PictureProcessor> siglip2Pictures(const ConfigReader& in, const std::string& name);
// Idefics3 and SmolVLM: square parts, the whole picture last, masks that exclude padding.
std::shared_ptr<const PictureProcessor> idefics3Pictures(const ConfigReader& in, const std::string& name);
// Gemma 3: the whole picture, then, with pan and scan, parts of long ones.
std::shared_ptr<const PictureProcessor> gemma3Pictures(const ConfigReader& in, const std::string& name);
// GOT-OCR 2 and InternVL: parts on the grid nearest the picture's shape, the whole picture last.
std::shared_ptr<const PictureProcessor> gotOcr2Pictures(const ConfigReader& in, const std::string& name);
// LLaVA-NeXT and LLaVA-OneVision: the whole picture, then parts of it fitted into one of several shapes.
std::shared_ptr<const PictureProcessor> llavaNextPictures(const ConfigReader& in, const std::string& name);
std::shared_ptr<const PictureProcessor> llavaOnevisionPictures(const ConfigReader& in,
                                                               const std::string& name);

}  // namespace espalier
