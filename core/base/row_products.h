#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

namespace espalier {

// Matrix products whose rows idle workers share: those of a single batch, where no other task is under way.
// Inside one of several tasks they are LibTorch's own. What comes out has the same bits either way: pieces
// begin at multiples of the rows that every kernel of OpenBLAS takes at a time.

// x W^T (+ bias; undefined: none), as at::linear. x [..., columns]. With gradients recorded also by x, as
// long as weights need none.
at::Tensor linearByRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

// a b, as at::mm, without gradients.
at::Tensor productByRows(const at::Tensor& a, const at::Tensor& b);

// Calls body(begin, count) for the pieces of the rows of x [..., width] that idle workers share; once for all
// rows where there is one worker or little to do.
void forRowPieces(const at::Tensor& x, const std::function<void(int64_t begin, int64_t count)>& body);
// What `make` gives of x, of x's shape, where it makes each number or each row of that number or row alone:
// in such pieces, as [rows, width]. With gradients recorded by x, and of what has no memory, all at once.
at::Tensor byRows(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor& rows)>& make);

}  // namespace espalier
