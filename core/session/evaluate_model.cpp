#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>

#include "core/data/class_names.h"
#include "core/evaluate/answer_match.h"
#include "core/evaluate/evaluator.h"
#include "core/evaluate/own_labels.h"
#include "core/evaluate/retrieval.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/sequence_loss.h"
#include "core/session/fingerprint.h"
#include "core/session/open_model.h"

namespace espalier {

namespace {

constexpr int64_t kBatchSize = 16;
constexpr int64_t kMaxNewTokens = 48;

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

// Evaluates the batches of one model; each kind of model in its own way. Results go to Evaluation::pairs.
class PairEvaluator {
 public:
  PairEvaluator(const OpenModel& model, const Dataset& dataset, const JobControl& control,
                const PairEvaluated& onPair, const BeamOptions& beams, Journal journal)
      : m_model(model),
        m_dataset(dataset),
        m_control(control),
        m_onPair(onPair),
        m_journal(std::move(journal)),
        m_beams(beams),
        m_batches(makeBatches(*model.processor, dataset, kBatchSize, control.stop)) {
    m_result.pairs.resize(dataset.samples.size());
    for (size_t i = 0; i < m_result.pairs.size(); ++i) m_result.pairs[i].sample = int64_t(i);
  }

  Evaluation run(const Weights& reference) {
    switch (m_model.model->task()) {
      case ModelTask::Answer:
        answers();
        break;
      case ModelTask::Continue:
        textLosses();
        break;
      case ModelTask::Match:
        matches();
        break;
      case ModelTask::Classify:
        classes(reference);
        break;
      case ModelTask::Embed:
        throw Error(ErrorKind::InvalidInput, m_model.info.folder.string() + " (" + m_model.info.family +
                                                 ") makes features only; there is nothing to evaluate.");
    }
    return std::move(m_result);
  }

 private:
  PairResult& pairOf(size_t batch, int64_t row) {
    return m_result.pairs[batch * size_t(kBatchSize) + size_t(row)];
  }
  void tell(const PairResult& pair) const {
    if (m_onPair) m_onPair(pair);
  }

  // Batches that an earlier run answered are taken from the journal.
  void answers() {
    std::set<size_t> finished;
    for (const auto& step : m_journal.finished()) {
      const size_t batch = step.at("batch");
      if (batch >= m_batches.size()) continue;
      finished.insert(batch);
      const auto& rows = step.at("pairs");
      for (size_t r = 0; r < rows.size(); ++r) {
        PairResult& p = pairOf(batch, int64_t(r));
        p.answer = rows[r].at("answer");
        p.right = rows[r].at("right");
        p.loss = rows[r].at("loss");
        tell(p);
      }
    }
    std::vector<std::shared_ptr<const Batch>> open;
    std::vector<size_t> places;
    for (size_t b = 0; b < m_batches.size(); ++b) {
      if (finished.contains(b)) continue;
      open.push_back(m_batches[b]);
      places.push_back(b);
    }
    evaluateBatches(*m_model.model, m_model.weights, open, kMaxNewTokens, m_control,
                    [&](size_t place, const std::vector<RowResult>& rows) {
                      const size_t batch = places[place];
                      auto pairs = nlohmann::json::array();
                      for (size_t r = 0; r < rows.size(); ++r) {
                        PairResult& p = pairOf(batch, int64_t(r));
                        const Sample& sample = m_dataset.samples[size_t(p.sample)];
                        p.answer = m_model.processor->decode(rows[r].generated);
                        p.loss = rows[r].loss;
                        p.right = sample.kind == "caption" ? sameThings(p.answer, sample.answer)
                                                           : sameAnswer(p.answer, sample.answer);
                        pairs.push_back({{"answer", p.answer}, {"right", p.right}, {"loss", p.loss}});
                        tell(p);
                      }
                      m_journal.append({{"batch", batch}, {"pairs", pairs}});
                    },
                    m_beams);
  }

  // A text may be several rows (row_sample).
  void textLosses() {
    std::vector<double> sums(m_result.pairs.size()), counts(m_result.pairs.size());
    forwardBatches(*m_model.model, m_model.weights, m_batches, m_control,
                   [&](size_t batch, const State& state) {
                     const auto owner = m_batches[batch]->at("row_sample");
                     std::set<int64_t> samples;
                     for (int64_t r = 0; r < owner.size(0); ++r) {
                       const auto row = owner[r].item<int64_t>();
                       const auto i = size_t(pairOf(batch, row).sample);
                       sums[i] += state.lossSum[r].item<double>();
                       counts[i] += state.lossCount[r].item<double>();
                       samples.insert(row);
                     }
                     for (const auto row : samples) {
                       PairResult& p = pairOf(batch, row);
                       const auto i = size_t(p.sample);
                       p.loss = counts[i] > 0 ? sums[i] / counts[i] : 0;
                       tell(p);
                     }
                   });
    const double tokens = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (tokens == 0)
      throw Error(ErrorKind::InvalidInput, m_dataset.path.string() + " holds no text of two tokens.");
    const double loss = std::accumulate(sums.begin(), sums.end(), 0.0) / tokens;
    m_result.metrics = {{"token loss", loss}, {"perplexity", std::exp(loss)}};
  }

  void matches() {
    std::vector<at::Tensor> texts(m_batches.size()), pictures(m_batches.size());
    forwardBatches(*m_model.model, m_model.weights, m_batches, m_control,
                   [&](size_t batch, const State& state) {
                     texts[batch] = state.kept.at(kTextVectors);
                     pictures[batch] = state.kept.at(kPictureVectors);
                     for (int64_t r = 0; r < state.lossSum.size(0); ++r)
                       pairOf(batch, r).loss = state.lossSum[r].item<double>();
                   });
    // The same picture may stand in several batches: it counts once.
    std::map<std::filesystem::path, int64_t> known;
    std::vector<at::Tensor> distinct;
    std::vector<int64_t> pictureOf;
    std::vector<std::string> names;
    for (size_t i = 0; i < m_result.pairs.size(); ++i) {
      const auto& image = m_dataset.samples[i].image;
      const auto [it, isNew] = known.emplace(image, int64_t(known.size()));
      if (isNew) {
        const size_t batch = i / size_t(kBatchSize);
        distinct.push_back(
            pictures[batch][m_batches[batch]->at("image_index")[int64_t(i % size_t(kBatchSize))]]);
        names.push_back(image.filename().string());
      }
      pictureOf.push_back(it->second);
    }
    const auto found = retrievalOf(at::matmul(at::cat(texts), at::stack(distinct).t()), pictureOf);
    for (size_t k = 0; k < 3; ++k) {
      m_result.metrics["TR@" + std::to_string(kRecallAt[k])] = found.textRecall[k];
      m_result.metrics["IR@" + std::to_string(kRecallAt[k])] = found.pictureRecall[k];
    }
    for (auto& p : m_result.pairs) {
      const auto best = found.bestPicture[size_t(p.sample)];
      p.answer = names[size_t(best)];
      p.right = best == pictureOf[size_t(p.sample)];
      tell(p);
    }
  }

  void classes(const Weights& reference) {
    bool labelled = false;
    for (const auto& b : m_batches)
      labelled = labelled || (b->at("labels") != kIgnoredLabel).any().item<bool>();
    const auto batches = withOwnLabels(*m_model.model, reference, m_batches, m_control);
    std::vector<std::string> names;
    int64_t first = 0, fifth = 0;
    forwardBatches(*m_model.model, m_model.weights, batches, m_control,
                   [&](size_t batch, const State& state) {
                     const auto& labels = batches[batch]->at("labels");
                     const int64_t all = state.logits.size(1);
                     if (names.empty()) names = classNamesOf(*m_model.model, all);
                     const auto top = std::get<1>(state.logits.topk(std::min<int64_t>(5, all), 1));
                     const auto hits = (top == labels.unsqueeze(1)).cumsum(1);
                     for (int64_t r = 0; r < labels.size(0); ++r) {
                       PairResult& p = pairOf(batch, r);
                       p.answer = names[size_t(top[r][0].item<int64_t>())];
                       p.right = hits[r][0].item<int64_t>() > 0;
                       p.loss = state.lossSum[r].item<double>();
                       first += p.right, fifth += hits[r][-1].item<int64_t>();
                       tell(p);
                     }
                   });
    const double total = double(m_result.pairs.size());
    m_result.metrics = labelled ? std::map<std::string, double>{{"top-1", double(first) / total},
                                                                {"top-5", double(fifth) / total}}
                                : std::map<std::string, double>{{"agreement", double(first) / total}};
  }

  const OpenModel& m_model;
  const Dataset& m_dataset;
  const JobControl& m_control;
  const PairEvaluated& m_onPair;
  Journal m_journal;
  BeamOptions m_beams;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  Evaluation m_result;
};

}  // namespace

Evaluation evaluateModel(const OpenModel& m, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair, const ModelPtr& reference,
                         const AnswerOptions& answers) {
  at::NoGradGuard noGrad;
  const auto start = std::chrono::steady_clock::now();
  Journal journal;
  if (!answers.journal.path.empty() && m.model->task() == ModelTask::Answer)
    journal = Journal(answers.journal.path, "evaluate",
                      {{"model", fingerprintOf(*m.checkpoint)},
                       {"data", fingerprintOf(dataset)},
                       {"options", {answers.beams, answers.lengthPenalty, answers.earlyStopping}},
                       {"with", answers.journalInputs}},
                      answers.journal);
  auto e = PairEvaluator(m, dataset, control, onPair, beamsOf(answers), std::move(journal))
               .run(reference ? reference->weights : Weights(m.checkpoint));
  e.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return e;
}

Evaluation::Tally Evaluation::overall() const {
  Tally t;
  for (const auto& p : pairs) ++t.total, t.right += p.right, t.loss += p.loss;
  if (t.total) t.loss /= double(t.total);
  return t;
}

std::vector<Evaluation::Tally> Evaluation::byKind(const Dataset& dataset) const {
  std::vector<Tally> out;
  for (const auto& p : pairs) {
    const auto& kind = dataset.samples.at(size_t(p.sample)).kind;
    auto it = std::find_if(out.begin(), out.end(), [&](const Tally& t) { return t.kind == kind; });
    if (it == out.end()) it = out.insert(out.end(), Tally{kind, 0, 0, 0});
    ++it->total, it->right += p.right, it->loss += p.loss;
  }
  for (auto& t : out) t.loss /= double(t.total);
  return out;
}

Interval wilsonInterval(int64_t right, int64_t total) {
  if (total == 0) return {};
  constexpr double z = 1.959963984540054;
  const double n = double(total), p = double(right) / n, z2 = z * z / n;
  const double centre = (p + z2 / 2) / (1 + z2),
               half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace espalier
