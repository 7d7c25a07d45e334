#include "core/score/forward_mode.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include "core/base/memory.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/base/tensor_memory.h"
#include "core/score/loss_slope.h"
#include "core/score/tangent_block.h"
#include "core/sweep/run.h"
#include "core/tangent/clean_values.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

// Positions of all tangents that run through a product together: enough for large products, little enough to
// stay near the caches. Not a matter of memory or workers: the same products are made whatever these are.
constexpr int64_t kTangentPositions = 512;
// Matrices of a block that never run together with others, so that their tangents can wait where there is
// room for some only.
constexpr size_t kMatricesOfAUnit = 16;
// Tangents of a batch that one clean pass through the later blocks serves, where there is room for them.
constexpr int64_t kTangentsOfAPass = 40;
// For the states of tangents, and for the clean values of a block and batch that they share, where no limit
// is set.
constexpr int64_t kRoomForTangents = int64_t(34) << 20, kRoomForCleanValues = int64_t(48) << 20;
// Tangents for each worker with which a group of units has enough of them.
constexpr int64_t kTangentsPerWorker = 4;

// Matrices of a block whose tangents go through the model in one group, for one batch and one draw.
struct Unit {
  size_t block;
  int64_t batch, draw;
  size_t firstMatrix, endMatrix;
};

// Tangents of some of them, that run together.
struct Bundle {
  Unit unit;
  State state;

  int64_t tangents() const { return int64_t(unit.endMatrix - unit.firstMatrix); }
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
        m_processes(processesOf(control)),
        m_blocks(model.blocks().size()) {
    if (m_processes.several()) m_processes.shareWorkers(threadCount());
    for (const auto& b : batches) m_states.push_back(begin(b, weights));
    m_slopes.resize(batches.size());
    for (size_t i = 0; i < m_blocks; ++i)
      if (isWanted(i)) {
        m_end = i + 1;
        m_work += int64_t(matricesOf(i).size() * batches.size()) * int64_t(m_blocks - i) * draws;
      }
    m_carried = m_end < m_blocks ? m_blocks - 1 : m_blocks;
    m_streams = memoryLimit() > 0 && model.declaredBytes() > weightMemoryLimit();
  }

  void run(const BlockEstimated& onBlock) {
    ProgressMeter meter(m_control, "Scoring", m_work, ProgressMeter::Steps::Split);
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

  // Tells each unit of a block, in the order of their numbers, by which they are dealt out to processes.
  void forEachUnit(size_t block, const std::function<void(const Unit&, int64_t number)>& body) const {
    const size_t count = matricesOf(block).size();
    int64_t number = 0;
    for (int64_t d = 0; d < m_draws; ++d)
      for (size_t m = 0; m < count; m += kMatricesOfAUnit)
        for (size_t b = 0; b < m_states.size(); ++b)
          body({block, int64_t(b), d, m, std::min(count, m + kMatricesOfAUnit)}, number++);
  }

  // Those of this process, batch by batch.
  std::vector<Unit> ownUnits(size_t first, size_t end) const {
    std::vector<Unit> out;
    for (size_t i = first; i < end; ++i)
      if (isWanted(i))
        forEachUnit(i, [&](const Unit& u, int64_t number) {
          if (m_processes.owns(number)) out.push_back(u);
        });
    std::stable_sort(out.begin(), out.end(), [](const Unit& a, const Unit& b) { return a.batch < b.batch; });
    return out;
  }

  // Tells the others the values of this process's units of a block and learns theirs.
  void share(size_t block, std::vector<MatrixEstimate>& estimates) const {
    const auto eachValue = [&](const Unit& u, const std::function<void(double&)>& what) {
      for (size_t m = u.firstMatrix; m < u.endMatrix; ++m)
        what(estimates[m].values[size_t(u.batch * m_draws + u.draw)]);
    };
    PackedValues mine;
    forEachUnit(block, [&](const Unit& u, int64_t number) {
      if (m_processes.owns(number)) eachValue(u, [&](double& g) { mine.put(g); });
    });
    const auto gathered = m_processes.gather(mine.bytes());
    std::vector<PackedReader> readers(gathered.begin(), gathered.end());
    forEachUnit(block, [&](const Unit& u, int64_t number) {
      eachValue(u, [&](double& g) { g = readers[size_t(m_processes.ownerOf(number))].take<double>(); });
    });
  }

  // Where the units end that go through the model with unit `begin`: as many as there is room for, and a
  // batch not in part where it can go as a whole, because each group needs a clean pass of its batches. What
  // tangents share is held for each batch, so that there are no more batches than keep all workers busy, but
  // where weights are read anew for each group.
  size_t endOfGroup(const std::vector<Unit>& units, size_t begin) const {
    int64_t bytes = 0, tangents = 0;
    size_t end = begin, wholeBatches = begin;
    while (end < units.size() && (tangents < threadCount() || bytes < room())) {
      const auto& u = units[end];
      const auto own = int64_t(u.endMatrix - u.firstMatrix);
      bytes += own * bytesOfTangent(size_t(u.batch));
      tangents += own;
      ++end;
      if (end < units.size() && units[end].batch == u.batch) continue;
      if (tangents >= threadCount()) wholeBatches = end;
      if (!m_streams && tangents >= kTangentsPerWorker * threadCount()) break;
    }
    return wholeBatches > begin ? wholeBatches : end;
  }

  // The bundles of a unit, beside the clean state before its block: which tangents run together depends on
  // that alone.
  static void addBundles(const Unit& unit, const State& before, std::vector<Bundle>& out) {
    const auto& h = before.hidden;
    const int64_t positions = h.defined() && h.dim() > 1 ? h.size(0) * h.size(1) : 1;
    const auto together = size_t(std::max<int64_t>(1, kTangentPositions / std::max<int64_t>(1, positions)));
    for (size_t m = unit.firstMatrix; m < unit.endMatrix; m += together)
      out.push_back({{unit.block, unit.batch, unit.draw, m, std::min(unit.endMatrix, m + together)}, {}});
  }

  void scoreWindow(size_t first, size_t end, const BlockEstimated& onBlock, ProgressMeter& meter) {
    std::vector<std::vector<MatrixEstimate>> estimates(end - first);
    for (size_t i = first; i < end; ++i)
      if (isWanted(i))
        for (const auto& m : matricesOf(i))
          estimates[i - first].push_back({&m, std::vector<double>(m_states.size() * size_t(m_draws))});
    const auto units = ownUnits(first, end);
    auto next = m_states;
    std::vector<bool> passed(m_states.size());
    for (const auto& u : units) passed[size_t(u.batch)] = true;
    for (size_t done = 0; done < units.size();) {
      const size_t last = endOfGroup(units, done);
      const std::vector<Unit> some(units.begin() + std::ptrdiff_t(done),
                                   units.begin() + std::ptrdiff_t(last));
      runTogether(first, end, some, next, estimates, meter);
      done = last;
    }
    // Batches of which other processes have all units.
    parallelFor(int64_t(next.size()), [&](int64_t b) {
      for (size_t i = first; i < end && !passed[size_t(b)]; ++i) runClean(i, next[size_t(b)], nullptr);
    });
    m_states = std::move(next);
    for (size_t i = first; i < end; ++i) {
      if (!isWanted(i)) continue;
      if (m_processes.several()) share(i, estimates[i - first]);
      if (onBlock) onBlock(*m_model.blocks()[i], estimates[i - first]);
    }
  }

  // Takes a batch's clean state through a block.
  void runClean(size_t block, State& state, ProductRecorder* products) const {
    m_control.throwIfCancelled();
    OwnPages pages(OwnPages::For::Brief);
    m_model.blocks()[block]->run(state, Pass{m_weights, products});
  }

  // What the bundles of a batch share while they are in one block. It goes with the last of them.
  struct Shared {
    ProductRecorder products;
    CleanValues values{memoryLimit() > 0 ? memoryLimit() / 32 : kRoomForCleanValues};
    std::atomic<int64_t> begun{0}, left{0};
  };

  // Carries units from their blocks to the end, all of them from block to block together. next: what the
  // clean states are behind the window, which the first units of a batch find out.
  void runTogether(size_t first, size_t end, const std::vector<Unit>& units, std::vector<State>& next,
                   std::vector<std::vector<MatrixEstimate>>& estimates, ProgressMeter& meter) {
    std::vector<size_t> batches;
    for (const auto& u : units)
      if (batches.empty() || batches.back() != size_t(u.batch)) batches.push_back(size_t(u.batch));
    std::vector<State> before(m_states.size()), after(m_states.size());  // clean, about block j
    for (const size_t b : batches) after[b] = m_states[b];
    std::vector<Bundle> bundles;
    for (size_t j = first; j < m_carried; ++j) {
      std::vector<std::unique_ptr<Shared>> shared(m_states.size());
      before = after;
      // A batch alone has all workers for its products.
      parallelFor(int64_t(batches.size()), [&](int64_t i) {
        const size_t b = batches[size_t(i)];
        shared[b] = std::make_unique<Shared>();
        runClean(j, after[b], &shared[b]->products);
        if (j + 1 == m_carried) findSlope(b, after[b]);
      });
      if (j + 1 == end)
        for (const size_t b : batches) next[b] = after[b];
      for (const auto& u : units)
        if (u.block == j) addBundles(u, before[size_t(u.batch)], bundles);
      for (const auto& b : bundles) ++shared[size_t(b.unit.batch)]->left;
      parallelFor(int64_t(bundles.size()), [&](int64_t i) {
        auto& bundle = bundles[size_t(i)];
        const auto b = size_t(bundle.unit.batch);
        carry(bundle, j, before[b], after[b], *shared[b]);
        if (j + 1 == m_carried) finish(bundle, estimates[bundle.unit.block - first]);
        if (--shared[b]->left == 0) {
          shared[b]->values.clear();
          shared[b]->products = ProductRecorder();
          before[b] = State();
        }
        const auto runs = j + 1 == m_carried ? int64_t(m_blocks - j) : 1;
        meter.advance(runs * bundle.tangents(), m_model.blocks()[bundle.unit.block]->name());
      });
    }
  }

  // The slope of a batch's loss before the last block, where its matrices are not wanted: no tangent runs
  // through it.
  void findSlope(size_t batch, const State& before) {
    if (m_carried == m_blocks || m_slopes[batch]) return;
    m_control.throwIfCancelled();
    OwnPages pages(OwnPages::For::Brief);
    m_slopes[batch] = LossSlope::of(*m_model.blocks()[m_carried], m_weights, before);
  }

  // Takes a bundle's state through block j, or makes it there. before, after: the clean states about it.
  void carry(Bundle& bundle, size_t j, const State& before, const State& after, Shared& shared) const {
    m_control.throwIfCancelled();
    OwnPages pages(OwnPages::For::Brief);
    const TangentScope scope;
    // Those leave behind what they make of clean values that begin at once.
    const CleanValuesHere here(shared.values, shared.begun.fetch_add(1) < std::max(2, threadCount()));
    if (bundle.unit.block == j) {
      beginBundle(bundle, before, shared.products);
    } else {
      TangentProducts hook(m_weights, &shared.products);
      m_model.blocks()[j]->run(bundle.state, Pass{m_weights, &hook});
    }
    putBeside(after, bundle.state);
  }

  // Sets the state behind the bundle's block, with a tangent for each of its matrices.
  void beginBundle(Bundle& bundle, const State& before, const ProductRecorder& products) const {
    const auto& unit = bundle.unit;
    std::vector<State> states;
    for (size_t m = unit.firstMatrix; m < unit.endMatrix; ++m) {
      m_control.throwIfCancelled();
      const auto& matrix = matricesOf(unit.block)[m];
      const auto noise = m_noise(matrix, unit.batch, unit.draw).to(m_weights.device());
      TangentStart start(m_weights, &products, matrix.name, noise);
      states.push_back(before);
      m_model.blocks()[unit.block]->run(states.back(), Pass{m_weights, &start});
    }
    bundle.state = mergeTangents(states);
  }

  void finish(Bundle& bundle, std::vector<MatrixEstimate>& estimates) const {
    const auto& unit = bundle.unit;
    at::Tensor values;
    if (const auto& slope = m_slopes[size_t(unit.batch)])
      values = slope->along(bundle.state);
    else if (const auto losses = lossOfForks(bundle.state); hasTangents(losses))
      values = tangentsOf(losses);
    // Without tangents the matrices have no way to the loss.
    if (values.defined()) values = values.cpu();
    for (size_t m = unit.firstMatrix; m < unit.endMatrix; ++m)
      estimates[m].values[size_t(unit.batch * m_draws + unit.draw)] =
          values.defined() ? std::abs(values[int64_t(m - unit.firstMatrix)].item<double>()) : 0;
    bundle.state = State();
  }

  const Model& m_model;
  const Weights& m_weights;
  const std::function<bool(const Block&)>& m_wanted;
  int64_t m_draws;
  const Noise& m_noise;
  const JobControl& m_control;
  Processes& m_processes;
  size_t m_blocks, m_end = 0;
  size_t m_carried = 0;  // blocks that tangents run through: not the last one where it is not wanted
  int64_t m_work = 0;
  bool m_streams = false;                          // weights do not fit into memory
  std::vector<State> m_states;                     // clean, of each batch, before the next block
  std::vector<std::optional<LossSlope>> m_slopes;  // of each batch, once they are known
};

}  // namespace

void sweepForwardMode(const Model& model, const Weights& weights,
                      const std::vector<std::shared_ptr<const Batch>>& batches,
                      const std::function<bool(const Block&)>& wanted, int64_t draws, const Noise& noise,
                      const JobControl& control, const BlockEstimated& onBlock) {
  ForwardSweep(model, weights, batches, wanted, draws, noise, control).run(onBlock);
}

}  // namespace espalier
