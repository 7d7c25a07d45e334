#pragma once

#include <string>

#include "core/model/model.h"

namespace espalier {

// For a model of an unknown model_type: " The nearest known family is qwen2: 26 of its 27 tensors are here
// with the shapes it asks for; ... Nothing was loaded." Each family is made from the configuration and
// compared with the tensors that are stored; where none fits any, names and keys of the configuration decide.
// Begins with a space.
std::string nearestFamily(const ModelSource& source);

}  // namespace espalier
