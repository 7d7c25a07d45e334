#pragma once

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>

namespace espalier {

// Forward-mode differentiation: a tensor that carries tangents holds a clean value y and T of its
// derivatives, each along a direction of its own. They are stacked along the first dimension, the clean
// value first: [(1 + T) * rows, ...], and that is the shape such a tensor shows, as a stream with 1 + T forks
// does. Layers run on it as on any other. Each operation has a derivative rule (core/tangent/rules.cpp): the
// clean part gives the clean result, the tangents give J(y) dy. What has no tangents is a constant; one that
// was repeated for all forks, [(1 + T) * rows, ...], is the constant its first rows are. The first dimension
// stays that of forks and rows: an operation along it, and one without a rule, is an Error that names it.

// Makes one of [(1 + T) * rows, ...], T >= 1.
at::Tensor withTangents(const at::Tensor& stacked, int64_t count);

// Whether it carries tangents; false for an undefined tensor.
bool hasTangents(const at::Tensor& t);
// How many; 0 of a constant.
int64_t tangentCount(const at::Tensor& t);

// Of a tensor with tangents, plain: all, [(1 + T) * rows, ...]; the clean value, [rows, ...]; the tangents,
// [T * rows, ...]. The last two share memory with the first.
at::Tensor stackedOf(const at::Tensor& t);
at::Tensor cleanOf(const at::Tensor& t);
at::Tensor tangentsOf(const at::Tensor& t);

// The value of a constant beside tensors with `count` tangents of so many rows: its first rows where it was
// repeated for all forks, itself otherwise.
at::Tensor constantOf(const at::Tensor& t, int64_t count, int64_t rows);

// While it lives, this thread may compute with tensors that carry tangents; nothing is recorded for
// gradients.
class TangentScope {
 public:
  TangentScope();

 private:
  at::AutoDispatchBelowADInplaceOrView m_below;
};

}  // namespace espalier
