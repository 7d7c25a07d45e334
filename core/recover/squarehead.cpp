#include <c10/core/GradMode.h>

#include "core/recover/distillation_loss.h"
#include "core/recover/real_positions.h"
#include "core/recover/recovery_list.h"
#include "core/recover/whole_model.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

// How far the states behind the blocks are from the dense model's, as a share of each token's own variance,
// and how far the predictions are. A few tokens of a vision tower have numbers hundreds of times as large as
// all others: measured together, they would be all that counts.
class StatesLoss : public WholeLoss {
 public:
  explicit StatesLoss(const Recovery& r) : m_r(r) {
    if (r.model.task() != ModelTask::Embed) m_predictions = distillationLoss(r);
    const auto& blocks = r.model.blocks();
    while (m_first + 1 < blocks.size() && !isPruned(*blocks[m_first], r.dense, r.weights)) ++m_first;
    m_width = double(stateWidth());
  }

  double countOf(int64_t) const override { return 1; }
  double numbersEach() const override { return m_width; }

  at::Tensor sumOfPass(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs,
                       int64_t batch) const override {
    State ours = begin(inputs, pass.weights), wanted = ours;
    at::Tensor errors;
    int64_t count = 0;
    for (size_t b = 0; b < model.blocks().size(); ++b) {
      at::Tensor real;
      {
        c10::NoGradGuard noGrad;
        if (b >= m_first) real = realPositions(wanted, model.blocks()[b]->description().component);
        runBlocks(model, Pass{.weights = *m_r.dense, .stop = pass.stop}, wanted, b, b + 1);
      }
      runBlocks(model, pass, ours, b, b + 1);
      if (b < m_first || !isComparable(ours.hidden, wanted.hidden)) continue;
      const auto error = errorOf(ours.hidden, wanted.hidden, real);
      errors = errors.defined() ? errors + error : error;
      ++count;
    }
    auto loss = count > 0 ? errors / double(count) : at::zeros({});
    if (m_predictions && m_predictions->countOf(batch) > 0)
      loss = loss + m_predictions->sum(ours, batch) / m_predictions->countOf(batch);
    return loss;
  }

 private:
  static bool isComparable(const at::Tensor& ours, const at::Tensor& wanted) {
    return ours.defined() && wanted.defined() && ours.sizes().equals(wanted.sizes());
  }

  // The mean over real tokens.
  static at::Tensor errorOf(const at::Tensor& ours, const at::Tensor& wanted, const at::Tensor& real) {
    constexpr double kLeastVariance = 1e-6;
    const auto variance = wanted.var(-1, false).clamp_min(kLeastVariance);
    const auto error = (ours - wanted).square().mean(-1) / variance;
    if (!real.defined() || !real.sizes().equals(error.sizes())) return error.mean();
    return (error * real).sum() / real.sum().clamp_min(1);
  }

  // How many numbers the states of the first batch have behind all blocks.
  int64_t stateWidth() const {
    c10::NoGradGuard noGrad;
    int64_t numbers = 0;
    const Pass pass{.weights = *m_r.dense, .stop = m_r.control.stop};
    State state = begin(m_r.training.front(), pass.weights);
    for (size_t b = 0; b < m_r.model.blocks().size(); ++b) {
      runBlocks(m_r.model, pass, state, b, b + 1);
      if (b >= m_first && state.hidden.defined()) numbers += state.hidden.numel();
    }
    return numbers;
  }

  const Recovery& m_r;
  std::unique_ptr<EndLoss> m_predictions;  // null: the model predicts nothing
  size_t m_first = 0;                      // block that is pruned
  double m_width = 0;
};

class SquareHeadMethod : public RecoveryMethod {
 public:
  const Method& method() const override {
    static const Method text{
        "squarehead",
        ENGINE_TEXT("Engine", "SquareHead distillation"),
        ENGINE_TEXT("Engine",
                    "Trains all kept weights together until states and predictions are the dense one's"),
        {{"min<sub>W</sub> mean ‖h − h<sub>dense</sub>‖² / var h<sub>dense</sub> + KL(p<sub>dense</sub> ‖ p)",
          ENGINE_TEXT(
              "Engine",
              "h are the states behind every block, token by token. Masks stay; kept weights, biases and "
              "norms of pruned blocks are trained by Adam on {samples} samples.")}},
        "Kurtic et al., 2023, arXiv 2310.06927"};
    return text;
  }
  bool needsPredictions() const override { return true; }

  void recover(Recovery& r) const override {
    constexpr double kRate = 5e-3;  // of a tensor whose numbers have a root mean square of 1
    recoverWhole({.method = name(),
                  .stage = "Distilling states",
                  .measure = "states and predictions",
                  .steps = r.options.squareheadSteps,
                  .rate = kRate,
                  .tensors = [&] { return trainedTensorsOfAll(r); },
                  .loss = [&] { return std::make_unique<StatesLoss>(r); }},
                 r);
  }
};

}  // namespace

const RecoveryMethod& squareHeadMethod() {
  static const SquareHeadMethod method;
  return method;
}

}  // namespace espalier
