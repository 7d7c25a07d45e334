#include <algorithm>
#include <optional>

#include "core/evaluate/evaluation_task.h"
#include "core/evaluate/own_labels.h"
#include "core/evaluate/pair_run.h"
#include "core/evaluate/zero_shot.h"
#include "core/inputs/class_names.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

constexpr const char* kLabelled = "labelled";

// first, fifth: right at the first, among the first five.
// labelled: how many pairs they are of, those with a label; 0: agreement with the dense model's classes is
// all there is.
void tellClasses(PairRun& run, int64_t first, int64_t fifth, int64_t labelled,
                 std::optional<int64_t> agreed) {
  if (labelled > 0)
    run.result.metrics = {{"top-1", double(first) / double(labelled)},
                          {"top-5", double(fifth) / double(labelled)}};
  else
    agreed = first;
  if (agreed) run.result.metrics["agreement"] = double(*agreed) / double(run.result.pairs.size());
}

// The batches with the dense model's own labels where they have none.
PairRun::Batches labelledBatches(const PairRun& run, const PairRun::Batches& batches) {
  if (run.kept && run.kept->list(kLabelled).states.has()) return run.kept->list(kLabelled).states.batches();
  auto made = withOwnLabels(run.model, run.reference, batches, run.control);
  if (run.kept) run.kept->list(kLabelled).states.setBatches(made);
  return made;
}

void classify(PairRun& run) {
  const auto given = run.pairBatches();
  bool labelled = false;
  for (const auto& b : given) labelled = labelled || (b->at("labels") != kIgnoredLabel).any().item<bool>();
  const auto batches = labelledBatches(run, given);
  // What the dense model says, where that is not what the pictures are labelled with.
  std::vector<std::shared_ptr<const Batch>> dense;
  if (run.compared && labelled) {
    for (const auto& b : given) {
      auto unlabelled = std::make_shared<Batch>(*b);
      unlabelled->tensors["labels"] = at::full_like(b->at("labels"), kIgnoredLabel);
      dense.push_back(unlabelled);
    }
    dense = withOwnLabels(run.model, run.reference, dense, run.control);
  }
  std::vector<std::string> names;
  int64_t first = 0, fifth = 0, agreed = 0, withLabel = 0;
  forwardBatches(
      run.model, run.weights, batches, run.control, {.logits = true},
      [&](size_t batch, const State& state) {
        const auto& labels = batches[batch]->at("labels");
        const auto own = given[batch]->at("labels").cpu();
        const int64_t all = state.logits.size(1);
        if (names.empty()) names = classNamesOf(run.model, all);
        const auto top = std::get<1>(state.logits.topk(std::min<int64_t>(5, all), 1)).cpu();
        const auto losses = state.lossSum.cpu();
        const auto hits = (top == labels.unsqueeze(1)).cumsum(1);
        if (!dense.empty()) agreed += (top.select(1, 0) == dense[batch]->at("labels")).sum().item<int64_t>();
        for (int64_t r = 0; r < labels.size(0); ++r) {
          PairResult& p = run.pairOf(batch, r);
          p.answer = names[size_t(top[r][0].item<int64_t>())];
          p.right = hits[r][0].item<int64_t>() > 0;
          p.score = p.right;
          p.loss = losses[r].item<double>();
          const bool hasLabel = own[r].item<int64_t>() != kIgnoredLabel;
          if (!hasLabel) p.expected = names[size_t(labels[r].item<int64_t>())];
          withLabel += hasLabel;
          if (hasLabel || !labelled) first += p.right, fifth += hits[r][-1].item<int64_t>();
          run.tell(p);
        }
      },
      run.keptStates(kLabelled));
  tellClasses(run, first, fifth, withLabel, dense.empty() ? std::nullopt : std::optional(agreed));
}

void classifyByTexts(PairRun& run) {
  const auto alikeBy = [&](const Weights& weights) {
    return zeroShotSimilarities(run.model, weights, run.processor, run.dataset, run.templates, run.control);
  };
  const auto alike = alikeBy(run.weights);
  const int64_t all = alike.size(1);
  std::vector<int64_t> labels;
  for (const auto& s : run.dataset.samples) labels.push_back(s.classIndex);
  const auto label = at::tensor(labels).unsqueeze(1);
  const auto top = std::get<1>(alike.topk(std::min<int64_t>(5, all), 1));
  const auto hits = (top == label).cumsum(1);
  const auto losses = -alike.to(at::kDouble).log_softmax(1).gather(1, label).squeeze(1);
  for (auto& p : run.result.pairs) {
    p.answer = run.dataset.classNames[size_t(top[p.sample][0].item<int64_t>())];
    p.right = hits[p.sample][0].item<int64_t>() > 0;
    p.score = p.right;
    p.loss = losses[p.sample].item<double>();
    run.tell(p);
  }
  std::optional<int64_t> agreed;
  if (run.compared) agreed = (alikeBy(run.reference).argmax(1) == top.select(1, 0)).sum().item<int64_t>();
  tellClasses(run, hits.select(1, 0).sum().item<int64_t>(), hits.select(1, -1).sum().item<int64_t>(),
              int64_t(run.result.pairs.size()), agreed);
}

class ClassificationTask : public EvaluationTask {
 public:
  const Method& method() const override {
    static const Method method{
        "classification",
        "Classes of pictures, zero-shot by texts where the model matches: top-1, top-5, agreement"};
    return method;
  }
  bool agreesWithDense(ModelTask model) const override { return model == ModelTask::Classify; }
  bool readsTemplates(ModelTask model) const override { return model == ModelTask::Match; }
  bool suits(const EvaluationSubject& subject) const override {
    if (subject.model == ModelTask::Match) return subject.data == DataKind::Classes;
    return subject.model == ModelTask::Classify;
  }
  void measure(PairRun& run) const override {
    run.model.task() == ModelTask::Match ? classifyByTexts(run) : classify(run);
  }
};

}  // namespace

const EvaluationTask& classificationTask() {
  static const ClassificationTask task;
  return task;
}

}  // namespace espalier
