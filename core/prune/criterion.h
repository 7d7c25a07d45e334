#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/method.h"
#include "core/base/registry.h"
#include "core/model/component.h"
#include "core/prune/input_statistics.h"
#include "core/prune/select.h"

namespace espalier {

// A pruned matrix.
struct PrunedWeight {
  at::Tensor weight;   // float32 [rows, columns], zero where the mask is true
  at::Tensor mask;     // bool [rows, columns], true = pruned
  double damping = 0;  // SparseGPT: share of the Hessian's mean diagonal that was added to its diagonal
  std::string note;    // what a person should know about it, one sentence; mostly empty
};

// How the unimportant weights of one matrix are found. Stateless, may be used from several threads. Adding
// one is a file and a line in criteria.cpp.
class Criterion {
 public:
  virtual ~Criterion() = default;
  virtual const Method& method() const = 0;  // what people are told of it
  const std::string& name() const { return method().name; }

  // What it must know of the matrix's inputs; nothing for a criterion that needs no data.
  virtual StatisticsNeeds needs() const { return {}; }
  // The comparison group of the criterion's publication for unstructured pruning; for Wanda that of ECoFLaP.
  virtual Comparison publishedComparison(Component component) const;

  // Among which weights it looks for the least important, one sentence for people. comparison: Row or Matrix.
  virtual std::string comparedAmong(Comparison comparison) const;

  // Whether the weights that stay keep their values and are chosen by a fixed ranking, so that masks can be
  // refined and weights pruned live. Not so for those that fit what stays.
  virtual bool keepsWeights() const { return true; }
  // The ranking: an importance for each weight, float32 [rows, columns], >= 0; the least go. Undefined unless
  // keepsWeights().
  virtual at::Tensor scores(const at::Tensor& weight, const InputStatistics& inputs) const;
  // The scores by which weights are chosen: those of scores(), but weights that are zero already rank before
  // all others, so that they count as the first that went.
  at::Tensor ranking(const at::Tensor& weight, const InputStatistics& inputs) const;

  // What can be made of the inputs alone and so be shared by all matrices that have them.
  struct Prepared {
    virtual ~Prepared() = default;
  };
  virtual std::shared_ptr<const Prepared> prepare(const InputStatistics& inputs, bool lateDamping) const;

  // The matrix pruned; the weight given (float32) stays as it is. Its zeros stay zero, are marked in the
  // mask, and count among those the selection asks for. prepared is what prepare() made of the inputs.
  virtual PrunedWeight prune(const at::Tensor& weight, const InputStatistics& inputs,
                             const Prepared* prepared, const Selection& selection) const;
};

// In the order they are offered.
Registry<Criterion>& criterionRegistry();
const std::vector<const Criterion*>& criteria();
const Criterion& criterionNamed(const std::string& name);  // Error (InvalidInput) lists the names
// The criterion that a matrix with these inputs is pruned by: the one chosen, or magnitude where that needs
// inputs and no calibration token reached the matrix (an expert's).
const Criterion& criterionFor(const Criterion& chosen, const InputStatistics& inputs);

}  // namespace espalier
