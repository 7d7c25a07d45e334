#include "core/engine/engine.h"
#include "core/engine/score_draws.h"
#include "core/engine/score_method.h"

namespace espalier {

namespace {

const ScoreMethod kForwardMode{
    {"forward-mode",
     ENGINE_TEXT("Engine", "Forward mode"),
     ENGINE_TEXT(
         "Engine",
         "What zeroth-order takes as a difference, as the derivative it approaches: how fast the whole "
         "model's loss changes when a matrix moves in a random direction."),
     {{"g = |∂<i>L</i>(W + tz) / ∂t| at t = 0",
       ENGINE_TEXT("Engine",
                   "W is a weight matrix, L the model's loss on a batch, z random noise of W's shape. The "
                   "derivative runs forward through the model beside its values.")},
      {"s = Σ g",
       ENGINE_TEXT("Engine",
                   "over {samples} samples in batches of {batchSize}, with {draws} noise draws each.")},
      {"E g = √(2/π) · ‖∂<i>L</i>/∂W‖<sub>F</sub>",
       ENGINE_TEXT("Engine",
                   "is what it estimates: the error bars close in on it with more samples and draws.")}},
     "Baydin et al., 2022, arXiv 2202.08587"},
    ScoreMethod::Needs::Loss,
    true,
    scoreByForwardMode};

const ScoreMethod kZerothOrder{
    {"zeroth-order",
     ENGINE_TEXT("Engine", "Zeroth-order"),
     ENGINE_TEXT(
         "Engine",
         "How much the whole model's loss reacts to small random changes of a matrix (the paper's method; "
         "forward passes only)."),
     {{"g = |<i>L</i>(W + εz) − <i>L</i>(W − εz)| / 2ε",
       ENGINE_TEXT("Engine",
                   "W is a weight matrix, L the model's loss on a batch, z random noise of W's shape. ε is "
                   "{eps}.")},
      {"s = Σ g",
       ENGINE_TEXT("Engine",
                   "over {samples} samples in batches of {batchSize}, with {draws} noise draws each.")},
      {"E g = √(2/π) · ‖∂<i>L</i>/∂W‖<sub>F</sub>",
       ENGINE_TEXT("Engine",
                   "is what it estimates: the error bars close in on it with more samples and draws.")}},
     "Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998"},
    ScoreMethod::Needs::Loss,
    true,
    scoreByZerothOrder,
    true};

const ScoreMethod kExactGradient{
    {"exact-gradient",
     ENGINE_TEXT("Engine", "Exact gradient"),
     ENGINE_TEXT("Engine",
                 "What zeroth-order estimates, exactly: the norm of the loss's gradient, block by block."),
     {{"s = √(2/π) · Σ ‖∂<i>L</i>/∂W‖<sub>F</sub>",
       ENGINE_TEXT("Engine", "over batches: exactly what the zeroth-order score estimates.")}},
     {}},
    ScoreMethod::Needs::Loss,
    false,
    [](ScoreWork& work) { scoreByGradient(work, true); }};

const ScoreMethod kFirstOrder{
    {"first-order",
     ENGINE_TEXT("Engine", "First-order"),
     ENGINE_TEXT("Engine", "Sum of |weight| times |gradient|, as the paper publishes it for comparison."),
     {{"s = Σ |W<sub>ij</sub>| · |∂<i>L</i>/∂W<sub>ij</sub>|",
       ENGINE_TEXT("Engine", "summed over the matrix and the batches.")}},
     "Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998"},
    ScoreMethod::Needs::Loss,
    false,
    [](ScoreWork& work) { scoreByGradient(work, false); }};

const ScoreMethod kPrunedLoss{
    {"pruned-loss",
     ENGINE_TEXT("Engine", "Measured loss"),
     ENGINE_TEXT(
         "Engine",
         "How much the whole model's loss rises when a matrix alone is pruned to the target: no small "
         "change, but the one that is going to be made."),
     {{"s = Σ max(0, <i>L</i>(W ∘ M) − <i>L</i>(W))",
       ENGINE_TEXT(
           "Engine",
           "over batches of {batchSize} of {samples} samples. M leaves of the matrix W what Wanda leaves "
           "at the target sparsity; the other matrices are whole.")}},
     {}},
    ScoreMethod::Needs::Loss,
    false,
    scoreByPrunedLoss,
    false,
    true};

const ScoreMethod kLocalScores{
    {"local",
     ENGINE_TEXT("Engine", "Local scores"),
     ENGINE_TEXT(
         "Engine",
         "Sum of weight times the norm of its input: local importance, which the paper finds misleading."),
     {{"s = Σ |W<sub>ij</sub>| · ‖X<sub>j</sub>‖<sub>2</sub>",
       ENGINE_TEXT(
           "Engine",
           "summed over the matrix. X<sub>j</sub> holds what input j carries over {samples} samples.")}},
     "Sung, Yoon, Bansal, ICLR 2024, arXiv 2310.02998"},
    ScoreMethod::Needs::Statistics,
    false,
    scoreByStatistics};

const ScoreMethod kMagnitudeScores{
    {"magnitude",
     ENGINE_TEXT("Engine", "Magnitude"),
     ENGINE_TEXT("Engine", "Mean absolute weight; needs no data. For comparison."),
     {{"s = mean |W<sub>ij</sub>|", ENGINE_TEXT("Engine", "without any data.")}},
     {}},
    ScoreMethod::Needs::Nothing,
    false,
    scoreByMagnitude};

}  // namespace

Registry<ScoreMethod>& scoreMethodRegistry() {
  static Registry<ScoreMethod> methods{
      &kForwardMode, &kZerothOrder, &kExactGradient,   &kFirstOrder,
      &kPrunedLoss,  &kLocalScores, &kMagnitudeScores,
  };
  return methods;
}

const std::vector<Method>& scoreMethods() {
  static const auto methods = methodsOf(scoreMethodRegistry().all());
  return methods;
}

bool drawsNoise(const std::string& scoreMethod) {
  const auto* method = scoreMethodRegistry().find(scoreMethod);
  return method && method->draws;  // null: a file of another program names it
}

bool scoringNeedsData(const std::string& scoreMethod) {
  const auto* method = scoreMethodRegistry().find(scoreMethod);
  return method && method->needs != ScoreMethod::Needs::Nothing;
}

bool scoresAtTarget(const ScoreOptions& options) {
  const auto* method = scoreMethodRegistry().find(options.method);
  return options.rescore > 1 || (method && method->atTarget);
}

const OptionFields<ScoreOptions>& scoreFields() {
  using O = ScoreOptions;
  static const OptionFields<O> fields{
      {.key = "method",
       .flag = "--method",
       .title = ENGINE_TEXT("Engine", "Scoring method"),
       .help = "How a matrix is scored",
       .member = &O::method,
       .methods = scoreMethods},
      {.key = "samples",
       .flag = "--samples",
       .title = ENGINE_TEXT("Engine", "Scoring samples"),
       .help = "Calibration samples",
       .member = &O::samples,
       .least = 1},
      {.key = "batchSize",
       .flag = "--batch-size",
       .title = ENGINE_TEXT("Engine", "Scoring batch size"),
       .help = "Samples in a batch",
       .member = &O::batchSize,
       .least = 1},
      {.key = "draws",
       .flag = "--draws",
       .title = ENGINE_TEXT("Engine", "Noise draws"),
       .help = "Noise draws for each batch",
       .member = &O::draws,
       .least = 1,
       .most = 100000},  // each is a number kept for each matrix and batch
      {.key = "eps",
       .flag = "--eps",
       .title = ENGINE_TEXT("Engine", "Perturbation step"),
       .help = "Step of the perturbation (zeroth-order)",
       .member = &O::eps},
      {.key = "seed",
       .flag = "--seed",
       .title = ENGINE_TEXT("Engine", "Scoring seed"),
       .help = "Of the noise and of the choice of samples",
       .member = &O::seed},
      {.key = "includeBridge",
       .flag = "--include-bridge",
       .title = ENGINE_TEXT("Engine", "Q-Former"),
       .help = "Score and prune the Q-Former as well",
       .member = &O::includeBridge,
       .valueTitles = {{"true", ENGINE_TEXT("Engine", "pruned too")},
                       {"false", ENGINE_TEXT("Engine", "left alone")}}},
      {.key = "statistics",
       .flag = "--statistics",
       .title = ENGINE_TEXT("Engine", "Statistics for other allocators"),
       .help = "Also gather what the allocators local, owl, dlp and alpha-pruning share by, in one pass",
       .member = &O::statistics,
       .valueTitles = {{"true", ENGINE_TEXT("Engine", "gathered")},
                       {"false", ENGINE_TEXT("Engine", "not gathered")}}},
      {.key = "untilStable",
       .flag = "--until-stable",
       .title = ENGINE_TEXT("Engine", "Draw until certain to"),
       .help =
           "Draw noise again, up to --draws times, until no block's sparsity is uncertain by more than this",
       .member = &O::untilStable,
       .valueTitles = {{"0.0", ENGINE_TEXT("Engine", "all draws")}},
       .onlyIfChosen = true},
      {.key = "rescore",
       .flag = "--rescore",
       .title = ENGINE_TEXT("Engine", "Parts to re-score after"),
       .help = "Reach the target in so many parts, and score the model as pruned so far after each",
       .member = &O::rescore,
       .least = 1,
       .most = 100,
       .valueTitles = {{"1", ENGINE_TEXT("Engine", "none, the dense model alone")}},
       .onlyIfChosen = true},
  };
  return fields;
}

}  // namespace espalier
