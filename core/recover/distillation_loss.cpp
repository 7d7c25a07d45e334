#include "core/recover/distillation_loss.h"

#include <c10/core/GradMode.h>

#include <atomic>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/model/layers/sequence_loss.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

// What the dense model's predictions may take in memory; the rest is made anew.
int64_t roomForPredictions() {
  constexpr int64_t kRoom = int64_t(256) << 20;
  return memoryLimit() > 0 ? std::min(kRoom, memoryLimit() / 16) : kRoom;
}

std::shared_ptr<const Batch> batchOf(const Recovery& r, int64_t i) {
  const auto count = int64_t(r.training.size());
  return i < count ? r.training[size_t(i)] : r.heldOut[size_t(i - count)];
}

int64_t batchesOf(const Recovery& r) {
  return int64_t(r.training.size() + r.heldOut.size());
}

// A pass of the dense model, or of the pruned one where there is none.
State densePass(const Recovery& r, int64_t batch) {
  c10::NoGradGuard noGrad;
  return runModel(r.model, Pass{.weights = r.dense ? *r.dense : r.weights, .stop = r.control.stop},
                  batchOf(r, batch));
}

[[noreturn]] void predictsNothing(const Recovery& r) {
  throw Error(ErrorKind::InvalidInput,
              "A model of the family " + r.model.family() +
                  " predicts nothing of these data, so that there is nothing to train it by as a whole; "
                  "\"rebuild\" can recover it.");
}

at::Tensor divergence(const at::Tensor& logits, const at::Tensor& teacher) {
  const auto wanted = at::log_softmax(teacher, -1);
  return (wanted.exp() * (wanted - at::log_softmax(logits, -1))).sum();
}

// Of tokens and classes.
class PredictionDivergence : public WholeLoss {
 public:
  explicit PredictionDivergence(const Recovery& r) : m_r(r), m_places(size_t(batchesOf(r))) {
    m_kept.resize(m_places.size());
    std::atomic<int64_t> room{roomForPredictions()};
    parallelFor(batchesOf(r), [&](int64_t i) {
      r.control.throwIfCancelled();
      const auto state = densePass(r, i);
      m_places[size_t(i)] = placesOf(state);
      if (i == 0) m_classes = state.logits.size(-1);
      const auto logits = predicted(state, i);
      if (room.fetch_sub(int64_t(logits.nbytes())) >= int64_t(logits.nbytes()))
        m_kept[size_t(i)] = logits.clone();
    });
    int64_t all = 0;
    for (const auto& places : m_places) all += places.numel();
    if (all == 0) predictsNothing(r);
  }

  double countOf(int64_t batch) const override { return double(m_places[size_t(batch)].numel()); }

  double numbersEach() const override { return double(m_classes); }

  at::Tensor sum(const State& after, int64_t batch) const override {
    const auto& kept = m_kept[size_t(batch)];
    return divergence(predicted(after, batch),
                      kept.defined() ? kept : predicted(densePass(m_r, batch), batch));
  }

 private:
  bool classifies() const { return m_r.model.task() == ModelTask::Classify; }

  // Which places of the logits, one behind the other, predict something that counts.
  at::Tensor placesOf(const State& dense) const {
    if (!dense.logits.defined()) predictsNothing(m_r);
    if (classifies()) return at::arange(dense.logits.size(0), dense.logits.options().dtype(at::kLong));
    if (!dense.lossTargets.defined()) predictsNothing(m_r);
    const auto counted = dense.lossTargets != kIgnoredLabel;  // [rows, length]
    // As many logits as targets, or one more, which predicts what comes after the text.
    const auto places = counted.nonzero();
    return places.select(1, 0) * dense.logits.size(1) + places.select(1, 1);
  }

  at::Tensor predicted(const State& state, int64_t batch) const {
    return state.logits.reshape({-1, state.logits.size(-1)}).index_select(0, m_places[size_t(batch)]);
  }

  const Recovery& m_r;
  std::vector<at::Tensor> m_places, m_kept;
  int64_t m_classes = 0;
};

// Of pictures and texts that are matched.
class SimilarityDivergence : public WholeLoss {
 public:
  explicit SimilarityDivergence(const Recovery& r) : m_r(r) {
    m_pictures.resize(size_t(batchesOf(r)));
    m_texts.resize(m_pictures.size());
    parallelFor(batchesOf(r), [&](int64_t i) {
      r.control.throwIfCancelled();
      const auto state = densePass(r, i);
      if (!state.kept.contains(kPictureVectors) || !state.kept.contains(kTextVectors)) return;
      m_pictures[size_t(i)] = state.kept.at(kPictureVectors);
      m_texts[size_t(i)] = state.kept.at(kTextVectors);
    });
    std::vector<at::Tensor> pictures, texts;
    for (size_t i = 0; i < m_pictures.size(); ++i) {
      if (!m_pictures[i].defined()) predictsNothing(r);
      if (i < r.training.size()) pictures.push_back(m_pictures[i]), texts.push_back(m_texts[i]);
    }
    m_allPictures = at::cat(pictures, 0);
    m_allTexts = at::cat(texts, 0);
    constexpr double kUsualScale = 1 / 0.07;
    m_scale = r.dense->has("logit_scale")
                  ? std::exp(r.dense->get("logit_scale").reshape({-1})[0].item<double>())
                  : kUsualScale;
  }

  double countOf(int64_t batch) const override {
    return double(m_pictures[size_t(batch)].size(0) + m_texts[size_t(batch)].size(0));
  }

  double numbersEach() const override { return double(m_allTexts.size(0)); }

  at::Tensor sum(const State& after, int64_t batch) const override {
    const auto i = size_t(batch);
    return divergence(alike(after.kept.at(kPictureVectors), m_allTexts), alike(m_pictures[i], m_allTexts)) +
           divergence(alike(after.kept.at(kTextVectors), m_allPictures), alike(m_texts[i], m_allPictures));
  }

 private:
  at::Tensor alike(const at::Tensor& vectors, const at::Tensor& all) const {
    return at::matmul(vectors, all.t()) * m_scale;
  }

  const Recovery& m_r;
  std::vector<at::Tensor> m_pictures, m_texts;
  at::Tensor m_allPictures, m_allTexts;
  double m_scale = 1;
};

class OwnLoss : public WholeLoss {
 public:
  explicit OwnLoss(const Recovery& r) : m_r(r), m_counts(size_t(batchesOf(r))) {
    parallelFor(batchesOf(r), [&](int64_t i) {
      r.control.throwIfCancelled();
      const auto state = densePass(r, i);
      if (!state.lossSum.defined()) predictsNothing(r);
      m_counts[size_t(i)] = state.lossCount.sum().item<double>();
    });
  }
  double countOf(int64_t batch) const override { return m_counts[size_t(batch)]; }
  at::Tensor sum(const State& after, int64_t) const override { return after.lossSum.sum(); }

 private:
  const Recovery& m_r;
  std::vector<double> m_counts;
};

}  // namespace

std::unique_ptr<WholeLoss> distillationLoss(const Recovery& r) {
  switch (r.model.task()) {
    case ModelTask::Embed:
      predictsNothing(r);
    case ModelTask::Match:
      return std::make_unique<SimilarityDivergence>(r);
    default:
      return std::make_unique<PredictionDivergence>(r);
  }
}

std::unique_ptr<WholeLoss> ownLoss(const Recovery& r) {
  if (r.model.task() == ModelTask::Embed) predictsNothing(r);
  return std::make_unique<OwnLoss>(r);
}

}  // namespace espalier
