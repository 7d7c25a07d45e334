#include <algorithm>
#include <map>
#include <set>

#include "core/base/json_numbers.h"
#include "core/evaluate/answer_match.h"
#include "core/evaluate/evaluation_task.h"
#include "core/evaluate/pair_run.h"
#include "core/evaluate/vqa_accuracy.h"

namespace espalier {

namespace {

constexpr int64_t kMaxAnswerTokens = 48;

void judge(const PairRun& run, PairResult& p) {
  const Sample& sample = run.dataset.samples[size_t(p.sample)];
  if (run.dataset.kind == DataKind::Questions) {
    p.score = vqaAccuracy(p.answer, sample.answers.empty() ? std::vector{sample.answer} : sample.answers);
    p.right = p.score >= 0.5;
    return;
  }
  p.right =
      sample.kind == "caption" ? sameThings(p.answer, sample.answer) : sameAnswer(p.answer, sample.answer);
  p.score = p.right;
}

// Batches with the most of the pairs that are waited for go first.
void waitedForFirst(const PairRun& run, std::vector<size_t>& batches) {
  std::vector<int64_t> wanted(size_t(run.waitedFor.size()) / size_t(run.batchSize) + 1);
  for (size_t i = 0; i < run.waitedFor.size(); ++i) wanted[i / size_t(run.batchSize)] += run.waitedFor[i];
  std::stable_sort(batches.begin(), batches.end(), [&](size_t a, size_t b) { return wanted[a] > wanted[b]; });
}

// Batches that an earlier run answered are taken from the journal.
void answer(PairRun& run) {
  const auto batches = run.pairBatches();
  std::set<size_t> finished;
  run.journal.readSteps([&] {
    for (const auto& step : run.journal.finished()) {
      const auto batch = wholeOf<size_t>(step.at("batch"));
      if (batch >= batches.size()) continue;
      finished.insert(batch);
      const auto& rows = step.at("pairs");
      if (batch * size_t(run.batchSize) + rows.size() > run.result.pairs.size())
        run.journal.refuse("it has " + std::to_string(rows.size()) + " answers of batch " +
                           std::to_string(batch) + ", which has fewer pairs");
      for (size_t r = 0; r < rows.size(); ++r) {
        PairResult& p = run.pairOf(batch, int64_t(r));
        p.answer = rows[r].at("answer");
        p.loss = numberOrUnknown(rows[r].at("loss"));
        judge(run, p);
        run.tell(p);
      }
    }
  });
  std::vector<size_t> open;
  for (size_t b = 0; b < batches.size(); ++b)
    if (!finished.contains(b)) open.push_back(b);
  if (!run.waitedFor.empty()) waitedForFirst(run, open);
  evaluateBatches(
      run.model, run.weights, batches, open, kMaxAnswerTokens, run.control,
      [&](size_t batch, const std::vector<RowResult>& rows) {
        auto pairs = nlohmann::json::array();
        for (size_t r = 0; r < rows.size(); ++r) {
          PairResult& p = run.pairOf(batch, int64_t(r));
          p.answer = run.processor.decode(rows[r].generated);
          p.loss = rows[r].loss;
          judge(run, p);
          pairs.push_back({{"answer", p.answer}, {"loss", p.loss}});
          run.tell(p);
        }
        run.journal.append({{"batch", batch}, {"pairs", pairs}});
      },
      run.beams, run.keptRun(PairRun::kPairs));
  if (run.dataset.kind != DataKind::Questions) return;
  std::map<std::string, std::pair<double, double>> byKind;
  double sum = 0;
  for (const auto& p : run.result.pairs) {
    auto& [score, count] = byKind[run.dataset.samples[size_t(p.sample)].kind];
    score += p.score, ++count, sum += p.score;
  }
  run.result.metrics["VQA accuracy"] = sum / double(run.result.pairs.size());
  if (byKind.size() > 1)
    for (const auto& [kind, total] : byKind)
      run.result.metrics["VQA accuracy, " + kind] = total.first / total.second;
}

class AnswersTask : public EvaluationTask {
 public:
  const Method& method() const override {
    static const Method method{"vqa",
                               "Answers to questions: VQA accuracy, or whether they are the expected ones"};
    return method;
  }
  bool generates() const override { return true; }
  bool suits(const EvaluationSubject& subject) const override {
    const bool asks = subject.hasText() && subject.data != DataKind::Text;
    if (subject.model == ModelTask::Answer) return asks && subject.data != DataKind::Captions;
    // An instruct model answers what it is asked.
    return subject.model == ModelTask::Continue && asks && subject.conversations;
  }
  void measure(PairRun& run) const override { answer(run); }
};

}  // namespace

const EvaluationTask& answersTask() {
  static const AnswersTask task;
  return task;
}

}  // namespace espalier
