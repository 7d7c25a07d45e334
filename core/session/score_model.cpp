#include "core/base/parallel.h"
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
      throw Error(ErrorKind::InvalidInput, std::string("--") + flag + " is " + std::to_string(value) + "; at least 1 was expected.");
  };
  atLeastOne(o.samples, "samples");
  atLeastOne(o.batchSize, "batch-size");
  atLeastOne(o.draws, "draws");
  if (!(o.eps > 0 && o.eps < 1))
    throw Error(ErrorKind::InvalidInput, "--eps is " + std::to_string(o.eps) + "; a step above 0 and below 1 was expected.");
}

}  // namespace

const std::vector<MethodDescription>& scoreMethods() {
  static const std::vector<MethodDescription> methods{
      {"zeroth-order", "How much the whole model's loss reacts to small random changes of a matrix (the paper's method; "
                       "forward passes only)."},
      {"magnitude", "Mean absolute weight; needs no data. For comparison."},
  };
  return methods;
}

Scores scoreModel(const OpenModel& m, const Dataset& calibration, const ScoreOptions& options, const JobControl& control,
                  const BlockScored& onBlock) {
  checkOptions(options);
  Scores scores;
  scores.method = options.method;
  scores.model = m.info.folder.string();
  const auto wanted = [&](const Block& b) { return takesPart(b, options.includeBridge); };
  const auto take = [&](std::vector<MatrixScore> block) {
    if (onBlock) onBlock(block);
    scores.matrices.insert(scores.matrices.end(), block.begin(), block.end());
  };

  if (options.method == "zeroth-order") {
    const auto drawn = drawSamples(calibration, options.samples, options.seed);
    scores.data = calibration.path.string();
    scores.samples = int64_t(drawn.samples.size());
    scores.batchSize = options.batchSize;
    scores.draws = options.draws;
    scores.eps = options.eps;
    scores.seed = options.seed;
    const auto batches = makeBatches(*m.processor, drawn, options.batchSize, control.stop);
    sweepZerothOrder(*m.model, m.weights, batches, wanted, {options.eps, options.draws, options.seed},
                     gaussianNoise(options.seed), control, [&](const Block& b, const std::vector<MatrixEstimate>& estimates) {
                       std::vector<MatrixScore> block;
                       for (const auto& e : estimates) block.push_back(named(b, *e.matrix, e.sum(), e.standardErrorOfSum()));
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
