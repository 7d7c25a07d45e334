#pragma once

#include <ATen/ATen.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/model/pass.h"

namespace espalier {

// The outputs of a block's linear layers while a clean state runs through it, so that no perturbed run of the
// same block computes them again.
class ProductRecorder : public LinearHook {
 public:
  struct Product {
    std::string weight;
    int64_t inputRows = 0;
    at::Tensor input;  // of an expert, [tokens, columns]: which tokens it sees may change with a perturbation
    at::Tensor output;
  };
  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) override {
    m_products.push_back({weight, input.size(0), input.dim() == 2 ? input : at::Tensor(), output});
  }
  const std::vector<Product>& products() const { return m_products; }

 private:
  std::vector<Product> m_products;
};

// Runs a block with one matrix perturbed: its output y becomes y + first z x and y + second z x, one behind
// the other, and every stream that depends on it has twice the rows from there on. Layers whose input is
// still the clean one have the outputs that the recorder saw; without a recorder they are computed.
class Perturbation : public LinearHook {
 public:
  Perturbation(const std::string& weight, const at::Tensor& noise, double first, double second,
               const ProductRecorder* clean)
      : m_weight(weight), m_noise(noise), m_first(first), m_second(second), m_clean(clean) {}

  at::Tensor known(const std::string& weight, const at::Tensor& input) override;
  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) override;

 private:
  const std::string& m_weight;
  const at::Tensor& m_noise;
  double m_first, m_second;
  const ProductRecorder* m_clean;
  size_t m_calls = 0;
  int64_t m_forkedRows = 0;  // of the perturbed layer's output; 0: it has not run yet
};

// Remembers what the layers of later blocks make of a stream that perturbations before them do not reach: the
// keys and values of an encoder's output while the decoder is perturbed. For one batch; used by its tasks at
// once.
class ContextProducts {
 public:
  // A new context empties it.
  void setContext(const at::Tensor& context);

  // For one task.
  class Hook : public LinearHook {
   public:
    explicit Hook(ContextProducts& products) : m_products(products) {}
    at::Tensor known(const std::string& weight, const at::Tensor& input) override;
    void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) override;

   private:
    ContextProducts& m_products;
  };

 private:
  std::mutex m_mutex;
  at::Tensor m_context;
  std::map<std::string, at::Tensor> m_outputs;
};

}  // namespace espalier
