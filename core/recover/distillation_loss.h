#pragma once

#include <memory>

#include "core/recover/whole_model.h"

namespace espalier {

// KL(dense || recovered) over what the model predicts: tokens of an answer or of a text, the class of a
// picture. Of a model that matches: over how alike a picture is to all texts of the training samples, and a
// text to all their pictures, as the dense model sees these; half each. The dense model's predictions are
// kept where they take little memory, and made anew for each step where they do not.
// Throws Error (InvalidInput) for a model that predicts nothing.
std::unique_ptr<EndLoss> distillationLoss(const Recovery& recovery);

// The loss of the model itself over what the samples say: cross-entropy of tokens or classes, contrastive.
std::unique_ptr<EndLoss> ownLoss(const Recovery& recovery);

}  // namespace espalier
