#include "core/engine/recover_model.h"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/engine/check_job.h"
#include "core/engine/elsewhere.h"
#include "core/engine/fingerprint.h"
#include "core/engine/kept_tensors.h"
#include "core/engine/open_model.h"
#include "core/engine/prune_model.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/own_labels.h"
#include "core/recover/recovery_method.h"

namespace espalier {

namespace {

using Batches = std::vector<std::shared_ptr<const Batch>>;

// A step's samples go through the model in so many batches, side by side.
constexpr int64_t kBatchesInStep = 4;
constexpr int64_t kTokensCompared = 16;

class RecoveryFolder : public RecoveryStore {
 public:
  RecoveryFolder(const OpenModel& pruned, const nlohmann::json& inputs, const JournalOptions& options,
                 Processes& processes)
      : m_kept(pruned.checkpoint, "recover", inputs, options, processes) {}

  std::optional<Kept> find(const std::string& name) override {
    auto found = m_kept.find(name);
    if (!found) return std::nullopt;
    Kept kept{std::move(found->file), {}};
    m_kept.readAbout([&] { kept.about = found->about.at("about"); });
    return kept;
  }
  Kept keep(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
            const nlohmann::json& about) override {
    return {m_kept.keep(name, tensors, {{"about", about}}).file, about};
  }
  void readAbout(const std::function<void()>& read) const override { m_kept.readAbout(read); }

 private:
  KeptTensors m_kept;
};

std::string shapeText(const std::vector<int64_t>& shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return "[" + text + "]";
}

void requireSameShape(const OpenModel& pruned, const OpenModel& dense) {
  const auto prunedPlace = pruned.info.folder.string(), densePlace = dense.info.folder.string();
  if (pruned.model->family() != dense.model->family())
    throw Error(ErrorKind::InvalidInput, "The dense model " + densePlace + " is of the family " +
                                             dense.model->family() + " and " + prunedPlace + " of " +
                                             pruned.model->family() +
                                             "; the model that was pruned was expected.");
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const auto& d : dense.model->declared()) shapes[d.name] = d.shape;
  for (const auto& d : pruned.model->declared()) {
    const auto it = shapes.find(d.name);
    if (it == shapes.end() || it->second != d.shape)
      throw Error(ErrorKind::InvalidInput,
                  "The tensor \"" + d.name + "\" is " + shapeText(d.shape) + " in " + prunedPlace + " and " +
                      (it == shapes.end() ? "missing" : shapeText(it->second)) + " in the dense model " +
                      densePlace + "; the model that was pruned was expected.");
  }
}

// The same samples as tokens of both.
void requireSameTokens(const OpenModel& pruned, const OpenModel& dense, const Dataset& drawn) {
  const auto count = std::min<size_t>(kTokensCompared, drawn.samples.size());
  const std::span<const Sample> some(drawn.samples.data(), count);
  const auto ours = pruned.processor->batchWithoutPictures(some);
  const auto theirs = dense.processor->batchWithoutPictures(some);
  for (const auto& [name, tensor] : ours->tensors) {
    if (tensor.is_floating_point()) continue;
    const auto other = theirs->find(name);
    if (!other.defined() || !other.sizes().equals(tensor.sizes()) || !other.equal(tensor))
      throw Error(ErrorKind::InvalidInput, "The dense model " + dense.info.folder.string() +
                                               " reads the data as other tokens than " +
                                               pruned.info.folder.string() + " does (" + name +
                                               "); the same tokenizer and settings were expected.");
  }
}

void requirePruned(const OpenModel& pruned, const ModelPtr& dense) {
  for (const auto& block : pruned.model->blocks())
    if (isPruned(*block, dense ? &dense->weights : nullptr, pruned.weights)) return;
  throw Error(ErrorKind::InvalidInput,
              dense ? pruned.info.folder.string() + " has the weights of the dense model " +
                          dense->info.folder.string() + "; there is nothing to recover."
                    : pruned.info.folder.string() +
                          " has no zeros in its matrices; there is nothing to "
                          "recover.");
}

struct Split {
  Dataset training, heldOut;
};

// The last of the drawn ones are held out.
Split splitOf(const Dataset& drawn, double heldOut, int64_t batch) {
  Split split{drawn, drawn};
  const auto count = int64_t(drawn.samples.size());
  auto last = int64_t(std::llround(double(count) * heldOut));
  if (heldOut > 0 && last == 0 && count > batch) last = 1;
  last = std::min(last, count - 1);
  split.training.samples.resize(size_t(count - last));
  split.heldOut.samples.erase(split.heldOut.samples.begin(), split.heldOut.samples.end() - last);
  return split;
}

// Every picture once as it is, then random parts of it; a round of all samples after the other.
void addViews(Dataset& training, int64_t views, uint64_t seed) {
  const auto count = training.samples.size();
  for (int64_t v = 1; v < views; ++v) {
    for (size_t i = 0; i < count; ++i) {
      if (training.samples[i].image.empty()) continue;
      auto sample = training.samples[i];
      CounterRandom random(seed, streamOf("view", uint64_t(v), i));
      sample.view = drawView(random);
      training.samples.push_back(std::move(sample));
    }
  }
}

// "1 234 567"
std::string groupedByThree(int64_t number) {
  const auto digits = std::to_string(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

// Where a method has less to go by than it trains.
void warnOfFewSamples(const std::vector<RecoveryReport>& reports, int64_t samples,
                      std::vector<std::string>& warnings) {
  std::map<std::string, std::pair<const RecoveryReport*, int64_t>> worst;
  for (const auto& r : reports) {
    if (r.numbers >= r.parameters) continue;
    auto& [report, count] = worst[r.method];
    ++count;
    if (!report ||
        double(r.numbers) / double(r.parameters) < double(report->numbers) / double(report->parameters))
      report = &r;
  }
  for (const auto& [method, found] : worst) {
    const auto& r = *found.first;
    warnings.push_back("\"" + method + "\" trained " + groupedByThree(r.parameters) + " numbers" +
                       (r.block.empty() ? "" : " of " + r.block) + " by " + groupedByThree(r.numbers) +
                       " that " + groupedByThree(samples) + " samples give" +
                       (found.second > 1
                            ? " (and " + std::to_string(found.second - 1) + " further blocks with too few)"
                            : "") +
                       "; more samples would fit better.");
  }
}

nlohmann::json journalInputsOf(const OpenModel& pruned, const ModelPtr& dense, const Dataset& drawn,
                               const RecoverOptions& options, const RecoverRun& run) {
  return {{"program", programFingerprint()}, {"model", fingerprintOf(pruned)},
          {"made", run.journalInputs},       {"dense", dense ? fingerprintOf(*dense) : nlohmann::json()},
          {"data", fingerprintOf(drawn)},    {"options", option_fields::toJson(recoverFields(), options)},
          {"device", deviceKindOf(pruned)}};
}

Batches batchesOf(const OpenModel& pruned, const ModelPtr& dense, const Dataset& data, int64_t rows,
                  const JobControl& control) {
  if (data.samples.empty()) return {};
  auto batches = makeBatches(*pruned.processor, data, rows, control.stop, pictureMemory());
  if (pruned.model->task() == ModelTask::Classify)
    batches = withOwnLabels(*pruned.model, dense ? dense->weights : pruned.weights, batches, control);
  return batches;
}

// Of what a recovery may change, as it is stored.
int64_t bytesOfBlocks(const OpenModel& model) {
  int64_t bytes = 0;
  for (const auto& block : model.model->blocks())
    for (const auto& matrix : block->description().matrices)
      if (model.checkpoint->has(matrix.name)) bytes += model.checkpoint->info(matrix.name).bytes();
  return bytes;
}

std::string shortNumber(double value) {
  std::ostringstream text;
  text.precision(3);
  text << value;
  return text.str();
}

}  // namespace

std::string sentenceOf(const RecoveryReport& r) {
  return r.method + (r.block.empty() ? "" : ", " + r.block) + ": " + r.measure + " " + shortNumber(r.before) +
         " -> " + shortNumber(r.after) + " in " + std::to_string(r.steps) + " steps" +
         (r.note.empty() ? "" : " (" + r.note + ")");
}

RecoverResult recoverModel(const OpenModel& pruned, const ModelPtr& dense, const Dataset& data,
                           const RecoverOptions& options, const RecoverRun& run, const JobControl& control) {
  requireHere(pruned, "Recovery");
  const auto start = std::chrono::steady_clock::now();
  checkRecovery(pruned, dense != nullptr, data, options);
  processesOf(control).shareWorkers(threadCount());
  const auto methods = recoveryMethodsIn(options.methods);
  bool wholeBatches = false;
  for (const auto* m : methods)
    wholeBatches = wholeBatches || (m->needsAnswers() && pruned.model->task() == ModelTask::Match);
  if (dense) requireSameShape(pruned, *dense);
  requirePruned(pruned, dense);

  RecoverResult result;
  const auto drawn = drawDecodableFor(pruned, data, options.samples, options.seed, control, result.problems);
  if (dense) requireSameTokens(pruned, *dense, drawn);
  // What a contrastive loss tells apart are the samples of a batch.
  const int64_t inStep = wholeBatches ? 1 : std::min(kBatchesInStep, options.batchSize);
  const int64_t rows = (options.batchSize + inStep - 1) / inStep;
  auto split = splitOf(drawn, options.heldOut, rows);
  addViews(split.training, options.views, options.seed);

  Weights weights(pruned.weights);
  const auto training = batchesOf(pruned, dense, split.training, rows, control);
  const auto heldOut = batchesOf(pruned, dense, split.heldOut, rows, control);
  JournalOptions journal = run.journal;
  std::shared_ptr<ScratchFolder> scratch;
  if (journal.path.empty() && !fitsInMemory(pruned)) {
    scratch = scratchForWeights(bytesOfBlocks(pruned));
    journal.path = scratch->path() / "kept";
  }
  std::optional<RecoveryFolder> store;
  if (!journal.path.empty())
    store.emplace(pruned, journalInputsOf(pruned, dense, drawn, options, run), journal, processesOf(control));
  for (size_t i = 0; i < methods.size() && !run.enough.stop_requested(); ++i) {
    const auto part = partOf(control, int64_t(i), int64_t(methods.size()));
    Recovery recovery{.model = *pruned.model,
                      .dense = dense ? &dense->weights : nullptr,
                      .weights = weights,
                      .training = training,
                      .heldOut = heldOut,
                      .batchesInStep = inStep,
                      .options = options,
                      .control = part,
                      .name = std::to_string(i + 1) + " " + methods[i]->name(),
                      .enough = run.enough,
                      .onPoint = run.onPoint,
                      .store = store ? &*store : nullptr};
    methods[i]->recover(recovery);
    std::move(recovery.reports.begin(), recovery.reports.end(), std::back_inserter(result.reports));
  }
  result.stopped = run.enough.stop_requested();
  warnOfFewSamples(result.reports, int64_t(split.training.samples.size()), result.warnings);
  auto model = std::make_shared<OpenModel>(OpenModel{pruned.checkpoint, pruned.model, std::move(weights),
                                                     pruned.processor, pruned.info, pruned.prompt});
  result.sparsity = model->info.sparsity = sparsityOf(*model);
  result.model = scratch ? keeping(std::move(scratch), model) : model;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace espalier
