#pragma once

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

namespace espalier {

// Forward-mode differentiation: a tensor that carries tangents holds a clean value y, [rows, ...], and T of
// its derivatives, each along a direction of its own, [T * rows, ...]. It shows the shape of both one behind
// the other, [(1 + T) * rows, ...], as a stream with 1 + T forks does. Layers run on it as on any other. Each
// operation has a derivative rule (core/tangent/rules.cpp): the clean part gives the clean result, the
// tangents give J(y) dy. Many tensors can share a clean value, which is made once
// (core/tangent/clean_values.h). What has no tangents is a constant; one that was repeated for all forks, [(1
// + T) * rows, ...], is the constant its first rows are. The first dimension stays that of forks and rows: an
// operation along it, and one without a rule, is an Error that names it.

// clean [rows, ...], tangents [T * rows, ...], T >= 1.
at::Tensor withTangents(const at::Tensor& clean, const at::Tensor& tangents);

// Whether it carries tangents; false for an undefined tensor.
bool hasTangents(const at::Tensor& t);
// How many; 0 of a constant.
int64_t tangentCount(const at::Tensor& t);

// Of a tensor with tangents, plain: the clean value, [rows, ...]; the tangents, [T * rows, ...]; a copy of
// both,
// [(1 + T) * rows, ...].
at::Tensor cleanOf(const at::Tensor& t);
at::Tensor tangentsOf(const at::Tensor& t);
at::Tensor stackedOf(const at::Tensor& t);

// The value of a constant beside tensors with `count` tangents of so many rows: its first rows where it was
// repeated for all forks, itself otherwise.
at::Tensor constantOf(const at::Tensor& t, int64_t count, int64_t rows);

// While it lives, a rule on this thread may write over the tangents of x, which nobody reads any more behind
// the operation it is given to.
class TangentsGivenUp {
 public:
  explicit TangentsGivenUp(const at::Tensor& x);
  ~TangentsGivenUp();
  TangentsGivenUp(const TangentsGivenUp&) = delete;
  TangentsGivenUp& operator=(const TangentsGivenUp&) = delete;

 private:
  const void* m_before;
};
// Whether they were, and are in memory of their own.
bool areGivenUp(const at::Tensor& x);

// While it lives, this thread may compute with tensors that carry tangents; nothing is recorded for
// gradients.
class TangentScope {
 public:
  TangentScope();

 private:
  at::AutoDispatchBelowADInplaceOrView m_below;
};

}  // namespace espalier
