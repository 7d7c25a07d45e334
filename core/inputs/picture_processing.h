#pragma once

#include <optional>

#include "core/checkpoint/checkpoint.h"
#include "core/image/preprocess.h"
#include "core/model/model.h"

namespace espalier {

// How a model folder prepares pictures: processor_config.json, preprocessor_config.json, or timm's
// pretrained_cfg, or failing both what the family usually does at the model's picture size. Nothing for a
// model without pictures.
std::optional<ImageProcessor> pictureProcessingOf(const Checkpoint& checkpoint, const Model& model);

}  // namespace espalier
