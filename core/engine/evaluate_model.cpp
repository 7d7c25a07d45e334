#include <c10/core/GradMode.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>

#include "core/engine/evaluation_cache.h"
#include "core/engine/evaluation_task.h"
#include "core/engine/fingerprint.h"
#include "core/engine/usable_pairs.h"
#include "core/evaluate/answer_match.h"
#include "core/evaluate/caption_scores.h"
#include "core/evaluate/evaluator.h"
#include "core/evaluate/own_labels.h"
#include "core/evaluate/retrieval.h"
#include "core/evaluate/vqa_accuracy.h"
#include "core/evaluate/zero_shot.h"
#include "core/inputs/class_names.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// Of a small model few at a time: its weights stay in the caches, and answers come sooner.
constexpr int64_t kBatchSize = 16, kSmallBatchSize = 12, kTextBatchSize = 2;
constexpr int64_t kFewAtATimeUpTo = 50'000'000;

// The rows of long texts become many.
int64_t batchSizeFor(const OpenModel& model) {
  if (model.model->task() == ModelTask::Continue) return kTextBatchSize;
  return model.info.parameters <= kFewAtATimeUpTo ? kSmallBatchSize : kBatchSize;
}
constexpr int64_t kMaxNewTokens = 48;
constexpr int64_t kShownCandidates = 5;

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

// Evaluates one model on one data set; each task in its own way. Results go to Evaluation::pairs.
class PairEvaluator {
 public:
  PairEvaluator(const OpenModel& model, const Dataset& dataset, const JobControl& control,
                const PairEvaluated& onPair, const AnswerOptions& options, Journal journal,
                EvaluationCache* cache)
      : m_model(model),
        m_task(evaluationTask(model, dataset, options.task)),
        m_dataset(prompted(dataset, options.prompt)),
        m_control(control),
        m_onPair(onPair),
        m_journal(std::move(journal)),
        m_cache(cache),
        m_beams(beamsOf(options)),
        m_templates(options.templates),
        m_batchSize(batchSizeFor(model)) {
    m_result.task = nameOf(m_task);
    m_result.pairs.resize(dataset.samples.size());
    for (size_t i = 0; i < m_result.pairs.size(); ++i) m_result.pairs[i].sample = int64_t(i);
  }

  // reference: the weights whose classes are agreed with; compared: whether a person asked for that.
  Evaluation run(const Weights& reference, bool compared) {
    switch (m_task) {
      case EvaluationTask::Vqa:
        answers();
        break;
      case EvaluationTask::Caption:
        captions();
        break;
      case EvaluationTask::Retrieval:
        matches();
        break;
      case EvaluationTask::Classification:
        if (m_model.model->task() == ModelTask::Match)
          zeroShotClasses(reference, compared);
        else
          classes(reference, compared);
        break;
      case EvaluationTask::Perplexity:
        textLosses();
        break;
    }
    return std::move(m_result);
  }

 private:
  PairResult& pairOf(size_t batch, int64_t row) {
    return m_result.pairs[batch * size_t(m_batchSize) + size_t(row)];
  }
  using Batches = std::vector<std::shared_ptr<const Batch>>;

  // Batches of some of the samples, under a name of their own; those of an earlier run where there was one.
  Batches batchesOf(const Dataset& dataset, const std::string& name) {
    if (m_cache && m_cache->list(name).states.has()) return m_cache->list(name).states.batches();
    auto made =
        espalier::makeBatches(*m_model.processor, dataset, m_batchSize, m_control.stop, pictureMemory());
    if (m_cache) m_cache->list(name).states.setBatches(made);
    return made;
  }
  void makeBatches() { m_batches = batchesOf(m_dataset, kPairs); }
  KeptRun* kept(const std::string& name) { return m_cache ? &m_cache->list(name) : nullptr; }
  PrefixStates* keptStates(const std::string& name) { return m_cache ? &kept(name)->states : nullptr; }

  static constexpr const char *kPairs = "pairs", *kLabelled = "labelled";
  void tell(const PairResult& pair) const {
    if (m_onPair) m_onPair(pair);
  }

  void judge(PairResult& p) const {
    const Sample& sample = m_dataset.samples[size_t(p.sample)];
    if (m_dataset.kind == DataKind::Questions) {
      p.score = vqaAccuracy(p.answer, sample.answers.empty() ? std::vector{sample.answer} : sample.answers);
      p.right = p.score >= 0.5;
      return;
    }
    p.right =
        sample.kind == "caption" ? sameThings(p.answer, sample.answer) : sameAnswer(p.answer, sample.answer);
    p.score = p.right;
  }

  // Batches with the most of the pairs that are waited for go first.
  void wantedFirst(std::vector<size_t>& batches) const {
    std::vector<int64_t> wanted(m_batches.size());
    const std::set<int64_t> first(m_cache->first.begin(), m_cache->first.end());
    for (size_t i = 0; i < m_cache->usable->places.size(); ++i)
      for (const auto place : m_cache->usable->places[i])
        if (first.contains(place)) ++wanted[i / size_t(m_batchSize)];
    std::stable_sort(batches.begin(), batches.end(),
                     [&](size_t a, size_t b) { return wanted[a] > wanted[b]; });
  }

  // Batches that an earlier run answered are taken from the journal.
  void answers() {
    makeBatches();
    std::set<size_t> finished;
    m_journal.readSteps([&] {
      for (const auto& step : m_journal.finished()) {
        const size_t batch = step.at("batch");
        if (batch >= m_batches.size()) continue;
        finished.insert(batch);
        const auto& rows = step.at("pairs");
        for (size_t r = 0; r < rows.size(); ++r) {
          PairResult& p = pairOf(batch, int64_t(r));
          p.answer = rows[r].at("answer");
          const auto& loss = rows[r].at("loss");  // JSON knows no number for a loss that is none
          p.loss = loss.is_null() ? std::numeric_limits<double>::quiet_NaN() : loss.get<double>();
          judge(p);
          tell(p);
        }
      }
    });
    std::vector<size_t> open;
    for (size_t b = 0; b < m_batches.size(); ++b)
      if (!finished.contains(b)) open.push_back(b);
    if (m_cache && !m_cache->first.empty()) wantedFirst(open);
    evaluateBatches(
        *m_model.model, m_model.weights, m_batches, open, kMaxNewTokens, m_control,
        [&](size_t batch, const std::vector<RowResult>& rows) {
          auto pairs = nlohmann::json::array();
          for (size_t r = 0; r < rows.size(); ++r) {
            PairResult& p = pairOf(batch, int64_t(r));
            p.answer = m_model.processor->decode(rows[r].generated);
            p.loss = rows[r].loss;
            judge(p);
            pairs.push_back({{"answer", p.answer}, {"loss", p.loss}});
            tell(p);
          }
          m_journal.append({{"batch", batch}, {"pairs", pairs}});
        },
        m_beams, kept(kPairs));
    if (m_dataset.kind != DataKind::Questions) return;
    std::map<std::string, std::pair<double, double>> byKind;
    double sum = 0;
    for (const auto& p : m_result.pairs) {
      auto& [score, count] = byKind[m_dataset.samples[size_t(p.sample)].kind];
      score += p.score, ++count, sum += p.score;
    }
    m_result.metrics["VQA accuracy"] = sum / double(m_result.pairs.size());
    if (byKind.size() > 1)
      for (const auto& [kind, total] : byKind)
        m_result.metrics["VQA accuracy, " + kind] = total.first / total.second;
  }

  // One caption for each picture, compared with all its texts; the loss is that of each text.
  void captions() {
    std::map<std::filesystem::path, size_t> known;  // where among the pictures
    std::vector<std::vector<CaptionWords>> references;
    Dataset first, others;
    std::vector<size_t> firstOf, othersOf,
        pictureOf;  // which pair a sample of these is; which picture a pair is of
    for (size_t i = 0; i < m_dataset.samples.size(); ++i) {
      const auto& s = m_dataset.samples[i];
      const auto [it, isNew] = known.emplace(s.image, known.size());
      if (isNew) references.emplace_back();
      references[it->second].push_back(captionWords(s.answer));
      pictureOf.push_back(it->second);
      (isNew ? first : others).samples.push_back(s);
      (isNew ? firstOf : othersOf).push_back(i);
    }
    std::vector<std::string> texts(known.size());
    const auto batches = batchesOf(first, "pictures");
    std::vector<size_t> all(batches.size());
    std::iota(all.begin(), all.end(), size_t(0));
    evaluateBatches(
        *m_model.model, m_model.weights, batches, all, kMaxNewTokens, m_control,
        [&](size_t batch, const std::vector<RowResult>& rows) {
          for (size_t r = 0; r < rows.size(); ++r) {
            const size_t picture = batch * size_t(m_batchSize) + r;
            texts[picture] = m_model.processor->decode(rows[r].generated);
            m_result.pairs[firstOf[picture]].loss = rows[r].loss;
          }
        },
        m_beams, kept("pictures"));
    const auto rest = batchesOf(others, "further texts");
    forwardBatches(
        *m_model.model, m_model.weights, rest, m_control,
        [&](size_t batch, const State& state) {
          const auto losses = (state.lossSum / state.lossCount).cpu();
          for (int64_t r = 0; r < losses.size(0); ++r)
            m_result.pairs[othersOf[batch * size_t(m_batchSize) + size_t(r)]].loss = losses[r].item<double>();
        },
        keptStates("further texts"));
    std::vector<CaptionWords> said;
    for (const auto& t : texts) said.push_back(captionWords(t));
    const auto cider = ciderD(said, references);
    m_result.metrics = {{"CIDEr-D", cider.score}, {"BLEU-4", bleu4(said, references)}};
    for (size_t i = 0; i < m_result.pairs.size(); ++i) {
      PairResult& p = m_result.pairs[i];
      p.answer = texts[pictureOf[i]];
      p.score = cider.perPicture[pictureOf[i]];
      p.right = said[pictureOf[i]] == captionWords(m_dataset.samples[i].answer);
      tell(p);
    }
  }

  // A text may be several rows (row_sample).
  void textLosses() {
    makeBatches();
    std::vector<double> sums(m_result.pairs.size()), counts(m_result.pairs.size());
    forwardBatches(
        *m_model.model, m_model.weights, m_batches, m_control,
        [&](size_t batch, const State& state) {
          auto owner = m_batches[batch]->find("row_sample");
          if (!owner.defined()) owner = at::arange(state.lossCount.size(0), at::kLong);
          const auto sum = state.lossSum.cpu(), count = state.lossCount.cpu();
          std::set<int64_t> samples;
          for (int64_t r = 0; r < owner.size(0); ++r) {
            const auto row = owner[r].item<int64_t>();
            const auto i = size_t(pairOf(batch, row).sample);
            sums[i] += sum[r].item<double>();
            counts[i] += count[r].item<double>();
            addTokens(pairOf(batch, row), state, r);
            samples.insert(row);
          }
          for (const auto row : samples) {
            PairResult& p = pairOf(batch, row);
            const auto i = size_t(p.sample);
            p.loss = counts[i] > 0 ? sums[i] / counts[i] : 0;
            tell(p);
          }
        },
        keptStates(kPairs));
    const double tokens = std::accumulate(counts.begin(), counts.end(), 0.0);
    if (tokens == 0)
      throw Error(ErrorKind::InvalidInput, m_dataset.path.string() + " holds no text of two tokens.");
    const double loss = std::accumulate(sums.begin(), sums.end(), 0.0) / tokens;
    m_result.metrics = {{"token loss", loss}, {"perplexity", std::exp(loss)}};
  }

  // What a row predicts, token for token, behind what the text's rows before it did.
  void addTokens(PairResult& p, const State& state, int64_t row) const {
    const auto targets = state.lossTargets[row].cpu().contiguous(),
               losses = state.lossTerms[row].cpu().contiguous();
    const auto labels = state.inputs->find("labels");
    std::vector<int64_t> ids;
    std::vector<double> terms;
    const auto add = [&](int64_t id, double loss) {
      if (id == kIgnoredLabel) return;
      ids.push_back(id);
      terms.push_back(loss);
    };
    // A text that predicts its next tokens begins with one that nothing predicts.
    if (p.tokens.empty() && labels.defined() && labels.size(1) == targets.numel() + 1)
      add(labels[row][0].item<int64_t>(), -1);
    for (int64_t t = 0; t < targets.numel(); ++t)
      add(targets.data_ptr<int64_t>()[t], losses.data_ptr<double>()[t]);
    // A token's text is what it adds to that of the few before it: alone, blanks would be lost.
    constexpr size_t kBefore = 3;
    for (size_t t = 0; t < ids.size(); ++t) {
      const auto from = ids.begin() + std::ptrdiff_t(t - std::min(t, kBefore)),
                 to = ids.begin() + std::ptrdiff_t(t);
      const auto before = m_model.processor->decode({from, to}),
                 with = m_model.processor->decode({from, to + 1});
      // Where a character ends only now, it is shown whole.
      auto same =
          size_t(std::mismatch(before.begin(), before.end(), with.begin(), with.end()).second - with.begin());
      while (same > 0 && same < with.size() && (with[same] & 0xC0) == 0x80) --same;
      p.tokens.push_back({with.substr(same), terms[t]});
    }
  }

  void matches() {
    makeBatches();
    std::vector<at::Tensor> texts(m_batches.size()), pictures(m_batches.size());
    forwardBatches(
        *m_model.model, m_model.weights, m_batches, m_control,
        [&](size_t batch, const State& state) {
          texts[batch] = state.kept.at(kTextVectors).cpu();
          pictures[batch] = state.kept.at(kPictureVectors).cpu();
          const auto losses = state.lossSum.cpu();
          for (int64_t r = 0; r < losses.size(0); ++r) pairOf(batch, r).loss = losses[r].item<double>();
        },
        keptStates(kPairs));
    // The same picture may stand in several batches: it counts once.
    std::map<std::filesystem::path, int64_t> known;
    std::vector<at::Tensor> distinct;
    std::vector<int64_t> pictureOf;
    std::vector<std::string> said;  // of each picture, its first text
    std::vector<int64_t> firstOf;   // and its first pair
    for (size_t i = 0; i < m_result.pairs.size(); ++i) {
      const auto& image = m_dataset.samples[i].image;
      const auto [it, isNew] = known.emplace(image, int64_t(known.size()));
      if (isNew) {
        const size_t batch = i / size_t(m_batchSize);
        distinct.push_back(
            pictures[batch][m_batches[batch]->at("image_index")[int64_t(i % size_t(m_batchSize))]]);
        said.push_back(m_dataset.samples[i].answer);
        firstOf.push_back(int64_t(i));
      }
      pictureOf.push_back(it->second);
    }
    const auto alike = at::matmul(at::cat(texts), at::stack(distinct).t());
    const auto found = retrievalOf(alike, pictureOf);
    const auto [similarities, places] = alike.topk(std::min<int64_t>(kShownCandidates, alike.size(1)), 1);
    for (size_t k = 0; k < 3; ++k) {
      m_result.metrics["TR@" + std::to_string(kRecallAt[k])] = found.textRecall[k];
      m_result.metrics["IR@" + std::to_string(kRecallAt[k])] = found.pictureRecall[k];
    }
    for (auto& p : m_result.pairs) {
      const auto best = found.bestPicture[size_t(p.sample)];
      p.right = best == pictureOf[size_t(p.sample)];
      // What the picture found shows, in words: that tells more than a file's name.
      p.answer = p.right ? m_dataset.samples[size_t(p.sample)].answer : said[size_t(best)];
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
      tell(p);
    }
  }

  // first, fifth: right at the first, among the first five.
  // labelled: how many pairs they are of, those with a label; 0: agreement with the dense model's classes is
  // all there is.
  void tellClasses(int64_t first, int64_t fifth, int64_t labelled, std::optional<int64_t> agreed) {
    if (labelled > 0)
      m_result.metrics = {{"top-1", double(first) / double(labelled)},
                          {"top-5", double(fifth) / double(labelled)}};
    else
      agreed = first;
    if (agreed) m_result.metrics["agreement"] = double(*agreed) / double(m_result.pairs.size());
  }

  // The batches with the dense model's own labels where they have none.
  Batches labelledBatches(const Weights& reference) {
    if (m_cache && m_cache->list(kLabelled).states.has()) return m_cache->list(kLabelled).states.batches();
    auto made = withOwnLabels(*m_model.model, reference, m_batches, m_control);
    if (m_cache) m_cache->list(kLabelled).states.setBatches(made);
    return made;
  }

  void classes(const Weights& reference, bool compared) {
    makeBatches();
    bool labelled = false;
    for (const auto& b : m_batches)
      labelled = labelled || (b->at("labels") != kIgnoredLabel).any().item<bool>();
    const auto batches = labelledBatches(reference);
    // What the dense model says, where that is not what the pictures are labelled with.
    std::vector<std::shared_ptr<const Batch>> dense;
    if (compared && labelled) {
      for (const auto& b : m_batches) {
        auto unlabelled = std::make_shared<Batch>(*b);
        unlabelled->tensors["labels"] = at::full_like(b->at("labels"), kIgnoredLabel);
        dense.push_back(unlabelled);
      }
      dense = withOwnLabels(*m_model.model, reference, dense, m_control);
    }
    std::vector<std::string> names;
    int64_t first = 0, fifth = 0, agreed = 0, withLabel = 0;
    forwardBatches(
        *m_model.model, m_model.weights, batches, m_control,
        [&](size_t batch, const State& state) {
          const auto& labels = batches[batch]->at("labels");
          const auto given = m_batches[batch]->at("labels").cpu();
          const int64_t all = state.logits.size(1);
          if (names.empty()) names = classNamesOf(*m_model.model, all);
          const auto top = std::get<1>(state.logits.topk(std::min<int64_t>(5, all), 1)).cpu();
          const auto losses = state.lossSum.cpu();
          const auto hits = (top == labels.unsqueeze(1)).cumsum(1);
          if (!dense.empty())
            agreed += (top.select(1, 0) == dense[batch]->at("labels")).sum().item<int64_t>();
          for (int64_t r = 0; r < labels.size(0); ++r) {
            PairResult& p = pairOf(batch, r);
            p.answer = names[size_t(top[r][0].item<int64_t>())];
            p.right = hits[r][0].item<int64_t>() > 0;
            p.score = p.right;
            p.loss = losses[r].item<double>();
            const bool hasLabel = given[r].item<int64_t>() != kIgnoredLabel;
            if (!hasLabel) p.expected = names[size_t(labels[r].item<int64_t>())];
            withLabel += hasLabel;
            if (hasLabel || !labelled) first += p.right, fifth += hits[r][-1].item<int64_t>();
            tell(p);
          }
        },
        keptStates(kLabelled));
    tellClasses(first, fifth, withLabel, dense.empty() ? std::nullopt : std::optional(agreed));
  }

  void zeroShotClasses(const Weights& reference, bool compared) {
    const auto alikeBy = [&](const Weights& weights) {
      return zeroShotSimilarities(*m_model.model, weights, *m_model.processor, m_dataset, m_templates,
                                  m_control);
    };
    const auto alike = alikeBy(m_model.weights);
    const int64_t all = alike.size(1);
    std::vector<int64_t> labels;
    for (const auto& s : m_dataset.samples) labels.push_back(s.classIndex);
    const auto label = at::tensor(labels).unsqueeze(1);
    const auto top = std::get<1>(alike.topk(std::min<int64_t>(5, all), 1));
    const auto hits = (top == label).cumsum(1);
    const auto losses = -alike.to(at::kDouble).log_softmax(1).gather(1, label).squeeze(1);
    for (auto& p : m_result.pairs) {
      p.answer = m_dataset.classNames[size_t(top[p.sample][0].item<int64_t>())];
      p.right = hits[p.sample][0].item<int64_t>() > 0;
      p.score = p.right;
      p.loss = losses[p.sample].item<double>();
      tell(p);
    }
    std::optional<int64_t> agreed;
    if (compared) agreed = (alikeBy(reference).argmax(1) == top.select(1, 0)).sum().item<int64_t>();
    tellClasses(hits.select(1, 0).sum().item<int64_t>(), hits.select(1, -1).sum().item<int64_t>(),
                int64_t(m_result.pairs.size()), agreed);
  }

  const OpenModel& m_model;
  EvaluationTask m_task;
  Dataset m_dataset;
  const JobControl& m_control;
  const PairEvaluated& m_onPair;
  Journal m_journal;
  EvaluationCache* m_cache;
  BeamOptions m_beams;
  std::vector<std::string> m_templates;
  int64_t m_batchSize;
  std::vector<std::shared_ptr<const Batch>> m_batches;
  Evaluation m_result;
};

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
  return evaluateModel(m, dataset, control, onPair, reference, answers, nullptr);
}

Evaluation evaluateModel(const OpenModel& m, const Dataset& dataset, const JobControl& control,
                         const PairEvaluated& onPair, const ModelPtr& reference, const AnswerOptions& answers,
                         EvaluationCache* cache) {
  c10::NoGradGuard noGrad;
  const auto start = std::chrono::steady_clock::now();
  Journal journal;
  if (!answers.journal.path.empty() && m.model->task() == ModelTask::Answer)
    journal = Journal(answers.journal.path, "evaluate",
                      {{"program", programFingerprint()},
                       {"model", fingerprintOf(m)},
                       {"data", fingerprintOf(dataset)},
                       {"options",
                        {answers.beams, answers.lengthPenalty, answers.earlyStopping, answers.task,
                         answers.prompt, answers.templates}},
                       {"batchSize", batchSizeFor(m)},
                       {"device", deviceKindOf(m)},
                       {"with", answers.journalInputs}},
                      answers.journal);
  std::shared_ptr<const UsablePairs> usable = cache ? cache->usable : nullptr;
  if (!usable)
    usable = std::make_shared<UsablePairs>(
        usablePairs(m, dataset, evaluationTask(m, dataset, answers.task), control));
  if (cache) cache->usable = usable;
  requireAnswers(m, usable->data, "an evaluation");
  auto e =
      PairEvaluator(m, usable->data, control, ofDataset(*usable, onPair), answers, std::move(journal), cache)
          .run(reference ? reference->weights : Weights(m.checkpoint, m.weights.device()),
               reference != nullptr);
  for (auto& p : e.pairs) p = placed(p, *usable, 0);
  e.problems = usable->problems;
  e.onlyAgreement = usable->onlyAgreement;
  e.asked = int64_t(dataset.samples.size());
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
    // A caption's kind says nothing about the class of its picture.
    const auto kind = onlyAgreement ? std::string() : dataset.samples.at(size_t(p.sample)).kind;
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
