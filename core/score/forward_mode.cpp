#include "core/score/forward_mode.h"

#include <algorithm>
#include <cmath>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/tensor_memory.h"
#include "core/score/tangent_block.h"
#include "core/sweep/run.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

// Positions of all tangents that run through a product together: enough for large products, little enough to
// stay near the caches. Not a matter of memory or workers: the same products are made whatever these are.
constexpr int64_t kTangentPositions = 2048;
// Tangents of a batch that one clean pass through the later blocks serves, where there is room for them.
constexpr int64_t kTangentsOfAPass = 48;
// For the states of tangents where no limit is set; they are the smaller part of what a pass holds.
constexpr int64_t kRoomForTangents = int64_t(24) << 20;

// Tangents of some matrices of a block, for one batch and one draw, that run together.
struct Bundle {
  size_t block;
  int64_t batch, draw;
  size_t firstMatrix, endMatrix;

  int64_t tangents() const { return int64_t(endMatrix - firstMatrix); }
};

class ForwardSweep {
 public:
  ForwardSweep(const Model& model, const Weights& weights,
               const std::vector<std::shared_ptr<const Batch>>& batches,
               const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
               const JobControl& control)
      : m_model(model),
        m_weights(weights),
        m_wanted(wanted),
        m_draws(draws),
        m_noise(noise),
        m_control(control),
        m_blocks(model.blocks().size()) {
    for (const auto& b : batches) m_states.push_back(begin(b, weights));
    for (size_t i = 0; i < m_blocks; ++i)
      if (isWanted(i)) {
        m_end = i + 1;
        m_work += int64_t(matricesOf(i).size() * batches.size()) * int64_t(m_blocks - i) * draws;
      }
  }

  void run(const BlockEstimated& onBlock) {
    ProgressMeter meter(m_control, "Scoring", m_work);
    findPositions();
    for (size_t first = 0; first < m_end;) {
      if (!isWanted(first)) {
        parallelFor(int64_t(m_states.size()),
                    [&](int64_t b) { runClean(first, m_states[size_t(b)], nullptr); });
        ++first;
        continue;
      }
      const size_t end = windowFrom(first);
      scoreWindow(first, end, onBlock, meter);
      first = end;
    }
  }

 private:
  const std::vector<PrunableMatrix>& matricesOf(size_t i) const {
    return m_model.blocks()[i]->description().matrices;
  }
  bool isWanted(size_t i) const { return !matricesOf(i).empty() && m_wanted(*m_model.blocks()[i]); }

  static int64_t room() { return memoryLimit() > 0 ? memoryLimit() / 8 : kRoomForTangents; }

  // How long the streams are before each block, in one clean pass: which tangents run together must not
  // depend on where a window begins.
  void findPositions() {
    m_positions.resize(m_states.size());
    parallelFor(int64_t(m_states.size()), [&](int64_t b) {
      State state = m_states[size_t(b)];
      for (size_t i = 0; i < m_end; ++i) {
        const auto& h = state.hidden;
        m_positions[size_t(b)].push_back(h.defined() && h.dim() > 1 ? h.size(0) * h.size(1) : 1);
        if (i + 1 < m_end) runClean(i, state, nullptr);
      }
    });
  }

  // What a tangent of a batch takes between blocks.
  int64_t bytesOfTangent(size_t batch) const {
    const auto& s = m_states[batch];
    int64_t bytes = 0;
    for (const auto& t : {s.hidden, s.context})
      if (t.defined()) bytes += int64_t(t.nbytes());
    for (const auto& [name, t] : s.kept) bytes += int64_t(t.nbytes());
    return bytes;
  }

  // Where the window that begins at a block ends: blocks are taken together until their tangents are worth a
  // clean pass.
  size_t windowFrom(size_t first) const {
    int64_t bytes = 0;
    for (size_t b = 0; b < m_states.size(); ++b) bytes = std::max(bytes, bytesOfTangent(b));
    const int64_t most = std::min(kTangentsOfAPass, room() / std::max<int64_t>(1, bytes));
    int64_t tangents = 0;
    size_t end = first;
    while (end < m_end) {
      const int64_t more = isWanted(end) ? int64_t(matricesOf(end).size()) * m_draws : 0;
      if (end > first && tangents + more > most) break;
      tangents += more;
      ++end;
    }
    return end;
  }

  std::vector<Bundle> bundlesOf(size_t first, size_t end) const {
    std::vector<Bundle> out;
    for (size_t b = 0; b < m_states.size(); ++b)
      for (size_t i = first; i < end; ++i) {
        if (!isWanted(i)) continue;
        const int64_t positions = std::max<int64_t>(1, m_positions[b][i]);
        const auto together = size_t(std::max<int64_t>(1, kTangentPositions / positions));
        const size_t count = matricesOf(i).size();
        for (int64_t d = 0; d < m_draws; ++d)
          for (size_t m = 0; m < count; m += together)
            out.push_back({i, int64_t(b), d, m, std::min(count, m + together)});
      }
    return out;
  }

  void scoreWindow(size_t first, size_t end, const BlockEstimated& onBlock, ProgressMeter& meter) {
    std::vector<std::vector<MatrixEstimate>> estimates(end - first);
    for (size_t i = first; i < end; ++i)
      if (isWanted(i))
        for (const auto& m : matricesOf(i))
          estimates[i - first].push_back({&m, std::vector<double>(m_states.size() * size_t(m_draws))});
    const auto bundles = bundlesOf(first, end);
    auto next = m_states;
    for (size_t done = 0; done < bundles.size();) {
      // As many as there is room for.
      int64_t bytes = 0;
      size_t last = done;
      while (last < bundles.size() && (last < done + size_t(threadCount()) || bytes < room())) {
        bytes += bundles[last].tangents() * bytesOfTangent(size_t(bundles[last].batch));
        ++last;
      }
      const std::vector<Bundle> some(bundles.begin() + std::ptrdiff_t(done),
                                     bundles.begin() + std::ptrdiff_t(last));
      runTogether(first, end, some, next, estimates, meter);
      done = last;
    }
    m_states = std::move(next);
    for (size_t i = first; i < end; ++i)
      if (isWanted(i) && onBlock) onBlock(*m_model.blocks()[i], estimates[i - first]);
  }

  // Takes a batch's clean state through a block.
  void runClean(size_t block, State& state, ProductRecorder* products) const {
    m_control.throwIfCancelled();
    OwnPages pages(OwnPages::For::Repeated);
    m_model.blocks()[block]->run(state, Pass{m_weights, products});
  }

  // Carries bundles from their blocks to the end, all of them from block to block together. next: what the
  // clean states are behind the window, which the first bundles of a batch find out.
  void runTogether(size_t first, size_t end, const std::vector<Bundle>& bundles, std::vector<State>& next,
                   std::vector<std::vector<MatrixEstimate>>& estimates, ProgressMeter& meter) {
    std::vector<size_t> batches;
    for (const auto& b : bundles)
      if (batches.empty() || batches.back() != size_t(b.batch)) batches.push_back(size_t(b.batch));
    std::vector<State> before(m_states.size()), after(m_states.size());  // clean, about block j
    std::vector<ProductRecorder> products(m_states.size());
    parallelFor(int64_t(batches.size()), [&](int64_t i) {
      const size_t b = batches[size_t(i)];
      before[b] = after[b] = m_states[b];
      runClean(first, after[b], &products[b]);
    });
    std::vector<State> states(bundles.size());
    for (size_t j = first; j < m_blocks; ++j) {
      if (j + 1 == end)
        for (const size_t b : batches) next[b] = after[b];
      std::vector<size_t> running;
      for (size_t i = 0; i < bundles.size(); ++i)
        if (bundles[i].block <= j) running.push_back(i);
      // The clean states go one block ahead, so that there is work for all workers even of one batch.
      const size_t ahead = j + 1 < m_blocks ? batches.size() : 0;
      auto afterNext = after;
      std::vector<ProductRecorder> productsOfNext(m_states.size());
      parallelFor(int64_t(ahead + running.size()), [&](int64_t task) {
        if (size_t(task) < ahead) {
          const size_t b = batches[size_t(task)];
          runClean(j + 1, afterNext[b], &productsOfNext[b]);
          return;
        }
        const size_t i = running[size_t(task) - ahead];
        const auto b = size_t(bundles[i].batch);
        carry(bundles[i], j, before[b], products[b], states[i]);
        if (j + 1 == m_blocks) {
          finish(bundles[i], states[i], estimates[bundles[i].block - first]);
          states[i] = State();
        }
        meter.advance(bundles[i].tangents(), m_model.blocks()[bundles[i].block]->name());
      });
      before = std::move(after);
      after = std::move(afterNext);
      products = std::move(productsOfNext);
    }
  }

  // Takes a bundle's state through block j, or makes it there.
  void carry(const Bundle& bundle, size_t j, const State& before, const ProductRecorder& products,
             State& state) const {
    m_control.throwIfCancelled();
    OwnPages pages(OwnPages::For::Repeated);
    const TangentScope scope;
    if (bundle.block == j) {
      state = beginBundle(bundle, before, products);
      return;
    }
    TangentProducts hook(m_weights, &products);
    m_model.blocks()[j]->run(state, Pass{m_weights, &hook});
  }

  // The state behind the bundle's block, with a tangent for each of its matrices.
  State beginBundle(const Bundle& bundle, const State& before, const ProductRecorder& products) const {
    std::vector<State> states;
    for (size_t m = bundle.firstMatrix; m < bundle.endMatrix; ++m) {
      m_control.throwIfCancelled();
      const auto& matrix = matricesOf(bundle.block)[m];
      const auto noise = m_noise(matrix, bundle.batch, bundle.draw).to(m_weights.device());
      TangentStart start(m_weights, &products, matrix.name, noise);
      states.push_back(before);
      m_model.blocks()[bundle.block]->run(states.back(), Pass{m_weights, &start});
    }
    return mergeTangents(states);
  }

  void finish(const Bundle& bundle, const State& state, std::vector<MatrixEstimate>& estimates) const {
    const auto losses = lossOfForks(state);
    // Without tangents the matrices have no way to the loss.
    const auto values = hasTangents(losses) ? stackedOf(losses).cpu() : at::Tensor();
    for (size_t m = bundle.firstMatrix; m < bundle.endMatrix; ++m)
      estimates[m].values[size_t(bundle.batch * m_draws + bundle.draw)] =
          values.defined() ? std::abs(values[int64_t(1 + m - bundle.firstMatrix)].item<double>()) : 0;
  }

  const Model& m_model;
  const Weights& m_weights;
  const std::function<bool(const Block&)>& m_wanted;
  int64_t m_draws;
  const Noise& m_noise;
  const JobControl& m_control;
  size_t m_blocks, m_end = 0;
  int64_t m_work = 0;
  std::vector<State> m_states;                    // clean, of each batch, before the next block
  std::vector<std::vector<int64_t>> m_positions;  // of each batch, rows times length, before each block
};

}  // namespace

void sweepForwardMode(const Model& model, const Weights& weights,
                      const std::vector<std::shared_ptr<const Batch>>& batches,
                      const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
                      const JobControl& control, const BlockEstimated& onBlock) {
  ForwardSweep(model, weights, batches, wanted, draws, noise, control).run(onBlock);
}

}  // namespace espalier
