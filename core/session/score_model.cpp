#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/evaluate/own_labels.h"
#include "core/score/gradient_sweep.h"
#include "core/score/zeroth_order.h"
#include "core/session/open_model.h"

namespace espalier {

namespace {

MatrixScore named(const Block& block, const PrunableMatrix& m, double score, double error) {
  return {m.name, block.name(), nameOf(block.description().component), m.parameters(), score, error, {}};
}

void checkOptions(const ScoreOptions& o) {
  const auto atLeastOne = [](int64_t value, const char* flag) {
    if (value < 1)
      throw Error(ErrorKind::InvalidInput,
                  std::string("--") + flag + " is " + std::to_string(value) + "; at least 1 was expected.");
  };
  atLeastOne(o.samples, "samples");
  atLeastOne(o.batchSize, "batch-size");
  atLeastOne(o.draws, "draws");
  if (!(o.eps > 0 && o.eps < 1))
    throw Error(ErrorKind::InvalidInput,
                "--eps is " + std::to_string(o.eps) + "; a step above 0 and below 1 was expected.");
}

using Take = std::function<void(std::vector<MatrixScore>)>;

void scoreByGradient(const OpenModel& m, const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::function<bool(const Block&)>& wanted, const ScoreOptions& options,
                     const JobControl& control, const Take& take) {
  const bool norm = options.method == "exact-gradient";
  sweepGradients(*m.model, m.weights, batches, wanted, control,
                 [&](const Block& b, const std::vector<MatrixGradients>& all) {
                   std::vector<MatrixScore> block;
                   for (const auto& g : all) {
                     // As a zeroth-order score is: a sum over batches. Its error is the scatter over the
                     // batches, which are a sample.
                     MatrixEstimate e{g.matrix, {}};
                     for (const auto& s : g.batches)
                       e.values.push_back(norm ? std::sqrt(2 / std::numbers::pi) * s.norm : s.weighted);
                     block.push_back(named(b, *g.matrix, e.sum(), e.standardErrorOfSum()));
                   }
                   std::reverse(block.begin(), block.end());
                   take(std::move(block));
                 });
}

}  // namespace

const std::vector<MethodDescription>& scoreMethods() {
  static const std::vector<MethodDescription> methods{
      {"zeroth-order",
       "How much the whole model's loss reacts to small random changes of a matrix (the paper's method; "
       "forward passes only)."},
      {"exact-gradient",
       "What zeroth-order estimates, exactly: the norm of the loss's gradient, block by block."},
      {"first-order", "Sum of |weight| times |gradient|, as the paper publishes it for comparison."},
      {"magnitude", "Mean absolute weight; needs no data. For comparison."},
  };
  return methods;
}

Scores scoreModel(const OpenModel& m, const Dataset& calibration, const ScoreOptions& options,
                  const JobControl& control, const BlockScored& onBlock) {
  checkOptions(options);
  Scores scores;
  scores.method = options.method;
  scores.model = m.info.folder.string();
  const auto wanted = [&](const Block& b) { return takesPart(b, options.includeBridge); };
  const auto take = [&](std::vector<MatrixScore> block) {
    if (onBlock) onBlock(block);
    scores.matrices.insert(scores.matrices.end(), block.begin(), block.end());
  };

  const bool gradients = options.method == "exact-gradient" || options.method == "first-order";
  if (options.method == "zeroth-order" || gradients) {
    const auto drawn = drawSamples(calibration, options.samples, options.seed);
    scores.data = calibration.path.string();
    scores.samples = int64_t(drawn.samples.size());
    scores.batchSize = options.batchSize;
    scores.draws = gradients ? 0 : options.draws;
    scores.eps = gradients ? 0 : options.eps;
    scores.seed = options.seed;
    auto batches = makeBatches(*m.processor, drawn, options.batchSize, control.stop);
    if (m.model->task() == ModelTask::Classify)
      batches = withOwnLabels(*m.model, m.weights, batches, control);
    if (gradients) {
      scoreByGradient(m, batches, wanted, options, control, take);
      // The reverse sweep ends with the first block; scores are kept in model order.
      std::reverse(scores.matrices.begin(), scores.matrices.end());
      return scores;
    }
    sweepZerothOrder(*m.model, m.weights, batches, wanted, {options.eps, options.draws, options.seed},
                     gaussianNoise(options.seed), control,
                     [&](const Block& b, const std::vector<MatrixEstimate>& estimates) {
                       std::vector<MatrixScore> block;
                       for (const auto& e : estimates)
                         block.push_back(named(b, *e.matrix, e.sum(), e.standardErrorOfSum()));
                       take(std::move(block));
                     });
  } else if (options.method == "magnitude") {
    ProgressMeter meter(control, "Scoring", int64_t(m.model->blocks().size()));
    for (const auto& b : m.model->blocks()) {
      if (wanted(*b)) {
        std::vector<MatrixScore> block;
        for (const auto& matrix : b->description().matrices)
          block.push_back(named(*b, matrix, m.weights.get(matrix.name).abs().mean().item<double>(), 0));
        take(std::move(block));
      }
      meter.advance(1, b->name());
    }
  } else {
    std::string known;
    for (const auto& method : scoreMethods()) known += (known.empty() ? "" : ", ") + method.name;
    throw Error(ErrorKind::InvalidInput, "--method is \"" + options.method + "\"; known are " + known + ".");
  }
  return scores;
}

}  // namespace espalier
