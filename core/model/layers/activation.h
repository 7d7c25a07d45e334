#pragma once

#include <ATen/ATen.h>

#include <string>

namespace espalier {

// Activations by the names configurations use.
enum class Activation {
  Gelu,
  GeluTanh,
  QuickGelu,
  Relu,
  Relu6,
  ReluSquared,
  Silu,
  Mish,
  Tanh,
  Sigmoid,
  Linear
};

// By every name the reference has for them (gelu_new, gelu_fast and gelu_accurate are one formula,
// gelu_python is gelu, swish is silu); an Error names key and value otherwise.
Activation activationOf(const std::string& value, const std::string& key);

// With gradients recorded, what comes out must go into one place whose gradient is a tensor of its own: a
// layer, a norm or a product, no sum. What flows back is changed in place.
at::Tensor activate(Activation activation, const at::Tensor& x);
// Of what is not needed any more: tangents that it carries are changed in place.
at::Tensor activate(Activation activation, at::Tensor&& x);

}  // namespace espalier
