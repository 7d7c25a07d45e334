#include <filesystem>
#include <map>
#include <numeric>

#include "core/evaluate/caption_scores.h"
#include "core/evaluate/evaluation_task.h"
#include "core/evaluate/pair_run.h"

namespace espalier {

namespace {

constexpr int64_t kMaxCaptionTokens = 48;

// One caption for each picture, compared with all its texts; the loss is that of each text.
void caption(PairRun& run) {
  std::map<std::filesystem::path, size_t> known;  // where among the pictures
  std::vector<std::vector<CaptionWords>> references;
  Dataset first, others;
  std::vector<size_t> firstOf, othersOf,
      pictureOf;  // which pair a sample of these is; which picture a pair is of
  for (size_t i = 0; i < run.dataset.samples.size(); ++i) {
    const auto& s = run.dataset.samples[i];
    const auto [it, isNew] = known.emplace(s.image, known.size());
    if (isNew) references.emplace_back();
    references[it->second].push_back(captionWords(s.answer));
    pictureOf.push_back(it->second);
    (isNew ? first : others).samples.push_back(s);
    (isNew ? firstOf : othersOf).push_back(i);
  }
  std::vector<std::string> texts(known.size());
  const auto batches = run.batchesOf(first, "pictures");
  std::vector<size_t> all(batches.size());
  std::iota(all.begin(), all.end(), size_t(0));
  evaluateBatches(
      run.model, run.weights, batches, all, kMaxCaptionTokens, run.control,
      [&](size_t batch, const std::vector<RowResult>& rows) {
        for (size_t r = 0; r < rows.size(); ++r) {
          const size_t picture = batch * size_t(run.batchSize) + r;
          texts[picture] = run.processor.decode(rows[r].generated);
          run.result.pairs[firstOf[picture]].loss = rows[r].loss;
        }
      },
      run.beams, run.keptRun("pictures"));
  const auto rest = run.batchesOf(others, "further texts");
  forwardBatches(
      run.model, run.weights, rest, run.control, {},
      [&](size_t batch, const State& state) {
        const auto losses = (state.lossSum / state.lossCount).cpu();
        for (int64_t r = 0; r < losses.size(0); ++r)
          run.result.pairs[othersOf[batch * size_t(run.batchSize) + size_t(r)]].loss =
              losses[r].item<double>();
      },
      run.keptStates("further texts"));
  std::vector<CaptionWords> words;
  for (const auto& t : texts) words.push_back(captionWords(t));
  const auto cider = ciderD(words, references);
  run.result.metrics = {{"CIDEr-D", cider.score}, {"BLEU-4", bleu4(words, references)}};
  for (size_t i = 0; i < run.result.pairs.size(); ++i) {
    PairResult& p = run.result.pairs[i];
    p.answer = texts[pictureOf[i]];
    p.score = cider.perPicture[pictureOf[i]];
    p.right = words[pictureOf[i]] == captionWords(run.dataset.samples[i].answer);
    run.tell(p);
  }
}

class CaptionsTask : public EvaluationTask {
 public:
  const Method& method() const override {
    static const Method method{"caption", "Captions of pictures: CIDEr-D and BLEU-4"};
    return method;
  }
  EvaluationColumns columns() const override { return {.right = true, .share = false}; }
  bool generates() const override { return true; }
  bool suits(const EvaluationSubject& subject) const override {
    return subject.model == ModelTask::Answer && subject.data == DataKind::Captions;
  }
  void measure(PairRun& run) const override { caption(run); }
};

}  // namespace

const EvaluationTask& captionsTask() {
  static const CaptionsTask task;
  return task;
}

}  // namespace espalier
