#include "core/model/layers/activation.h"

#include <map>

#include "core/base/error.h"

namespace espalier {

Activation activationOf(const std::string& value, const std::string& key) {
  static const std::map<std::string, Activation> known{
      {"gelu", Activation::Gelu},
      {"gelu_python", Activation::Gelu},
      {"gelu_new", Activation::GeluTanh},
      {"gelu_fast", Activation::GeluTanh},
      {"gelu_accurate", Activation::GeluTanh},
      {"gelu_pytorch_tanh", Activation::GeluTanh},
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

at::Tensor activate(Activation activation, const at::Tensor& x) {
  switch (activation) {
    case Activation::Gelu:
      return at::gelu(x);
    case Activation::GeluTanh:
      return at::gelu(x, "tanh");
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

}  // namespace espalier
