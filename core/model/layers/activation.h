#pragma once

#include <ATen/ATen.h>

#include <string>

namespace espalier {

// Activations by the names configurations use.
enum class Activation { Gelu, GeluTanh, QuickGelu, Relu, Silu };

// "gelu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "relu", "silu", "swish"; an Error names key and value otherwise.
Activation activationOf(const std::string& value, const std::string& key);

at::Tensor activate(Activation activation, const at::Tensor& x);

}  // namespace espalier
