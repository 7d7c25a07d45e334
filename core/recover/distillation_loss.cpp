#include "core/recover/distillation_loss.h"

#include <c10/core/GradMode.h>

#include <atomic>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/model/layers/contrastive_loss.h"
#include "core/recover/predictions.h"
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
class PredictionDivergence : public EndLoss {
 public:
  explicit PredictionDivergence(const Recovery& r) : m_r(r), m_places(size_t(batchesOf(r))) {
    m_kept.resize(m_places.size());
    std::atomic<int64_t> room{roomForPredictions()};
    parallelFor(batchesOf(r), [&](int64_t i) {
      r.control.throwIfCancelled();
      const auto state = densePass(r, i);
      m_places[size_t(i)] = predictionsOf(r.model, state).places;
      if (m_places[size_t(i)].numel() == 0) return;
      const auto logits = predicted(state, i);
      if (room.fetch_sub(int64_t(logits.nbytes())) >= int64_t(logits.nbytes()))
        m_kept[size_t(i)] = logits.clone();
    });
    int64_t all = 0;
    for (const auto& places : m_places) all += places.numel();
    if (all == 0) predictsNothing(r);
    m_classes = double(densePass(r, 0).logits.size(-1));
  }

  double countOf(int64_t batch) const override { return double(m_places[size_t(batch)].numel()); }

  double numbersEach() const override { return m_classes; }

  at::Tensor sum(const State& after, int64_t batch) const override {
    const auto& kept = m_kept[size_t(batch)];
    if (m_places[size_t(batch)].numel() == 0) return at::zeros({});
    return divergence(predicted(after, batch),
                      kept.defined() ? kept : predicted(densePass(m_r, batch), batch));
  }

 private:
  at::Tensor predicted(const State& state, int64_t batch) const {
    return state.logits.reshape({-1, state.logits.size(-1)}).index_select(0, m_places[size_t(batch)]);
  }

  const Recovery& m_r;
  std::vector<at::Tensor> m_places, m_kept;
  double m_classes = 0;
};

// Of pictures and texts that are matched.
class SimilarityDivergence : public EndLoss {
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
    for (const auto& vectors : m_pictures)
      if (!vectors.defined()) predictsNothing(r);
    // Each of those held out is sought among them and those trained on.
    const auto trained = std::ptrdiff_t(r.training.size());
    const auto all = [](const std::vector<at::Tensor>& vectors, std::ptrdiff_t count) {
      return at::cat(std::vector<at::Tensor>(vectors.begin(), vectors.begin() + count), 0);
    };
    m_training = {all(m_pictures, trained), all(m_texts, trained)};
    m_every = {all(m_pictures, std::ptrdiff_t(m_pictures.size())),
               all(m_texts, std::ptrdiff_t(m_texts.size()))};
    constexpr double kUsualScale = 1 / 0.07;
    m_scale = r.dense->has("logit_scale")
                  ? std::exp(r.dense->get("logit_scale").reshape({-1})[0].item<double>())
                  : kUsualScale;
  }

  double countOf(int64_t batch) const override {
    return double(m_pictures[size_t(batch)].size(0) + m_texts[size_t(batch)].size(0));
  }

  double numbersEach() const override { return double(m_training.texts.size(0)); }

  at::Tensor sum(const State& after, int64_t batch) const override {
    const auto i = size_t(batch);
    const auto& among = i < m_r.training.size() ? m_training : m_every;
    return divergence(alike(after.kept.at(kPictureVectors), among.texts), alike(m_pictures[i], among.texts)) +
           divergence(alike(after.kept.at(kTextVectors), among.pictures), alike(m_texts[i], among.pictures));
  }

 private:
  at::Tensor alike(const at::Tensor& vectors, const at::Tensor& all) const {
    return at::matmul(vectors, all.t()) * m_scale;
  }

  const Recovery& m_r;
  std::vector<at::Tensor> m_pictures, m_texts;
  struct Vectors {
    at::Tensor pictures, texts;
  } m_training, m_every;
  double m_scale = 1;
};

class OwnLoss : public EndLoss {
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

std::unique_ptr<EndLoss> distillationLoss(const Recovery& r) {
  switch (r.model.task()) {
    case ModelTask::Embed:
      predictsNothing(r);
    case ModelTask::Match:
      return std::make_unique<SimilarityDivergence>(r);
    default:
      return std::make_unique<PredictionDivergence>(r);
  }
}

std::unique_ptr<EndLoss> ownLoss(const Recovery& r) {
  if (r.model.task() == ModelTask::Embed) predictsNothing(r);
  return std::make_unique<OwnLoss>(r);
}

}  // namespace espalier
