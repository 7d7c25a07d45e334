#include "core/score/gradient_taker.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>

#include "core/base/row_products.h"

namespace espalier {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// A linear layer's product that is known, or that no gradient depends on. What flows into its input is made
// as at::linear makes it.
struct GivenProduct : torch::autograd::Function<GivenProduct> {
  struct Layer {
    at::Tensor weight, product;
  };

  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const Layer& layer) {
    context->saved_data["shape"] = input.sizes().vec();
    context->save_for_backward({layer.weight});
    return layer.product.detach();
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto weight = context->get_saved_variables()[0];
    const auto flow = gradients[0].reshape({-1, weight.size(0)});
    return {at::_unsafe_view(productByRows(flow, weight), context->saved_data["shape"].toIntVector()), {}};
  }
};

}  // namespace

GradientTaker::GradientTaker(const Block& block, const Weights& weights, const GradientMade& onGradient)
    : m_block(block), m_weights(weights), m_onGradient(onGradient) {
  const auto& matrices = block.description().matrices;
  for (size_t i = 0; i < matrices.size(); ++i) m_taken[matrices[i].name].place = i;
  m_sums.resize(matrices.size());
}

void GradientTaker::setMade(std::vector<at::Tensor> products) {
  m_made = std::move(products);
  m_next = 0;
}

at::Tensor GradientTaker::known(const std::string& name, const at::Tensor& input) {
  if (!m_taken.contains(name)) return {};
  at::Tensor product;
  if (m_block.endsPart(name)) {
    // Any value will do.
    auto shape = input.sizes().vec();
    shape.back() = m_weights.shape(name)[0];
    product = at::zeros({}, input.options()).expand(shape);
  } else if (m_next < m_made.size()) {
    product = std::move(m_made[m_next++]);
  }
  if (!product.defined()) return {};
  return GivenProduct::apply(input, GivenProduct::Layer{m_weights.get(name), product});
}

void GradientTaker::onLinear(const std::string& name, const at::Tensor& input, at::Tensor& output) {
  const auto it = m_taken.find(name);
  if (it == m_taken.end()) return;
  auto* taken = &it->second;
  ++taken->calls;
  if (!output.requires_grad()) output.set_requires_grad(true);
  output.register_hook([this, taken, &name = it->first,
                        x = std::make_shared<at::Tensor>(input.detach())](const at::Tensor& gradient) {
    c10::NoGradGuard noGrad;
    auto product =
        productByRows(gradient.reshape({-1, gradient.size(-1)}).t(), x->reshape({-1, x->size(-1)}));
    x->reset();  // the hook lives as long as the part's graph
    // A layer that runs several times has the sum of what its runs give.
    if (taken->sum.defined()) product += taken->sum;
    if (--taken->calls > 0)
      taken->sum = product;
    else
      reduce(*taken, name, product);
  });
}

std::vector<GradientSums> GradientTaker::finish() {
  // Runs whose output has no way to the loss were not told of.
  for (auto& [name, taken] : m_taken)
    if (taken.calls > 0 && taken.sum.defined()) reduce(taken, name, taken.sum);
  return std::move(m_sums);
}

void GradientTaker::reduce(Taken& taken, const std::string& name, const at::Tensor& gradient) {
  m_sums[taken.place] = gradientSums(m_weights.get(name), gradient);
  if (m_onGradient) m_onGradient(name, gradient);
  taken.sum.reset();
}

}  // namespace espalier
