#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/engine/engine.h"

namespace espalier {

// What a model takes on this machine: bytes, time to open it, memory, and how fast it runs.
struct MeasureOptions {
  int64_t repeats = 5;
  int64_t tokens = 64;  // generated in each repeat, whether or not the text would end before
  // A sample of it is what the model is given; without one, a grey picture and a short text.
  std::filesystem::path data = {};
};

// One number measured several times.
struct Spread {
  double median = 0, least = 0, most = 0;
  static Spread of(std::vector<double> values);  // at least one
};

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
  Spread promptSeconds;  // of the pass before the first token; 0 where nothing is generated
};

Measurement measureModel(const std::filesystem::path& folder, const MeasureOptions& options,
                         const JobControl& control);

nlohmann::json toJson(const Measurement& m);

}  // namespace espalier
