#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace espalier {

// What lies between letting a bar go and the real answer, on the bundled samples: the plan is pruned to and
// all pairs are asked, as the window does it (LivePruner, LiveEvaluator), nothing computed ahead. Each sample
// is measured with the inputs of the dense model and with those of the pruned blocks before
// (PruneOptions::inputs).
struct LiveBenchOptions {
  int64_t repeats = 3;    // the fastest counts
  int64_t samples = 128;  // calibration pairs
  std::string criterion = "wanda";
  std::string refinement = {};
};

struct LiveTime {
  std::string changed;                               // where the first block stands whose sparsity changed
  double previewSeconds = 0, previewAskSeconds = 0;  // LivePruner::preview(), and the pairs asked
  int64_t previewDiffers = 0;                        // pairs whose preview answer is not the exact one
  double pruneSeconds = 0, askSeconds = 0;           // LivePruner::run() after that, and the pairs asked; 0
                                                     // where the preview was exact
  double processorSeconds = 0;                       // of both, over all cores
  size_t blocksPruned = 0;                           // anew
  double firstSeconds() const { return previewSeconds + previewAskSeconds; }
  double exactSeconds() const { return firstSeconds() + pruneSeconds + askSeconds; }
};

struct LiveBenchModel {
  std::string name, inputs;
  int64_t pairs = 0, blocks = 0;
  double leastSeconds = 0;  // of the first row: the products alone at the rate measured for large ones
  std::vector<LiveTime> times;
};

struct LiveBenchReport {
  std::string processor;
  int threads = 0;
  double gflops = 0;
  std::vector<LiveBenchModel> models;
};

LiveBenchReport runLiveBench(const LiveBenchOptions& options, const JobControl& control);

nlohmann::json toJson(const LiveBenchReport& report);
std::string toMarkdown(const LiveBenchReport& report);

}  // namespace espalier
