#include "core/model/layers/activation.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <map>

#include "core/base/error.h"
#include "core/base/row_products.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// On the way back the gradient's own memory takes the result: next to an MLP's inner products it is the
// largest tensor there is, and nobody else has it (see activate()).
struct RecordedGelu : torch::autograd::Function<RecordedGelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, bool byTanh) {
    context->save_for_backward({x});
    context->saved_data["byTanh"] = byTanh;
    return byRows(x, [byTanh](const at::Tensor& rows) { return at::gelu(rows, byTanh ? "tanh" : "none"); });
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto x = context->get_saved_variables()[0];
    const auto form = context->saved_data["byTanh"].toBool() ? "tanh" : "none";
    auto& flow = gradients[0];
    if (!flow.is_contiguous() || !x.is_contiguous()) return {at::gelu_backward_out(flow, flow, x, form), {}};
    const auto flows = flow.view({-1, x.size(-1)}), from = x.view({-1, x.size(-1)});
    forRowPieces(x, [&](int64_t begin, int64_t count) {
      auto part = flows.narrow(0, begin, count);
      at::gelu_backward_out(part, part, from.narrow(0, begin, count), form);
    });
    return {flow, {}};
  }
};

at::Tensor gelu(const at::Tensor& x, bool byTanh) {
  if (x.requires_grad() && at::GradMode::is_enabled()) return RecordedGelu::apply(x, byTanh);
  return at::gelu(x, byTanh ? "tanh" : "none");
}

}  // namespace

Activation activationOf(const std::string& value, const std::string& key) {
  static const std::map<std::string, Activation> known{
      {"gelu", Activation::Gelu},
      {"gelu_python", Activation::Gelu},
      {"gelu_new", Activation::GeluTanh},
      {"gelu_fast", Activation::GeluTanh},
      {"gelu_accurate", Activation::GeluTanh},
      {"gelu_pytorch_tanh", Activation::GeluTanh},
      {"gelu_python_tanh", Activation::GeluTanh},
      {"quick_gelu", Activation::QuickGelu},
      {"relu", Activation::Relu},
      {"relu6", Activation::Relu6},
      {"relu2", Activation::ReluSquared},
      {"silu", Activation::Silu},
      {"swish", Activation::Silu},
      {"mish", Activation::Mish},
      {"tanh", Activation::Tanh},
      {"sigmoid", Activation::Sigmoid},
      {"linear", Activation::Linear},
  };
  if (const auto it = known.find(value); it != known.end()) return it->second;
  std::string names;
  for (const auto& [name, activation] : known) names += (names.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::Unsupported,
              "config.json has \"" + key + "\": \"" + value + "\"; " + names + " can be computed.");
}

namespace {

at::Tensor activated(Activation activation, const at::Tensor& x) {
  switch (activation) {
    case Activation::Gelu:
      return gelu(x, false);
    case Activation::GeluTanh:
      return gelu(x, true);
    case Activation::QuickGelu:
      return x * at::sigmoid(1.702 * x);
    case Activation::Relu:
      return at::relu(x);
    case Activation::Relu6:
      return at::relu6(x);
    case Activation::ReluSquared:
      return at::square(at::relu(x));
    case Activation::Silu:
      return at::silu(x);
    case Activation::Mish:
      return at::mish(x);
    case Activation::Tanh:
      return at::tanh(x);
    case Activation::Sigmoid:
      return at::sigmoid(x);
    case Activation::Linear:
      return x;
  }
  return x;
}

}  // namespace

at::Tensor activate(Activation activation, const at::Tensor& x) {
  return byRows(x, [&](const at::Tensor& rows) { return activated(activation, rows); });
}

at::Tensor activate(Activation activation, at::Tensor&& x) {
  const TangentsGivenUp given(x);
  return activate(activation, static_cast<const at::Tensor&>(x));
}

}  // namespace espalier
