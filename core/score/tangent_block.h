#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/model/pass.h"
#include "core/model/state.h"
#include "core/score/forked_block.h"

namespace espalier {

// Runs a block with tangents beside its clean pass, whose products are known: a layer whose input is still
// the clean one has the output that the recorder saw, and of one whose input carries tangents only those are
// multiplied. Without a recorder all is computed.
class TangentProducts : public LinearHook {
 public:
  TangentProducts(const Weights& weights, const ProductRecorder* clean)
      : m_weights(weights), m_clean(clean) {}

  at::Tensor known(const std::string& weight, const at::Tensor& input) override;
  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) override;

 private:
  const Weights& m_weights;
  const ProductRecorder* m_clean;
  size_t m_calls = 0;
};

// The same with one matrix perturbed: its output y = W x becomes y with one tangent, z x (and W dx, where the
// layer runs again on a stream that depends on it).
class TangentStart : public TangentProducts {
 public:
  TangentStart(const Weights& weights, const ProductRecorder* clean, const std::string& matrix,
               const at::Tensor& noise)
      : TangentProducts(weights, clean), m_matrix(matrix), m_noise(noise) {}

  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) override;

 private:
  const std::string& m_matrix;
  const at::Tensor& m_noise;
};

// States of the same batch behind the same block, each with one tangent or, where nothing depended on its
// matrix, none, as one with all their tangents in order. A stream that carries none in any is kept as it is.
State mergeTangents(const std::vector<State>& states);

// Puts the streams of a state with tangents beside those of the clean state behind the same block, so that
// all states of a batch share them.
void putBeside(const State& clean, State& state);

}  // namespace espalier
