#include "core/bench/measure.h"

#include <c10/core/GradMode.h>

#include <time.h>

#include <chrono>
#include <optional>

#include "core/base/memory.h"
#include "core/base/numerics.h"
#include "core/base/scratch_folder.h"
#include "core/data/dataset.h"
#include "core/engine/open_model.h"
#include "core/image/encode.h"
#include "core/model/weights_compact.h"
#include "core/sweep/run.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr int kGreyEdge = 224;

// What something took: by the clock, and of the processor in all threads.
struct Taken {
  double seconds = 0, processorSeconds = 0;
};

Taken takenBy(const std::function<void()>& body) {
  const auto processor = [] {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  };
  const auto start = std::chrono::steady_clock::now();
  const double processorStart = processor();
  body();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          processor() - processorStart};
}

// What was found of the speed in each repeat.
struct Speeds {
  std::vector<double> perSecond, processorSeconds;

  void add(const Taken& each) {
    if (each.seconds <= 0) return;
    perSecond.push_back(1 / each.seconds);
    if (each.processorSeconds > 0) processorSeconds.push_back(each.processorSeconds);
  }
};

double secondsOf(const std::function<void()>& body) {
  return takenBy(body).seconds;
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

// A model that is opened, asked the same again and again, and closed.
class Measured {
 public:
  Measured(const fs::path& folder, const MeasureOptions& options, const fs::path& scratch, bool compact,
           const JobControl& control)
      : m_control(control) {
    m_openSeconds = secondsOf([&] { m_model = openModel(folder); });
    m_structure = endless(*m_model);
    m_generates = m_structure->generation() && m_structure->task() != ModelTask::Match;
    if (compact && m_generates)
      m_compact =
          std::make_unique<CompactWeights>(options.inBfloat16 ? Arithmetic::Bfloat16 : Arithmetic::Float32);
    const Sample sample = sampleFor(*m_model, options, scratch);
    m_batch = m_model->processor->batch(std::span(&sample, 1));
    m_firstSeconds = secondsOf([&] { run(1); });
  }

  // The whole text, or the pass of a model that makes none; how many tokens there were.
  int64_t run(int64_t tokens) const {
    std::optional<CompactHere> here;
    if (m_compact) here.emplace(*m_compact);
    const Pass pass{.weights = m_model->weights, .stop = m_control.stop};
    if (!m_generates) {
      runModel(*m_structure, pass, m_batch);
      return 1;
    }
    State state = begin(m_batch, m_model->weights);
    runBlocks(*m_structure, pass, state, 0, m_structure->decoderStart());
    const auto text = generateGreedy(*m_structure, pass, std::move(state), tokens);
    return text.sequences.size(1) - text.begin;
  }

  // One repeat of what each token takes; nothing where the model has no room for a second one.
  Taken eachToken(int64_t tokens, std::vector<double>* prompts) const {
    constexpr int kTries = 20;  // of a text so short that other work on the machine hides its tokens
    for (int i = 0; i < kTries; ++i) {
      const auto prompt = takenBy([&] { run(1); });
      if (!m_generates) return prompt;
      int64_t made = 0;
      const auto whole = takenBy([&] { made = run(tokens); });
      if (prompts && i == 0) prompts->push_back(prompt.seconds);
      if (made <= 1) return {};
      if (whole.seconds > prompt.seconds)
        return {(whole.seconds - prompt.seconds) / double(made - 1),
                (whole.processorSeconds - prompt.processorSeconds) / double(made - 1)};
    }
    return {};
  }

  bool generates() const { return m_generates; }
  double openSeconds() const { return m_openSeconds; }
  double firstSeconds() const { return m_firstSeconds; }
  const ModelInfo& info() const { return m_model->info; }
  const CompactWeights* compact() const { return m_compact.get(); }
  std::string unit() const {
    return m_generates ? "tokens" : m_batch->has("pixel_values") ? "pictures" : "texts";
  }

 private:
  const JobControl& m_control;
  ModelPtr m_model;
  std::shared_ptr<const Model> m_structure;
  std::unique_ptr<CompactWeights> m_compact;  // null: matrices are held in float32
  std::shared_ptr<const Batch> m_batch;
  bool m_generates = false;
  double m_openSeconds = 0, m_firstSeconds = 0;
};

}  // namespace

Measurement measureModel(const fs::path& folder, const MeasureOptions& options, const JobControl& control) {
  c10::NoGradGuard noGrad;
  Measurement out;
  out.processor = numericsReport().processor;
  out.threads = numericsReport().threads;
  const ScratchFolder scratch(scratchParent(), "espalier-measure-");
  std::vector<double> opening, first, prompts;
  Speeds speeds, float32Speeds;
  ProgressMeter meter(control, "Measuring", 2 * options.repeats + 1);
  std::unique_ptr<const Measured> model, float32;
  const auto open = [&](bool compact) {
    return std::make_unique<const Measured>(folder, options, scratch.path(), compact, control);
  };
  resetPeakMemory();
  for (int64_t i = 0; i < options.repeats; ++i) {
    model.reset();  // one at a time in memory
    model = open(true);
    opening.push_back(model->openSeconds());
    first.push_back(model->firstSeconds());
    meter.advance();
  }
  model->eachToken(options.tokens, nullptr);
  out.peakBytes = peakMemory();
  if (model->generates()) {
    // Alone in memory for its peak, then beside the other, in turns, for speed.
    model.reset();
    giveFreedMemoryBack();
    resetPeakMemory();
    float32 = open(false);
    float32->eachToken(options.tokens, nullptr);
    out.float32PeakBytes = peakMemory();
    model = open(true);
  }
  meter.advance();
  for (int64_t i = 0; i < options.repeats; ++i) {
    speeds.add(model->eachToken(options.tokens, &prompts));
    if (float32) float32Speeds.add(float32->eachToken(options.tokens, nullptr));
    meter.advance();
  }
  const auto& info = model->info();
  out.model = info.folder.string();
  out.fileBytes = info.fileBytes;
  out.denseBytes = info.denseBytes;
  out.sparsity = info.sparsity;
  out.openSeconds = Spread::of(opening);
  out.firstSeconds = Spread::of(first);
  out.unit = model->unit();
  const auto tell = [](const std::vector<double>& values, Spread& spread) {
    if (!values.empty()) spread = Spread::of(values);
  };
  tell(speeds.perSecond, out.perSecond);
  tell(speeds.processorSeconds, out.processorSeconds);
  tell(float32Speeds.perSecond, out.float32PerSecond);
  tell(float32Speeds.processorSeconds, out.float32ProcessorSeconds);
  if (!prompts.empty()) out.promptSeconds = Spread::of(prompts);
  if (const auto* compact = model->compact()) {
    const auto held = compact->held();
    out.heldBytes = held.bytes;
    out.float32Bytes = held.float32Bytes;
    out.matrices = held.matrices;
    out.sparseMatrices = held.sparse;
  }
  return out;
}

}  // namespace espalier
