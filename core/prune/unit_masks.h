#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

#include "core/model/units.h"

namespace espalier {

// How many units of each kind go, so that the block loses what the sparsities of its matrices ask for: each
// kind its own share, rounded to whole units; what the rounding left is taken by the kind behind it. One unit
// of each stays unless all are asked for. Throws Error (InvalidInput): a matrix that belongs to no unit, or
// one that belongs to a unit and has no sparsity.
std::vector<int64_t> unitsToGo(const std::vector<BlockUnits>& units, const BlockDescription& block,
                               const std::map<std::string, double>& sparsities);

// Adds to each unit's importance [units.count] its share of a matrix's scores (float32 [rows, columns], >=
// 0), so that each matrix counts alike.
void addImportance(const BlockUnits& units, const std::string& matrix, const at::Tensor& scores,
                   std::vector<double>& importance);

// Which go: the least important, the first among equal ones.
std::vector<bool> leastUnits(const std::vector<double>& importance, int64_t gone);

// bool [rows, columns] of a matrix, true: belongs to a unit that goes.
at::Tensor unitMask(const BlockUnits& units, const PrunableMatrix& matrix, const std::vector<bool>& goes);

}  // namespace espalier
