#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>

#include "core/model/weights.h"
#include "core/sparse/product_kernels.h"

namespace espalier {

// The matrices of a checkpoint's linear layers as they are read the fastest with one to a few rows: in the
// type they are stored in, which for bfloat16 and float16 takes half of float32, or with the zeros left out
// (SparseMatrix). Which it is says a measurement of that kind of matrix, when the first of it is loaded: from
// memory, not from the caches, with this processor's instructions. Products have the same bits in either
// form; with Arithmetic::Float32 those of the matrix in float32.
//
// From several threads. Matrices are loaded at their first use and stay.
class CompactWeights {
 public:
  // arithmetic: of products of one to four rows with matrices that are stored in bfloat16.
  explicit CompactWeights(Arithmetic arithmetic = Arithmetic::Float32);
  ~CompactWeights();

  struct Held {
    int64_t bytes = 0;         // of the matrices as they are held, mapped pages included
    int64_t float32Bytes = 0;  // what they would take in float32
    int64_t matrices = 0, sparse = 0;
  };
  Held held() const;

  struct Form;
  // Null for a tensor that is no matrix of floating-point numbers of at most 32 bits. Throws as
  // Weights::get().
  const Form* formOf(const std::string& name, const StoredTensor& stored);

 private:
  struct Entries;
  std::unique_ptr<Entries> m_entries;
};

// For as long as it lives, matrices that are read on this thread are taken from these weights instead of
// being held in float32. What Weights::set() put in place of stored ones counts as before.
class CompactHere {
 public:
  explicit CompactHere(CompactWeights& weights);
  ~CompactHere();
  CompactHere(const CompactHere&) = delete;
  CompactHere& operator=(const CompactHere&) = delete;

 private:
  CompactWeights* m_before;
};

// For as long as it lives, text is generated on this thread: products of one to four rows are made in the one
// order of core/sparse, in which it makes no difference to any bit how a matrix is held.
class GenerationHere {
 public:
  GenerationHere();
  ~GenerationHere();
  GenerationHere(const GenerationHere&) = delete;
  GenerationHere& operator=(const GenerationHere&) = delete;

 private:
  bool m_before;
};

// x W^T (+ bias, which may be undefined); x is [..., columns]. In the host's memory as the two above say.
at::Tensor linearProduct(const Weights& weights, const std::string& name, const at::Tensor& x,
                         const at::Tensor& bias = {});
// The matrix in float32; of what is held in compact form a copy for once.
at::Tensor wholeMatrix(const Weights& weights, const std::string& name);

}  // namespace espalier
