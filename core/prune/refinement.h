#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/base/method.h"
#include "core/base/registry.h"
#include "core/prune/criterion.h"
#include "core/prune/input_statistics.h"
#include "core/prune/options.h"

namespace espalier {

// Betters a matrix that a criterion pruned without changing how many weights go. Stateless. Adding one is a
// file and a line in refinements.cpp.
class Refinement {
 public:
  virtual ~Refinement() = default;
  virtual const Method& method() const = 0;  // what people are told of it
  const std::string& name() const { return method().name; }
  virtual StatisticsNeeds needs() const = 0;

  // Whether weights that stay keep their values. Such a refinement can only follow what keeps them, too.
  virtual bool keepsWeights() const = 0;
  // Whether the weights that stay become int8 numbers times the scale of their row.
  virtual bool roundsToInt8() const { return false; }

  // weight: the matrix unpruned, float32 [rows, columns]. pruned: what the criterion and the refinements
  // before this one made of it. Weights that are zero in the unpruned matrix stay zero and marked.
  virtual void refine(const at::Tensor& weight, const InputStatistics& inputs, const SparsityPattern& pattern,
                      PrunedWeight& pruned) const = 0;

  // What can be done of it while a person waits, as a plan follows the mouse: the same where it is quick.
  virtual bool isQuick() const { return true; }
  virtual void refineQuickly(const at::Tensor& weight, const InputStatistics& inputs,
                             const SparsityPattern& pattern, PrunedWeight& pruned) const {
    refine(weight, inputs, pattern, pruned);
  }
};

// A refinement that exchanges weights which keep their values.
class MaskRefinement : public Refinement {
 public:
  bool keepsWeights() const override { return true; }
  void refine(const at::Tensor& weight, const InputStatistics& inputs, const SparsityPattern& pattern,
              PrunedWeight& pruned) const override;

  // weight float32 [rows, columns], mask bool [rows, columns] (true = goes, all weights that are zero among
  // them) -> the new mask. Every row keeps its number of weights; with an N:M pattern every group does.
  // Weights that are zero do not come back.
  virtual at::Tensor refinedMask(const at::Tensor& weight, const at::Tensor& mask,
                                 const InputStatistics& inputs, const SparsityPattern& pattern) const = 0;
};

Registry<Refinement>& refinementRegistry();  // in the order they are offered
const std::vector<const Refinement*>& refinements();
const Refinement& refinementNamed(const std::string& name);  // Error (InvalidInput) lists the names

// "swaps,refit": in the order they follow one another; none for "". Error (InvalidInput): an unknown name, or
// one that exchanges weights behind one that changes their values.
std::vector<const Refinement*> refinementsNamed(const std::string& names);

// Each in the file of its name.
const MaskRefinement& dsnotRefinement();
const MaskRefinement& swapsRefinement();
const Refinement& refitRefinement();
const Refinement& int8Refinement();
const Refinement& int8MseRefinement();

}  // namespace espalier
