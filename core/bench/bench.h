#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/numerics.h"
#include "core/base/progress.h"

namespace espalier {

// The figures of docs/performance.md: what each stage takes on models of several shapes with random weights,
// beside the least that its arithmetic and memory traffic can take on this machine.
struct BenchOptions {
  std::string shape;                // a name of benchShapes(); empty: all that are marked to be measured
  std::vector<std::string> stages;  // ids of benchStages(); empty: all
  int64_t batches = 2;              // calibration batches
  std::vector<int64_t> rows{4};     // samples in each; every shape is measured with each of these
  int64_t plainMatrices =
      32;               // the plain loop runs on so many matrices, evenly spread, and is scaled; 0: all
  int64_t repeats = 3;  // of the short stages; the fastest counts
};

// What can be measured: a short name for the command line and the one in the tables.
struct BenchStageName {
  std::string id, title;
};
const std::vector<BenchStageName>& benchStages();

struct BenchStage {
  std::string name;
  double seconds = 0;
  double processorSeconds = 0;  // of all workers together; on a busy machine steadier than seconds
  double leastSeconds = 0;      // theoretical minimum of seconds; 0: none is given
  int64_t peakBytes = 0;        // of resident memory while it ran; 0: the system does not say
  std::string note;             // what it was measured on, where that is not plain
};

struct BenchResult {
  std::string shape, summary;
  int64_t parameters = 0, matrices = 0, batches = 0, rows = 0, positions = 0;
  double passOperations = 0;  // floating-point operations of a forward pass of one batch
  std::vector<BenchStage> stages;

  const BenchStage* stage(const std::string& id) const;  // null: not measured
  // The exact gradient's peak of memory over that of inference; 0 where the system does not say.
  double exactMemoryRatio() const;
  // By how much a sweep can be faster than the plain loop: the ratio of their least operations. 0: not
  // measured.
  double sweepLimit() const;
  // Processor time of the plain loop over that of a stage; 0: one of them was not measured.
  double plainOver(const std::string& id) const;
};

struct BenchReport {
  NumericsReport numerics;
  double gflops = 0;              // measured, float32 products on all workers
  double copyBytesPerSecond = 0;  // measured, bytes read and written again, on all workers
  std::vector<BenchResult> results;
  std::vector<BenchStage> selection;  // of one matrix of 4096 x 4096
};

BenchReport runBench(const BenchOptions& options, const JobControl& control);

nlohmann::json toJson(const BenchReport& report);
// Tables in Markdown, as docs/performance.md has them.
std::string toMarkdown(const BenchReport& report);

}  // namespace espalier
