#include "core/model/layers/activation.h"

#include "core/base/error.h"

namespace espalier {

Activation activationOf(const std::string& value, const std::string& key) {
  if (value == "gelu") return Activation::Gelu;
  if (value == "gelu_new" || value == "gelu_pytorch_tanh") return Activation::GeluTanh;
  if (value == "quick_gelu") return Activation::QuickGelu;
  if (value == "relu") return Activation::Relu;
  if (value == "silu" || value == "swish") return Activation::Silu;
  throw Error(ErrorKind::Unsupported, "config.json has \"" + key + "\": \"" + value +
                                          "\"; gelu, gelu_new, quick_gelu, relu and silu can be computed.");
}

at::Tensor activate(Activation activation, const at::Tensor& x) {
  switch (activation) {
    case Activation::Gelu: return at::gelu(x);
    case Activation::GeluTanh: return at::gelu(x, "tanh");
    case Activation::QuickGelu: return x * at::sigmoid(1.702 * x);
    case Activation::Relu: return at::relu(x);
    case Activation::Silu: return at::silu(x);
  }
  return x;
}

}  // namespace espalier
