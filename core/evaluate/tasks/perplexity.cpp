#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/evaluate/evaluation_task.h"
#include "core/evaluate/pair_run.h"
#include "core/inputs/token_texts.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// What a row predicts, token for token, behind what the text's rows before it did.
void addTokens(const PairRun& run, PairResult& p, const State& state, int64_t row) {
  const auto targets = state.lossTargets[row].cpu().contiguous(),
             losses = state.lossTerms[row].cpu().contiguous();
  const auto labels = state.inputs->find("labels");
  std::vector<int64_t> ids;
  std::vector<double> terms;
  const auto add = [&](int64_t id, double loss) {
    if (id == kIgnoredLabel) return;
    ids.push_back(id);
    terms.push_back(loss);
  };
  // A text that predicts its next tokens begins with one that nothing predicts.
  if (p.tokens.empty() && labels.defined() && labels.size(1) == targets.numel() + 1)
    add(labels[row][0].item<int64_t>(), -1);
  for (int64_t t = 0; t < targets.numel(); ++t)
    add(targets.data_ptr<int64_t>()[t], losses.data_ptr<double>()[t]);
  const auto texts = tokenTexts(run.processor, ids);
  for (size_t t = 0; t < ids.size(); ++t) p.tokens.push_back({texts[t], terms[t]});
}

// A text may be several rows (row_sample).
void measureText(PairRun& run) {
  const auto batches = run.pairBatches();
  std::vector<double> sums(run.result.pairs.size()), counts(run.result.pairs.size());
  forwardBatches(
      run.model, run.weights, batches, run.control, {.terms = true},
      [&](size_t batch, const State& state) {
        auto owner = batches[batch]->find("row_sample");
        if (!owner.defined()) owner = at::arange(state.lossCount.size(0), at::kLong);
        const auto sum = state.lossSum.cpu(), count = state.lossCount.cpu();
        std::set<int64_t> samples;
        for (int64_t r = 0; r < owner.size(0); ++r) {
          const auto row = owner[r].item<int64_t>();
          const auto i = size_t(run.pairOf(batch, row).sample);
          sums[i] += sum[r].item<double>();
          counts[i] += count[r].item<double>();
          addTokens(run, run.pairOf(batch, row), state, r);
          samples.insert(row);
        }
        for (const auto row : samples) {
          PairResult& p = run.pairOf(batch, row);
          const auto i = size_t(p.sample);
          p.loss = counts[i] > 0 ? sums[i] / counts[i] : 0;
          run.tell(p);
        }
      },
      run.keptStates(PairRun::kPairs));
  const double tokens = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (tokens == 0)
    throw Error(ErrorKind::InvalidInput, run.dataset.path.string() + " holds no text of two tokens.");
  const double loss = std::accumulate(sums.begin(), sums.end(), 0.0) / tokens;
  run.result.metrics = {{"token loss", loss}, {"perplexity", std::exp(loss)}};
}

class PerplexityTask : public EvaluationTask {
 public:
  const Method& method() const override {
    static const Method method{"perplexity", "The loss of the expected text: perplexity"};
    return method;
  }
  EvaluationColumns columns() const override { return {.right = false, .share = false}; }
  bool suits(const EvaluationSubject& subject) const override {
    return subject.hasText() && (subject.model == ModelTask::Answer || subject.model == ModelTask::Continue);
  }
  void measure(PairRun& run) const override { measureText(run); }
};

}  // namespace

const EvaluationTask& perplexityTask() {
  static const PerplexityTask task;
  return task;
}

}  // namespace espalier
