#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/base/method.h"
#include "core/base/registry.h"
#include "core/prune/input_statistics.h"
#include "core/prune/options.h"

namespace espalier {

// Betters a mask that a criterion made, exchanging weights without changing how many go. For criteria whose
// weights keep their values (those with scores()). Stateless. Adding one is a file and a line in
// refinements.cpp.
class MaskRefinement {
 public:
  virtual ~MaskRefinement() = default;
  virtual const Method& method() const = 0;  // what people are told of it
  const std::string& name() const { return method().name; }
  virtual StatisticsNeeds needs() const = 0;

  // weight float32 [rows, columns], mask bool [rows, columns] (true = goes, all weights that are zero among
  // them) -> the new mask. Every row keeps its number of weights; with an N:M pattern every group does.
  // Weights that are zero do not come back.
  virtual at::Tensor refine(const at::Tensor& weight, const at::Tensor& mask, const InputStatistics& inputs,
                            const SparsityPattern& pattern) const = 0;
};

Registry<MaskRefinement>& refinementRegistry();  // in the order they are offered
const std::vector<const MaskRefinement*>& refinements();
const MaskRefinement& refinementNamed(const std::string& name);  // Error (InvalidInput) lists the names

const MaskRefinement& dsnotRefinement();  // dsnot.cpp

}  // namespace espalier
