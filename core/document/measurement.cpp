#include "core/document/measurement.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json_numbers.h"

namespace espalier {

namespace {

nlohmann::json spreadJson(const Spread& s) {
  return {{"median", s.median}, {"least", s.least}, {"most", s.most}};
}

Spread spreadFrom(const nlohmann::json& json) {
  return {json.at("median"), json.at("least"), json.at("most")};
}

}  // namespace

Spread Spread::of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  const double median = values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {median, values.front(), values.back()};
}

nlohmann::json toJson(const Measurement& m) {
  nlohmann::json out{{"processor", m.processor},
                     {"threads", m.threads},
                     {"model", m.model},
                     {"fileBytes", m.fileBytes},
                     {"denseBytes", m.denseBytes},
                     {"sparsity", m.sparsity},
                     {"openSeconds", spreadJson(m.openSeconds)},
                     {"firstSeconds", spreadJson(m.firstSeconds)},
                     {"peakBytes", m.peakBytes},
                     {"unit", m.unit},
                     {"perSecond", spreadJson(m.perSecond)}};
  if (m.processorSeconds.median > 0) out["processorSeconds"] = spreadJson(m.processorSeconds);
  if (m.float32ProcessorSeconds.median > 0)
    out["float32ProcessorSeconds"] = spreadJson(m.float32ProcessorSeconds);
  if (m.promptSeconds.median > 0) out["promptSeconds"] = spreadJson(m.promptSeconds);
  if (m.isCompact())
    out.update({{"heldBytes", m.heldBytes},
                {"float32Bytes", m.float32Bytes},
                {"matrices", m.matrices},
                {"sparseMatrices", m.sparseMatrices},
                {"float32PerSecond", spreadJson(m.float32PerSecond)},
                {"float32PeakBytes", m.float32PeakBytes}});
  return out;
}

Measurement measurementFromJson(const nlohmann::json& json, const std::string& where) {
  Measurement m;
  try {
    m.processor = json.at("processor");
    m.threads = wholeOf<int>(json.at("threads"));
    m.model = json.at("model");
    m.fileBytes = wholeOf<int64_t>(json.at("fileBytes"));
    m.denseBytes = wholeOf<int64_t>(json.at("denseBytes"));
    m.sparsity = json.at("sparsity");
    m.openSeconds = spreadFrom(json.at("openSeconds"));
    m.firstSeconds = spreadFrom(json.at("firstSeconds"));
    m.peakBytes = wholeOf<int64_t>(json.at("peakBytes"));
    m.unit = json.at("unit");
    m.perSecond = spreadFrom(json.at("perSecond"));
    if (json.contains("processorSeconds")) m.processorSeconds = spreadFrom(json.at("processorSeconds"));
    if (json.contains("float32ProcessorSeconds"))
      m.float32ProcessorSeconds = spreadFrom(json.at("float32ProcessorSeconds"));
    if (json.contains("promptSeconds")) m.promptSeconds = spreadFrom(json.at("promptSeconds"));
    if (json.contains("float32Bytes")) {
      m.heldBytes = wholeOf<int64_t>(json.at("heldBytes"));
      m.float32Bytes = wholeOf<int64_t>(json.at("float32Bytes"));
      m.matrices = wholeOf<int64_t>(json.at("matrices"));
      m.sparseMatrices = wholeOf<int64_t>(json.at("sparseMatrices"));
      m.float32PerSecond = spreadFrom(json.at("float32PerSecond"));
      m.float32PeakBytes = wholeOf<int64_t>(json.at("float32PeakBytes"));
    }
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::Format, where + " holds a measurement that cannot be read: " + e.what() + ".");
  }
  return m;
}

}  // namespace espalier
