#pragma once

#include <ATen/ATen.h>

namespace espalier {

// Matrix products whose rows idle workers share: those of a single batch, where no other task is under way.
// Inside one of several tasks they are LibTorch's own. What comes out has the same bits either way: pieces
// begin at multiples of the rows that every kernel of OpenBLAS takes at a time.

// x W^T (+ bias; undefined: none), as at::linear. x [..., columns]. With gradients recorded also by x, as
// long as weights need none.
at::Tensor linearByRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

// a b, as at::mm, without gradients.
at::Tensor productByRows(const at::Tensor& a, const at::Tensor& b);

}  // namespace espalier
