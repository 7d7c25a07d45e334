#pragma once

#include <memory>

#include "core/checkpoint/checkpoint.h"
#include "core/image/picture_processor.h"
#include "core/model/model.h"

namespace espalier {

// How a model folder prepares pictures: processor_config.json, preprocessor_config.json, or timm's
// pretrained_cfg, or failing both what the family usually does at the model's picture size. Null for a model
// without pictures.
std::shared_ptr<const PictureProcessor> pictureProcessingOf(const Checkpoint& checkpoint, const Model& model);

}  // namespace espalier
