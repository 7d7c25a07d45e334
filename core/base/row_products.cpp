#include "core/base/row_products.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <functional>

#include "core/base/idle_workers.h"
#include "core/base/parallel.h"

namespace espalier {

namespace {

// A multiple of the rows that kernels of products take at a time: 4, 8, 16, 24. Of other operations the
// numbers count, of which LibTorch takes up to 32 at a time.
constexpr int64_t kBlockRows = 48, kBlockNumbers = 32;
// Multiplications of a piece, below which sharing costs more than it saves. OpenBLAS takes other kernels,
// with other bits, for products of less than 1,000,000.
constexpr int64_t kLeastWork = int64_t(1) << 21;
// The same for numbers on which something else is done.
constexpr int64_t kLeastNumbers = int64_t(1) << 16;

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Into how many pieces a product of so many rows and multiplications is divided.
int64_t piecesOf(int64_t rows, int64_t work) {
  return std::max<int64_t>(1, std::min({int64_t(idleWorkers()), rows / kBlockRows, work / kLeastWork}));
}

// Pieces begin at blocks of rows, as near to equal parts as these allow.
void overPieces(int64_t rows, int64_t pieces, int64_t blockRows,
                const std::function<void(int64_t begin, int64_t count)>& body) {
  const auto beginOf = [&](int64_t i) {
    return i == pieces ? rows : (rows * i / pieces + blockRows / 2) / blockRows * blockRows;
  };
  parallelFor(pieces, [&](int64_t i) { body(beginOf(i), beginOf(i + 1) - beginOf(i)); });
}

// What at::linear makes of rows one after another, without gradients.
at::Tensor sharedLinear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const int64_t columns = x.size(-1), rows = x.numel() / std::max<int64_t>(1, columns);
  // One that carries tangents has no memory of its own.
  const bool plain =
      x.has_storage() && x.is_cpu() && x.is_contiguous() && x.dim() >= 2 && weight.is_contiguous();
  const int64_t pieces = plain ? piecesOf(rows, x.numel() * weight.size(0)) : 1;
  // With a bias LibTorch adds to it in the product only where x has two or three dimensions.
  if (pieces == 1 || (bias.defined() && x.dim() > 3)) return at::linear(x, weight, bias);
  auto shape = x.sizes().vec();
  shape.back() = weight.size(0);
  auto out = at::empty(shape, x.options());
  const auto from = x.view({rows, columns});
  const auto to = out.view({rows, weight.size(0)});
  const auto turned = weight.t();
  overPieces(rows, pieces, kBlockRows, [&](int64_t begin, int64_t count) {
    auto part = to.narrow(0, begin, count);
    if (bias.defined())
      at::addmm_out(part, bias, from.narrow(0, begin, count), turned);
    else
      at::mm_out(part, from.narrow(0, begin, count), turned);
  });
  return out;
}

struct RecordedProduct : torch::autograd::Function<RecordedProduct> {
  // Not given as tensors of their own, which have to be defined.
  struct Layer {
    at::Tensor weight, bias;
  };

  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const Layer& layer) {
    context->saved_data["shape"] = x.sizes().vec();
    context->save_for_backward({layer.weight});
    return sharedLinear(x, layer.weight, layer.bias);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto weight = context->get_saved_variables()[0];
    const auto flow = gradients[0].reshape({-1, weight.size(0)});
    return {at::_unsafe_view(productByRows(flow, weight), context->saved_data["shape"].toIntVector()), {}};
  }
};

}  // namespace

at::Tensor linearByRows(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  if (idleWorkers() < 2) return at::linear(x, weight, bias);
  if (!at::GradMode::is_enabled()) return sharedLinear(x, weight, bias);
  const bool trains = weight.requires_grad() || (bias.defined() && bias.requires_grad());
  if (trains || !x.requires_grad()) return at::linear(x, weight, bias);
  return RecordedProduct::apply(x, RecordedProduct::Layer{weight, bias});
}

at::Tensor productByRows(const at::Tensor& a, const at::Tensor& b) {
  const int64_t rows = a.size(0);
  const int64_t pieces = a.is_cpu() ? piecesOf(rows, a.numel() * b.size(1)) : 1;
  if (pieces == 1) return at::mm(a, b);
  auto out = at::empty({rows, b.size(1)}, a.options());
  overPieces(rows, pieces, kBlockRows, [&](int64_t begin, int64_t count) {
    auto part = out.narrow(0, begin, count);
    at::mm_out(part, a.narrow(0, begin, count), b);
  });
  return out;
}

void forRowPieces(const at::Tensor& x, const std::function<void(int64_t begin, int64_t count)>& body) {
  const int64_t rows = x.numel() / std::max<int64_t>(1, x.size(-1));
  const int64_t pieces = std::min({int64_t(idleWorkers()), rows / kBlockNumbers, x.numel() / kLeastNumbers});
  if (pieces < 2)
    body(0, rows);
  else
    overPieces(rows, pieces, kBlockNumbers, body);
}

at::Tensor byRows(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor& rows)>& make) {
  const bool recorded = at::GradMode::is_enabled() && x.requires_grad();
  if (idleWorkers() < 2 || recorded || !x.has_storage() || !x.is_cpu() || x.dim() < 2 || !x.is_contiguous() ||
      x.numel() < 2 * kLeastNumbers)
    return make(x);
  auto out = at::empty(x.sizes(), x.options());
  const auto from = x.view({-1, x.size(-1)}), to = out.view({-1, x.size(-1)});
  forRowPieces(x, [&](int64_t begin, int64_t count) {
    to.narrow(0, begin, count).copy_(make(from.narrow(0, begin, count)));
  });
  return out;
}

}  // namespace espalier
