#pragma once

#include <memory>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/weights.h"

namespace espalier {

// The batches with kIgnoredLabel in labels [R] replaced by the class the model itself gives: pictures without
// a label are labelled by the dense model, so that there is a loss to score by and something to agree with.
// Only for models that classify. std::vector<std::shared_ptr<const Batch>> in parallel.
std::vector<std::shared_ptr<const Batch>> withOwnLabels(
    const Model& model, const Weights& weights, const std::vector<std::shared_ptr<const Batch>>& batches,
    const JobControl& control);

}  // namespace espalier
