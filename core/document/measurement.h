#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace espalier {

// One number measured several times.
struct Spread {
  double median = 0, least = 0, most = 0;
  static Spread of(std::vector<double> values);  // at least one
};

// What a model takes on a machine, as `espalier-cli measure` finds it (core/bench/measure.h).
struct Measurement {
  std::string processor, model;
  int threads = 0;
  int64_t fileBytes = 0, denseBytes = 0;  // as ModelInfo's
  double sparsity = 0;
  Spread openSeconds;     // openModel(), the files in the system's cache from the second time on
  Spread firstSeconds;    // from there to the first answer, weights read and unpacked
  int64_t peakBytes = 0;  // of resident memory from opening the model to the last answer; 0: not known
  std::string unit;       // "tokens" that are generated one by one after a prompt, else "pictures" or "texts"
  Spread perSecond;
  Spread processorSeconds;  // of all threads together, for each of them; all 0 in older measurements
  Spread promptSeconds;     // of the pass before the first token; 0 where nothing is generated

  // Models that generate text are measured twice: as above, with matrices as CompactWeights holds them, and
  // with matrices in float32.
  int64_t heldBytes = 0;       // of the matrices that were read, as they are held
  int64_t float32Bytes = 0;    // the same matrices in float32; 0: measured in float32 alone
  int64_t matrices = 0;        // how many these are,
  int64_t sparseMatrices = 0;  // and of how many the zeros are left out
  Spread float32PerSecond;     // as perSecond
  Spread float32ProcessorSeconds;
  int64_t float32PeakBytes = 0;  // as peakBytes
  bool isCompact() const { return float32Bytes > 0; }
  double faster() const { return perSecond.median / float32PerSecond.median; }  // where isCompact()
  double heldShare() const { return double(heldBytes) / double(float32Bytes); }
};

nlohmann::json toJson(const Measurement& m);
// Throws Error (Format) that says what is missing or wrong. where: which file, for that sentence.
Measurement measurementFromJson(const nlohmann::json& json, const std::string& where);

}  // namespace espalier
