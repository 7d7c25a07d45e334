#include <filesystem>
#include <map>

#include "core/evaluate/evaluation_task.h"
#include "core/evaluate/pair_run.h"
#include "core/evaluate/retrieval.h"
#include "core/model/layers/contrastive_loss.h"

namespace espalier {

namespace {

constexpr int64_t kShownCandidates = 5;

void match(PairRun& run) {
  const auto batches = run.pairBatches();
  std::vector<at::Tensor> texts(batches.size()), pictures(batches.size());
  forwardBatches(
      run.model, run.weights, batches, run.control, {.kept = {kTextVectors, kPictureVectors}},
      [&](size_t batch, const State& state) {
        texts[batch] = state.kept.at(kTextVectors).cpu();
        pictures[batch] = state.kept.at(kPictureVectors).cpu();
        const auto losses = state.lossSum.cpu();
        for (int64_t r = 0; r < losses.size(0); ++r) run.pairOf(batch, r).loss = losses[r].item<double>();
      },
      run.keptStates(PairRun::kPairs));
  // The same picture may stand in several batches: it counts once.
  std::map<std::filesystem::path, int64_t> known;
  std::vector<at::Tensor> distinct;
  std::vector<int64_t> pictureOf;
  std::vector<std::string> firstTexts;  // of each picture, its first text
  std::vector<int64_t> firstOf;         // and its first pair
  for (size_t i = 0; i < run.result.pairs.size(); ++i) {
    const auto& image = run.dataset.samples[i].image;
    const auto [it, isNew] = known.emplace(image, int64_t(known.size()));
    if (isNew) {
      const size_t batch = i / size_t(run.batchSize);
      distinct.push_back(
          pictures[batch][batches[batch]->at("image_index")[int64_t(i % size_t(run.batchSize))]]);
      firstTexts.push_back(run.dataset.samples[i].answer);
      firstOf.push_back(int64_t(i));
    }
    pictureOf.push_back(it->second);
  }
  const auto alike = at::matmul(at::cat(texts), at::stack(distinct).t());
  const auto found = retrievalOf(alike, pictureOf);
  const auto [similarities, places] = alike.topk(std::min<int64_t>(kShownCandidates, alike.size(1)), 1);
  for (size_t k = 0; k < 3; ++k) {
    run.result.metrics["TR@" + std::to_string(kRecallAt[k])] = found.textRecall[k];
    run.result.metrics["IR@" + std::to_string(kRecallAt[k])] = found.pictureRecall[k];
  }
  for (auto& p : run.result.pairs) {
    const auto best = found.bestPicture[size_t(p.sample)];
    p.right = best == pictureOf[size_t(p.sample)];
    // What the picture found shows, in words: that tells more than a file's name.
    p.answer = p.right ? run.dataset.samples[size_t(p.sample)].answer : firstTexts[size_t(best)];
    p.score = p.right;
    const auto own = pictureOf[size_t(p.sample)];
    p.pictureRank = found.pictureRank[size_t(p.sample)];
    p.textRank = found.textRank[size_t(own)];
    bool shown = false;
    for (int64_t k = 0; k < places.size(1); ++k) {
      const auto picture = places[p.sample][k].item<int64_t>();
      shown = shown || picture == own;
      p.candidates.push_back(
          {firstOf[size_t(picture)], similarities[p.sample][k].item<double>(), picture == own});
    }
    if (!shown) p.candidates.push_back({firstOf[size_t(own)], alike[p.sample][own].item<double>(), true});
    run.tell(p);
  }
}

class RetrievalTask : public EvaluationTask {
 public:
  const Method& method() const override {
    static const Method method{"retrieval",
                               "Pictures from texts and texts from pictures: recall at 1, 5, 10"};
    return method;
  }
  bool suits(const EvaluationSubject& subject) const override {
    return subject.model == ModelTask::Match && subject.hasText();
  }
  void measure(PairRun& run) const override { match(run); }
};

}  // namespace

const EvaluationTask& retrievalTask() {
  static const RetrievalTask task;
  return task;
}

}  // namespace espalier
