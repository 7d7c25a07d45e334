#include "core/bench/measure.h"

#include <algorithm>
#include <chrono>

#include "core/base/memory.h"
#include "core/base/numerics.h"
#include "core/base/scratch_folder.h"
#include "core/engine/open_model.h"
#include "core/image/encode.h"
#include "core/sweep/run.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int kGreyEdge = 224;

double secondsOf(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// One of the data, or made up; its picture lies in `folder` then.
Sample sampleFor(const OpenModel& model, const MeasureOptions& options, const fs::path& folder) {
  if (!options.data.empty()) {
    const auto data = openDatasetFor(model, options.data);
    if (data.samples.empty())
      throw Error(ErrorKind::InvalidInput, options.data.string() + " holds no pairs to measure with.");
    return data.samples.front();
  }
  Sample sample;
  if (model.processor->hasPictures()) {
    sample.image = folder / "grey.png";
    saveImage({kGreyEdge, kGreyEdge, std::vector<uint8_t>(size_t(kGreyEdge) * kGreyEdge * 3, 128)},
              sample.image);
  }
  const bool alone = model.model->task() == ModelTask::Continue;
  sample.question = alone ? "" : "What is in the picture?";
  sample.answer = alone ? "A picture of a house by a lake" : "a house";
  return sample;
}

// The model's structure once more, whose texts do not end before they are as long as is asked for.
std::shared_ptr<const Model> endless(const OpenModel& model) {
  auto out = std::const_pointer_cast<Model>(Model::fromCheckpoint(*model.checkpoint));  // nobody else's
  if (!out->generation()) return out;
  auto generation = *out->generation();
  generation.endTokens.clear();
  out->setGeneration(std::move(generation));
  return out;
}

}  // namespace

Spread Spread::of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  const double median = values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {median, values.front(), values.back()};
}

Measurement measureModel(const fs::path& folder, const MeasureOptions& options, const JobControl& control) {
  Measurement out;
  out.processor = numericsReport().processor;
  out.threads = numericsReport().threads;
  const ScratchFolder scratch(scratchParent(), "espalier-measure-");
  resetPeakMemory();
  std::vector<double> opening, first, prompts, rates;
  ProgressMeter meter(control, "Measuring", 2 * options.repeats);
  ModelPtr model;
  std::shared_ptr<const Model> structure;
  std::shared_ptr<const Batch> batch;
  bool generates = false;
  // The whole text; what it took and how many tokens it has.
  const auto run = [&](int64_t tokens) {
    const Pass pass{model->weights, nullptr, nullptr, control.stop};
    if (!generates) {
      runModel(*structure, pass, batch);
      return int64_t(1);
    }
    State state = begin(batch, model->weights);
    runBlocks(*structure, pass, state, 0, structure->decoderStart());
    const auto text = generateGreedy(*structure, pass, std::move(state), tokens);
    return text.sequences.size(1) - text.begin;
  };
  for (int64_t i = 0; i < options.repeats; ++i) {
    model.reset();  // one at a time in memory
    structure.reset();
    opening.push_back(secondsOf([&] { model = openModel(folder); }));
    structure = endless(*model);
    generates = structure->generation() && structure->task() != ModelTask::Match;
    const Sample sample = sampleFor(*model, options, scratch.path());
    batch = model->processor->batch(std::span(&sample, 1));
    first.push_back(secondsOf([&] { run(1); }));
    meter.advance();
  }
  for (int64_t i = 0; i < options.repeats; ++i) {
    const double prompt = secondsOf([&] { run(1); });
    if (generates) {
      int64_t tokens = 0;
      const double whole = secondsOf([&] { tokens = run(options.tokens); });
      if (tokens > 1 && whole > prompt) rates.push_back(double(tokens - 1) / (whole - prompt));
      prompts.push_back(prompt);
    } else {
      rates.push_back(1 / prompt);
    }
    meter.advance();
  }
  const auto& info = infoOf(*model);
  out.model = info.folder.string();
  out.fileBytes = info.fileBytes;
  out.denseBytes = info.denseBytes;
  out.sparsity = info.sparsity;
  out.peakBytes = peakMemory();
  out.openSeconds = Spread::of(opening);
  out.firstSeconds = Spread::of(first);
  out.unit = generates ? "tokens" : batch->has("pixel_values") ? "pictures" : "texts";
  if (!rates.empty()) out.perSecond = Spread::of(rates);
  if (!prompts.empty()) out.promptSeconds = Spread::of(prompts);
  return out;
}

nlohmann::json toJson(const Measurement& m) {
  const auto spread = [](const Spread& s) {
    return nlohmann::json{{"median", s.median}, {"least", s.least}, {"most", s.most}};
  };
  nlohmann::json out{{"processor", m.processor},
                     {"threads", m.threads},
                     {"model", m.model},
                     {"fileBytes", m.fileBytes},
                     {"denseBytes", m.denseBytes},
                     {"sparsity", m.sparsity},
                     {"openSeconds", spread(m.openSeconds)},
                     {"firstSeconds", spread(m.firstSeconds)},
                     {"peakBytes", m.peakBytes},
                     {"unit", m.unit},
                     {"perSecond", spread(m.perSecond)}};
  if (m.promptSeconds.median > 0) out["promptSeconds"] = spread(m.promptSeconds);
  return out;
}

}  // namespace espalier
