#include "core/base/row_products.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <functional>

#include "core/base/idle_workers.h"
#include "core/base/parallel.h"

namespace espalier {

namespace {

// A multiple of the rows that kernels take at a time: 4, 8, 16, 24.
constexpr int64_t kPieceRows = 96;
// Multiplications below which sharing costs more than it saves.
constexpr int64_t kLeastWork = int64_t(1) << 22;

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Rows of each piece; all of them in one where they are not shared.
int64_t rowsOfPiece(int64_t rows, int64_t work) {
  const int workers = idleWorkers();
  if (workers < 2 || rows < 2 * kPieceRows || work < kLeastWork) return rows;
  const int64_t blocks = (rows + kPieceRows - 1) / kPieceRows;
  return (blocks + workers - 1) / workers * kPieceRows;
}

void overPieces(int64_t rows, int64_t piece, const std::function<void(int64_t begin, int64_t count)>& body) {
  parallelFor((rows + piece - 1) / piece,
              [&](int64_t i) { body(i * piece, std::min(piece, rows - i * piece)); });
}

// What at::linear makes of rows one after another, without gradients.
at::Tensor sharedLinear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const int64_t columns = x.size(-1), rows = x.numel() / std::max<int64_t>(1, columns);
  const bool plain = x.is_cpu() && x.is_contiguous() && x.dim() >= 2 && weight.is_contiguous();
  const int64_t piece = plain ? rowsOfPiece(rows, x.numel() * weight.size(0)) : rows;
  // With a bias LibTorch adds to it in the product only where x has two or three dimensions.
  if (piece >= rows || (bias.defined() && x.dim() > 3)) return at::linear(x, weight, bias);
  auto shape = x.sizes().vec();
  shape.back() = weight.size(0);
  auto out = at::empty(shape, x.options());
  const auto from = x.view({rows, columns});
  const auto to = out.view({rows, weight.size(0)});
  const auto turned = weight.t();
  overPieces(rows, piece, [&](int64_t begin, int64_t count) {
    auto part = to.narrow(0, begin, count);
    if (bias.defined())
      at::addmm_out(part, bias, from.narrow(0, begin, count), turned);
    else
      at::mm_out(part, from.narrow(0, begin, count), turned);
  });
  return out;
}

struct RecordedProduct : torch::autograd::Function<RecordedProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& bias) {
    context->saved_data["shape"] = x.sizes().vec();
    context->save_for_backward({weight});
    return sharedLinear(x, weight, bias);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto weight = context->get_saved_variables()[0];
    const auto flow = gradients[0].reshape({-1, weight.size(0)});
    return {
        at::_unsafe_view(productByRows(flow, weight), context->saved_data["shape"].toIntVector()), {}, {}};
  }
};

}  // namespace

at::Tensor linearByRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  if (idleWorkers() < 2) return at::linear(x, weight, bias);
  if (!at::GradMode::is_enabled()) return sharedLinear(x, weight, bias);
  const bool trains = weight.requires_grad() || (bias.defined() && bias.requires_grad());
  if (trains || !x.requires_grad()) return at::linear(x, weight, bias);
  return RecordedProduct::apply(x, weight, bias);
}

at::Tensor productByRows(const at::Tensor& a, const at::Tensor& b) {
  const int64_t rows = a.size(0);
  const int64_t piece = a.is_cpu() ? rowsOfPiece(rows, a.numel() * b.size(1)) : rows;
  if (piece >= rows) return at::mm(a, b);
  auto out = at::empty({rows, b.size(1)}, a.options());
  overPieces(rows, piece, [&](int64_t begin, int64_t count) {
    auto part = out.narrow(0, begin, count);
    at::mm_out(part, a.narrow(0, begin, count), b);
  });
  return out;
}

}  // namespace espalier
