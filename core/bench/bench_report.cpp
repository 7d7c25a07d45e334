#include <algorithm>

#include "core/base/fixed_text.h"
#include "core/bench/bench.h"

namespace espalier {

namespace {

std::string timeText(double seconds) {
  return seconds < 0.1 ? fixedText(1000 * seconds, 2) + " ms"
                       : fixedText(seconds, seconds < 10 ? 2 : 1) + " s";
}

// Empty where it was not measured.
std::string ratioText(double ratio) {
  return ratio > 0 ? fixedText(ratio, 2) : "";
}

std::string batchesText(const BenchResult& m) {
  return std::to_string(m.batches) + (m.batches == 1 ? " batch of " : " batches of ") +
         std::to_string(m.rows);
}

// Every shape in a line for each number of rows: processor times and their ratios.
std::string overview(const BenchReport& r) {
  std::string out =
      "\n| shape | matrices | batches | plain loop | forward mode | plain / forward | sweep | plain / sweep "
      "| "
      "limit | exact and first-order | "
      "plain / exact | Wanda | SparseGPT | exact's peak / inference's |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
  for (const auto& m : r.results) {
    const auto time = [&](const char* id) {
      const auto* s = m.stage(id);
      return (s ? timeText(s->processorSeconds) : "") + " | ";
    };
    out += "| " + m.shape + " | " + std::to_string(m.matrices) + " | " + batchesText(m) + " | " +
           time("plain") + time("forward") + ratioText(m.plainOver("forward")) + " | " + time("sweep") +
           ratioText(m.plainOver("sweep")) + " | " + ratioText(m.sweepLimit()) + " | " + time("exact") +
           ratioText(m.plainOver("exact")) + " | " + time("wanda") + time("sparsegpt") +
           ratioText(m.exactMemoryRatio()) + " |\n";
  }
  return out;
}

}  // namespace

const BenchStage* BenchResult::stage(const std::string& id) const {
  for (const auto& name : benchStages())
    for (const auto& s : stages)
      if (name.id == id && name.title == s.name) return &s;
  return nullptr;
}

double BenchResult::exactMemoryRatio() const {
  const auto *inference = stage("inference"), *exact = stage("exact");
  return inference && exact && inference->peakBytes > 0
             ? double(exact->peakBytes) / double(inference->peakBytes)
             : 0;
}

double BenchResult::sweepLimit() const {
  const auto *plain = stage("plain"), *sweep = stage("sweep");
  return plain && sweep && sweep->leastSeconds > 0 ? plain->leastSeconds / sweep->leastSeconds : 0;
}

double BenchResult::plainOver(const std::string& id) const {
  const auto *plain = stage("plain"), *s = stage(id);
  return plain && s && s->processorSeconds > 0 ? plain->processorSeconds / s->processorSeconds : 0;
}

nlohmann::json toJson(const BenchReport& r) {
  const auto stages = [](const std::vector<BenchStage>& all) {
    auto out = nlohmann::json::array();
    for (const auto& s : all) {
      nlohmann::json j{{"stage", s.name}, {"seconds", s.seconds}, {"processorSeconds", s.processorSeconds}};
      if (s.leastSeconds > 0) j["leastSeconds"] = s.leastSeconds;
      if (s.peakBytes > 0) j["peakBytes"] = s.peakBytes;
      if (!s.note.empty()) j["note"] = s.note;
      out.push_back(j);
    }
    return out;
  };
  nlohmann::json j{{"processor", r.numerics.processor},
                   {"threads", r.numerics.threads},
                   {"blas", r.numerics.blasName + " " + r.numerics.blasCore},
                   {"gflops", r.gflops},
                   {"copyBytesPerSecond", r.copyBytesPerSecond},
                   {"models", nlohmann::json::array()},
                   {"selection", stages(r.selection)}};
  for (const auto& m : r.results)
    j["models"].push_back({{"shape", m.shape},
                           {"summary", m.summary},
                           {"parameters", m.parameters},
                           {"matrices", m.matrices},
                           {"batches", m.batches},
                           {"rows", m.rows},
                           {"positions", m.positions},
                           {"exactMemoryOverInference", m.exactMemoryRatio()},
                           {"sweepLimit", m.sweepLimit()},
                           {"stages", stages(m.stages)}});
  return j;
}

std::string toMarkdown(const BenchReport& r) {
  std::string out = "Measured on " + r.numerics.processor + ", " + std::to_string(r.numerics.threads) +
                    " workers, " + r.numerics.blasName + " " + r.numerics.blasCore + ": " +
                    fixedText(r.gflops, 0) + " GFLOP/s in float32 products, " +
                    fixedText(r.copyBytesPerSecond / 1e9, 1) + " GB/s read and written in copies.\n" +
                    overview(r);
  for (const auto& m : r.results) {
    out += "\n### " + m.shape + ": " + m.summary + "\n\n" + fixedText(double(m.parameters) / 1e6, 1) +
           " million parameters, " + std::to_string(m.matrices) + " matrices; " + batchesText(m) + ", " +
           std::to_string(m.positions) + " positions, " + fixedText(m.passOperations / 1e9, 1) +
           " GFLOP a batch.\n\n| stage | time | processor time | of the minimum | plain loop / it | peak "
           "memory | |\n"
           "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n";
    for (const auto& s : m.stages) {
      std::string faster;
      for (const char* id : {"forward", "sweep", "exact"})
        if (&s == m.stage(id)) faster = ratioText(m.plainOver(id));
      out += "| " + s.name + " | " + timeText(s.seconds) + " | " + timeText(s.processorSeconds) + " | " +
             (s.leastSeconds > 0 ? fixedText(s.seconds / s.leastSeconds, 2) : "") + " | " + faster + " | " +
             (s.peakBytes > 0 ? std::to_string(s.peakBytes >> 20) + " MiB" : "") + " | " + s.note + " |\n";
    }
  }
  if (r.selection.empty()) return out;
  out += "\n### Selection in a matrix of 4096 x 4096\n\n| | time | of a copy |\n| --- | ---: | ---: |\n";
  for (const auto& s : r.selection)
    out += "| " + s.name + " | " + timeText(s.seconds) + " | " +
           fixedText(s.seconds / r.selection[0].seconds, 2) + " |\n";
  return out;
}

}  // namespace espalier
