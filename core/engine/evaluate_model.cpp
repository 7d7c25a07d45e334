#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/evaluation_cache.h"
#include "core/engine/evaluation_task.h"
#include "core/engine/fingerprint.h"
#include "core/engine/same_inputs.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/pair_run.h"
#include "core/evaluate/zero_shot.h"
#include "core/model/weights_compact.h"

namespace espalier {

namespace {

// Of a small model few at a time: its weights stay in the caches, and answers come sooner.
constexpr int64_t kBatchSize = 16, kSmallBatchSize = 12, kTextBatchSize = 2;
constexpr int64_t kFewAtATimeUpTo = 50'000'000;

// The rows of long texts become many.
int64_t batchSizeFor(const OpenModel& model, const Dataset& dataset) {
  const bool asks = model.processor->makesConversations() && dataset.kind != DataKind::Text;
  if (model.model->task() == ModelTask::Continue && !asks) return kTextBatchSize;
  return model.info.parameters <= kFewAtATimeUpTo ? kSmallBatchSize : kBatchSize;
}

// Whether answers are generated with products of few rows alone, from matrices as they lie in files: then
// they are read the fastest in compact form.
bool isAskedLittle(const OpenModel& m, const Dataset& asked, const EvaluationCache* cache) {
  constexpr size_t kFewPairs = 4;
  const bool generates = m.model->generation() && m.model->task() != ModelTask::Match;
  const bool fits = memoryLimit() == 0 || m.info.denseBytes <= weightMemoryLimit();
  return generates && !cache && fits && asked.samples.size() <= kFewPairs && m.weights.device().is_cpu() &&
         m.weights.overrides().empty();
}

BeamOptions beamsOf(const AnswerOptions& options) {
  BeamOptions beams{options.beams, options.lengthPenalty, EarlyStopping::Estimate};
  if (options.beams < 1)
    throw Error(ErrorKind::InvalidInput,
                "--beams is " + std::to_string(options.beams) + "; at least 1 was expected.");
  if (options.earlyStopping == "true")
    beams.earlyStopping = EarlyStopping::WhenFull;
  else if (options.earlyStopping == "never")
    beams.earlyStopping = EarlyStopping::Never;
  else if (options.earlyStopping != "false")
    throw Error(ErrorKind::InvalidInput,
                "--early-stopping is \"" + options.earlyStopping + "\"; true, false or never was expected.");
  return beams;
}

// A data set's questions with the prompt around them.
Dataset prompted(Dataset dataset, const std::string& prompt) {
  for (auto& s : dataset.samples)
    if (!prompt.empty() && !s.question.empty()) s.question = filledIn(prompt, s.question, "--prompt");
  return dataset;
}

// What the model is given of each pair's text; as it was in an earlier run.
void tellPrompts(const OpenModel& m, const Dataset& dataset, const JobControl& control,
                 EvaluationCache* cache, Evaluation& result) {
  if (!m.processor->makesConversations()) return;
  std::vector<std::string> own;
  auto& prompts = cache ? cache->prompts : own;
  const auto& samples = dataset.samples;
  if (prompts.size() != samples.size()) {
    prompts.assign(samples.size(), {});
    parallelFor(int64_t(samples.size()), [&](int64_t i) {
      if (control.stop.stop_requested()) throw Cancelled();
      prompts[size_t(i)] = m.processor->promptText(samples[size_t(i)]);
    });
  }
  for (size_t i = 0; i < samples.size(); ++i) result.pairs[i].prompt = prompts[i];
}

// How many of the pairs that are waited for stand for each of those that are asked.
std::vector<int64_t> waitedFor(const EvaluationCache* cache) {
  if (!cache || cache->first.empty()) return {};
  const std::set<int64_t> first(cache->first.begin(), cache->first.end());
  std::vector<int64_t> out;
  for (const auto& places : cache->usable->places)
    out.push_back(
        std::count_if(places.begin(), places.end(), [&](int64_t place) { return first.contains(place); }));
  return out;
}

// The result of a usable pair as that of one of its places in the data set.
PairResult placed(PairResult result, const UsablePairs& usable, size_t place) {
  result.sample = usable.places[size_t(result.sample)].at(place);
  for (auto& c : result.candidates) c.sample = usable.places[size_t(c.sample)].front();
  return result;
}

// What is told of usable pairs, told of all their places in the data set.
PairEvaluated ofDataset(const UsablePairs& usable, const PairEvaluated& onPair) {
  if (!onPair) return {};
  return [&usable, &onPair](const PairResult& result) {
    for (size_t i = 0; i < usable.places[size_t(result.sample)].size(); ++i)
      onPair(placed(result, usable, i));
  };
}

}  // namespace

Evaluation evaluateModel(const OpenModel& m, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair, const ModelPtr& reference,
                         const AnswerOptions& answers) {
  if (const auto* there = modelElsewhere(m))
    return evaluateElsewhere(*there, dataset, answers, {}, control, onPair);
  return evaluateModel(m, dataset, control, onPair, reference, answers, nullptr);
}

Evaluation evaluateModel(const OpenModel& m, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair, const ModelPtr& reference, const AnswerOptions& answers,
                         EvaluationCache* cache) {
  c10::NoGradGuard noGrad;
  const auto start = std::chrono::steady_clock::now();
  auto& processes = processesOf(control);
  processes.shareWorkers(threadCount());
  const nlohmann::json options{answers.beams, answers.lengthPenalty, answers.earlyStopping,
                               answers.task,  answers.prompt,        answers.templates};
  checkSameInputs(control, m, &dataset, options);
  Journal journal;
  // Where there is none, what it would be bound to is not looked at: that takes a look at every picture.
  if ((processes.several() || !answers.journal.path.empty()) &&
      (m.model->task() == ModelTask::Answer || m.processor->makesConversations()))
    journal = Journal::shared(processes, answers.journal.path, "evaluate",
                              {{"program", programFingerprint()},
                               {"model", fingerprintOf(m)},
                               {"data", fingerprintOf(dataset)},
                               {"options", options},
                               {"batchSize", batchSizeFor(m, dataset)},
                               {"device", deviceKindOf(m)},
                               {"with", answers.journalInputs}},
                              answers.journal);
  std::shared_ptr<const UsablePairs> usable = cache ? cache->usable : nullptr;
  if (!usable)
    usable = std::make_shared<UsablePairs>(
        usablePairs(m, dataset, evaluationTask(m, dataset, answers.task), control));
  if (cache) cache->usable = usable;
  requireAnswers(m, usable->data, "an evaluation");
  const auto& task = evaluationTask(m, usable->data, answers.task);
  const Dataset asked = prompted(usable->data, answers.prompt);
  const Weights denseWeights =
      reference ? reference->weights : Weights(m.checkpoint, *m.model, m.weights.device());
  const auto onDatasetPair = ofDataset(*usable, onPair);
  CompactWeights compact;
  std::optional<CompactHere> here;
  if (isAskedLittle(m, asked, cache)) here.emplace(compact);
  PairRun run{.model = *m.model,
              .weights = m.weights,
              .reference = denseWeights,
              .compared = reference != nullptr,
              .processor = *m.processor,
              .dataset = asked,
              .control = control,
              .onPair = onDatasetPair,
              .beams = beamsOf(answers),
              .templates = answers.templates,
              .batchSize = batchSizeFor(m, usable->data),
              .waitedFor = waitedFor(cache),
              .journal = journal,
              .kept = cache ? &cache->kept : nullptr};
  run.result.task = task.name();
  run.result.pairs.resize(asked.samples.size());
  for (size_t i = 0; i < run.result.pairs.size(); ++i) run.result.pairs[i].sample = int64_t(i);
  tellPrompts(m, asked, control, cache, run.result);
  task.measure(run);
  Evaluation e = std::move(run.result);
  for (auto& p : e.pairs) p = placed(p, *usable, 0);
  e.problems = usable->problems;
  e.onlyAgreement = usable->onlyAgreement;
  e.asked = int64_t(dataset.samples.size());
  e.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return e;
}

}  // namespace espalier
