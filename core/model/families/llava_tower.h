#pragma once

#include <string>

#include "core/model/model.h"

namespace espalier {

// What LLaVA, LLaVA-NeXT and LLaVA-OneVision do with a picture or tile before it is put into the text.
struct LlavaTower {
  int64_t image = 0;        // side of what the tower is given, in pixels
  int64_t side = 0;         // patches along one side
  bool classToken = false;  // the features begin with one for the whole
};

// Adds the tower (CLIP's or SigLIP's, as "vision_config" says), up to the deepest layer that is read, and the
// projector: pixel_values -> State::hidden [pictures, features, textWidth]. featureLayer and strategy: the
// family's defaults of the configuration's "vision_feature_layer" and "vision_feature_select_strategy"; kind:
// that of "vision_config.model_type".
LlavaTower addLlavaTower(Model& model, const ModelSource& source, int64_t textWidth, int64_t featureLayer,
                         const char* strategy, const char* kind = "clip_vision_model");

}  // namespace espalier
