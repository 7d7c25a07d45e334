#pragma once

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/score/zeroth_order.h"

namespace espalier {

// The zeroth-order scores as they are commonly programmed: for each matrix, batch and draw two whole passes
// over the model, on weights with the noise added and with it subtracted. What the sweep is measured against;
// at equal seeds it gives the same numbers up to rounding. Matrices and batches run in parallel.
std::vector<MatrixEstimate> scoreByPlainLoop(const Model& model, const Weights& weights,
                                             const std::vector<std::shared_ptr<const Batch>>& batches,
                                             const std::vector<const PrunableMatrix*>& matrices,
                                             const ZerothOrderOptions& options, const JobControl& control);

}  // namespace espalier
