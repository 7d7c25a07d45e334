#include "core/bench/work.h"

#include <ATen/ATen.h>
#include <ATen/record_function.h>
#include <c10/core/GradMode.h>

#include "core/base/execution.h"
#include "core/base/memory.h"
#include "core/base/random.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

thread_local double t_operations = 0;

double numbersIn(const c10::IValue& value) {
  return value.isTensor() ? double(value.toTensor().numel()) : 0;
}

// Counts the operations of the products that run on this thread while it lives.
class OperationCounter {
 public:
  OperationCounter() {
    t_operations = 0;
    m_handle = at::addThreadLocalCallback(
        at::RecordFunctionCallback(&begin).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
  }
  ~OperationCounter() { at::removeCallback(m_handle); }
  double count() const { return t_operations; }

 private:
  static std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& f) {
    const std::string_view name(f.name());
    const auto inputs = f.inputs();
    const auto product = [&](size_t a, size_t b) {
      if (inputs.size() <= b || !inputs[a].isTensor() || !inputs[b].isTensor()) return;
      // [.., n, k] times [.., k, m].
      t_operations += 2 * numbersIn(inputs[a]) * double(inputs[b].toTensor().size(-1));
    };
    if (name == "aten::mm" || name == "aten::bmm")
      product(0, 1);
    else if (name == "aten::addmm" || name == "aten::baddbmm")
      product(1, 2);
    return nullptr;
  }

  at::CallbackHandle m_handle;
};

// Notes how much had been done when each layer was through.
class LayerNotes : public LinearHook {
 public:
  explicit LayerNotes(const OperationCounter& counter) : m_counter(counter) {}
  void onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) override {
    auto& note = notes[weight];
    note.own += 2 * double(output.numel()) * double(input.size(-1));
    note.behind = m_counter.count();
  }
  std::map<std::string, PassWork::Layer> notes;

 private:
  const OperationCounter& m_counter;
};

at::Tensor randomIds(int64_t rows, int64_t length, int64_t vocabulary, uint64_t stream) {
  CounterRandom random(0, stream);
  auto ids = at::empty({rows, length}, at::kLong);
  for (int64_t i = 0; i < ids.numel(); ++i) ids.data_ptr<int64_t>()[i] = 3 + random.below(vocabulary - 3);
  return ids;
}

// A picture for each row as flattened patches; returns how many tokens each becomes.
int64_t addPatches(Batch& batch, const BenchShape& shape, int64_t rows, uint64_t stream) {
  constexpr int64_t kMerge = 2, kFrames = 2, kChannels = 3;
  const auto patch = shape.config["vision_config"]["patch_size"].get<int64_t>();
  const int64_t side = shape.pictureSize / (patch * kMerge) * kMerge;
  auto pixels = at::empty({rows * side * side, kChannels * kFrames * patch * patch}, at::kFloat);
  CounterRandom(0, streamOf("pixels", stream)).fillNormal(pixels.data_ptr<float>(), pixels.numel());
  batch.tensors["pixel_values"] = pixels;
  batch.tensors["image_grid_thw"] =
      at::tensor(std::vector<int64_t>{1, side, side}, at::kLong).unsqueeze(0).repeat({rows, 1});
  return side * side / (kMerge * kMerge);
}

}  // namespace

std::vector<std::shared_ptr<const Batch>> randomBatches(const BenchShape& shape, int64_t count,
                                                        int64_t rows) {
  const auto& text = shape.config.contains("text_config") ? shape.config["text_config"] : shape.config;
  const int64_t vocabulary = text.value("vocab_size", int64_t(1000));
  std::vector<std::shared_ptr<const Batch>> out;
  for (int64_t b = 0; b < count; ++b) {
    auto batch = std::make_shared<Batch>();
    int64_t pictureTokens = 0;
    if (shape.pictures == BenchPictures::Patches) {
      pictureTokens = addPatches(*batch, shape, rows, uint64_t(b));
    } else if (shape.pictureSize > 0) {
      auto pixels = at::empty({rows, 3, shape.pictureSize, shape.pictureSize}, at::kFloat);
      CounterRandom(0, streamOf("pixels", uint64_t(b))).fillNormal(pixels.data_ptr<float>(), pixels.numel());
      batch->tensors["pixel_values"] = pixels;
    }
    if (shape.textLength > 0) {
      batch->tensors["input_ids"] =
          randomIds(rows, shape.textLength, vocabulary, streamOf("text", uint64_t(b)));
      batch->tensors["labels"] = shape.answerLength > 0 ? randomIds(rows, shape.answerLength, vocabulary,
                                                                    streamOf("answer", uint64_t(b)))
                                                        : batch->tensors["input_ids"];
      if (pictureTokens > 0)
        batch->tensors["input_ids"] = at::cat(
            {at::full({rows, pictureTokens}, shape.config["image_token_id"].get<int64_t>(), at::kLong),
             batch->tensors["input_ids"]},
            1);
    } else {
      batch->tensors["labels"] =
          randomIds(rows, 1, shape.config.value("num_classes", int64_t(1000)), streamOf("class", uint64_t(b)))
              .view({rows});
    }
    out.push_back(batch);
  }
  return out;
}

PassWork workOf(const Model& model, const Weights& weights, const Batch& batch) {
  c10::NoGradGuard noGrad;
  // On this thread alone: what other workers do is not counted.
  Execution alone{.workers = 1, .memory = memoryLimit()};
  ExecutionHere here(alone);
  PassWork work;
  State state = begin(std::make_shared<Batch>(batch), weights);
  for (size_t i = 0; i < model.blocks().size(); ++i) {
    OperationCounter counter;
    LayerNotes notes(counter);
    model.blocks()[i]->run(state, Pass{weights, &notes});
    work.blocks.push_back(counter.count());
    work.total += counter.count();
    for (auto& [name, note] : notes.notes) {
      note.block = i;
      note.behind = counter.count() - note.behind;
      work.layers[name] = note;
    }
    if (state.hidden.defined() && state.hidden.dim() == 3)
      work.positions = std::max(work.positions, state.hidden.size(0) * state.hidden.size(1));
  }
  return work;
}

namespace {

// A clean pass, each matrix's product once more and `streams` of what comes behind it.
double leastSweepWork(const PassWork& pass, const Model& model, const std::vector<std::string>& matrices,
                      double streams) {
  std::vector<double> behind(model.blocks().size() + 1);
  for (size_t i = model.blocks().size(); i-- > 0;) behind[i] = behind[i + 1] + pass.blocks[i];
  double work = pass.total;
  for (const auto& name : matrices) {
    const auto& layer = pass.layers.at(name);
    work += layer.own + streams * (layer.behind + behind[layer.block + 1]);
  }
  return work;
}

}  // namespace

double leastZerothOrderWork(const PassWork& pass, const Model& model,
                            const std::vector<std::string>& matrices) {
  return leastSweepWork(pass, model, matrices, 2);
}

double leastForwardModeWork(const PassWork& pass, const Model& model,
                            const std::vector<std::string>& matrices) {
  return leastSweepWork(pass, model, matrices, 1);
}

}  // namespace espalier
