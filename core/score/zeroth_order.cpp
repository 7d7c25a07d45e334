#include "core/score/zeroth_order.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "core/base/memory.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/base/random.h"
#include "core/base/tensor_memory.h"
#include "core/score/forked_block.h"
#include "core/sweep/run.h"
#include "core/sweep/traversal.h"

namespace espalier {

namespace {

// Positions of a stream that are run at once: enough for large matrix products, little enough to stay in the
// caches. Forks of several matrices go on together up to so many. Not a matter of memory or workers: the same
// products are made whatever these are.
constexpr int64_t kPositionsAtOnce = 512;
// Tasks for each worker between two points where all wait for each other.
constexpr int64_t kTasksPerWorker = 4;

// Some matrices of a block, perturbed for one batch and one draw.
struct Task {
  size_t block;
  int64_t batch, draw;
  size_t firstMatrix, endMatrix;
  bool own;  // whether this process does it
};

class Sweep {
 public:
  Sweep(const Model& model, const Weights& weights, const std::vector<std::shared_ptr<const Batch>>& batches,
        const std::function<bool(const Block&)>& wanted, const ZerothOrderOptions& options,
        const Noise& noise, const JobControl& control)
      : m_model(model),
        m_weights(weights),
        m_wanted(wanted),
        m_options(options),
        m_noise(noise),
        m_control(control),
        m_processes(processesOf(control)),
        m_batches(int64_t(batches.size())),
        m_blocks(model.blocks().size()),
        m_wholeBatches(wholeBatches(m_processes, m_batches)),
        m_states(beginAll(batches, weights, [&](int64_t b) { return isHere(b); })),
        m_contexts(batches.size()) {
    // Work ahead in block runs: a perturbation in block i runs the blocks from i on with two forks.
    for (size_t i = 0; i < m_blocks; ++i)
      if (isWanted(i)) {
        m_end = i + 1;
        m_work += int64_t(matricesOf(i).size()) * int64_t(m_blocks - i) * options.draws * m_batches;
      }
    m_stream = memoryLimit() > 0 && model.declaredBytes() > weightMemoryLimit();
    m_workers = threadCount();
    if (!m_processes.several()) return;
    // What decides which blocks go together is the same for all.
    m_workers = m_processes.workers();
    for (const auto& streams : m_processes.gather(m_stream ? "1" : ""))
      m_stream = m_stream || !streams.empty();
  }

  void run(const BlockEstimated& onBlock) {
    ProgressMeter meter(m_control, "Scoring", m_work, ProgressMeter::Steps::Split);
    for (size_t first = 0; first < m_end;) {
      // Blocks are taken together until there are tasks enough for all workers.
      std::vector<Window> window;
      std::vector<Task> tasks;
      size_t next = first;
      int64_t units = 0;  // how many tasks there are, or of other processes' batches at least
      while (next < m_end && (next == first || units < kTasksPerWorker * m_workers)) {
        if (m_stream && units > 0) break;
        window.push_back(enter(next, tasks));
        if (isWanted(next)) units += m_options.draws * m_batches;
        if (!m_processes.several()) units = int64_t(tasks.size());
        ++next;
      }
      std::vector<Task> own;
      for (const auto& task : tasks)
        if (task.own) own.push_back(task);
      if (m_stream)
        runTogether(window, own, meter);
      else
        parallelFor(int64_t(own.size()), [&](int64_t t) {
          OwnPages pages(OwnPages::For::Repeated);
          const Task& task = own[size_t(t)];
          Window& w = window[task.block - first];
          State state = fork(task, w);
          ContextProducts::Hook hook(m_contexts[size_t(task.batch)]);
          const Pass pass{.weights = m_weights, .hook = &hook, .stop = m_control.stop};
          runBlocks(m_model, pass, state, task.block + 1, m_blocks);
          finish(task, w, state);
          w.taskDone(size_t(task.batch));
          meter.advance(int64_t((m_blocks - task.block) * (task.endMatrix - task.firstMatrix)),
                        m_model.blocks()[task.block]->name());
        });
      if (m_processes.several()) share(window, tasks, first);
      for (const auto& w : window)
        if (!w.estimates.empty() && onBlock) onBlock(*m_model.blocks()[w.block], w.estimates);
      first = next;
    }
  }

 private:
  // A block whose matrices are being perturbed.
  struct Window {
    size_t block;
    States before, after;  // of each batch, clean
    std::vector<ProductRecorder> clean;
    bool recorded = true;
    std::vector<MatrixEstimate> estimates;
    std::unique_ptr<std::atomic<int64_t>[]> tasksLeft;  // of each batch

    // What is there for a batch's tasks goes with the last of them.
    void taskDone(size_t batch) {
      if (--tasksLeft[batch] > 0) return;
      before[batch] = after[batch] = State();
      clean[batch] = ProductRecorder();
    }
  };

  // Batches that are done by one process each: as many as all have an equal share of. The tasks of the others
  // are dealt out one by one, and each process has their clean states.
  static int64_t wholeBatches(Processes& processes, int64_t batches) {
    if (!processes.several()) return batches;
    processes.shareWorkers(threadCount());
    return batches / processes.workers() * processes.workers();
  }
  bool isHere(int64_t batch) const { return batch >= m_wholeBatches || m_processes.owns(batch); }

  const std::vector<PrunableMatrix>& matricesOf(size_t i) const {
    return m_model.blocks()[i]->description().matrices;
  }
  bool isWanted(size_t i) const { return !matricesOf(i).empty() && m_wanted(*m_model.blocks()[i]); }

  // Takes the clean states to after a block and adds the tasks of its matrices.
  Window enter(size_t i, std::vector<Task>& tasks) {
    Window w{i, {}, {}, std::vector<ProductRecorder>(m_states.size()), true, {}, {}};
    const bool wanted = isWanted(i);
    if (wanted) w.before = m_states;
    const auto known =
        std::find_if(m_states.begin(), m_states.end(), [](const State& s) { return s.hidden.defined(); });
    if (wanted && memoryLimit() > 0 && known != m_states.end()) {
      int64_t width = 0;
      for (const auto& m : matricesOf(i)) width += m.rows;
      const auto& h = known->hidden;
      w.recorded = h.size(0) * h.size(1) * width * int64_t(sizeof(float)) * m_batches < memoryLimit() / 8;
    }
    const auto onward = [&](const WorkUnit& unit, State& state) {
      unit.block.run(state, {m_weights, wanted && w.recorded ? &w.clean[size_t(unit.batch)] : nullptr});
    };
    visitBlock(*m_model.blocks()[i], m_states, m_control, onward, OwnPages::For::Repeated);
    if (!wanted) return w;
    w.after = m_states;
    for (size_t b = 0; b < m_states.size(); ++b) m_contexts[b].setContext(m_states[b].context);
    const auto& matrices = matricesOf(i);
    const auto each = m_batches * m_options.draws;
    for (const auto& m : matrices) w.estimates.push_back({&m, std::vector<double>(size_t(each))});
    w.tasksLeft = std::make_unique<std::atomic<int64_t>[]>(m_states.size());
    for (int64_t b = 0; b < m_batches; ++b) {
      if (!isHere(b)) continue;
      const auto& h = m_states[size_t(b)].hidden;
      const int64_t positions = h.defined() && h.dim() > 1 ? h.size(0) * h.size(1) : 1;
      const auto together = size_t(std::max<int64_t>(1, kPositionsAtOnce / (2 * positions)));
      for (size_t m = 0; m < matrices.size(); m += together)
        for (int64_t d = 0; d < m_options.draws; ++d) {
          const bool own = b < m_wholeBatches || m_processes.owns(m_dealt++);
          tasks.push_back({i, b, d, m, std::min(matrices.size(), m + together), own});
          if (own) ++w.tasksLeft[size_t(b)];
        }
      if (w.tasksLeft[size_t(b)] == 0) w.before[size_t(b)] = w.after[size_t(b)] = State();
    }
    return w;
  }

  double& valueOf(const Task& task, Window& w, size_t matrix) const {
    return w.estimates[matrix].values[size_t(task.batch * m_options.draws + task.draw)];
  }

  // Tells the others the values of this process's tasks and learns theirs, each with its place.
  void share(std::vector<Window>& window, const std::vector<Task>& tasks, size_t first) {
    struct PlacedValue {
      int32_t block, matrix;
      int64_t place;  // batch and draw
      double value;
    };
    std::vector<PlacedValue> mine;
    for (const auto& task : tasks)
      for (size_t m = task.firstMatrix; task.own && m < task.endMatrix; ++m)
        mine.push_back({int32_t(task.block - first), int32_t(m), task.batch * m_options.draws + task.draw,
                        valueOf(task, window[task.block - first], m)});
    PackedValues out;
    out.put(mine);
    for (const auto& text : m_processes.gather(out.bytes()))
      for (const auto& t : PackedReader(text).takeVector<PlacedValue>())
        window.at(size_t(t.block)).estimates.at(size_t(t.matrix)).values.at(size_t(t.place)) = t.value;
  }

  // The state after the task's block with two forks, plus before minus, for each of its matrices.
  State fork(const Task& task, const Window& w) const {
    OwnPages pages(OwnPages::For::Repeated);
    const auto b = size_t(task.batch);
    std::vector<State> forked;
    for (size_t m = task.firstMatrix; m < task.endMatrix; ++m) {
      m_control.throwIfCancelled();
      const auto& matrix = matricesOf(task.block)[m];
      const auto noise = m_noise(matrix, task.batch, task.draw).to(m_weights.device());
      Perturbation perturbation(matrix.name, noise, m_options.eps, m_options.oneSided ? 0 : -m_options.eps,
                                w.recorded ? &w.clean[b] : nullptr);
      forked.push_back(w.before[b]);
      m_model.blocks()[task.block]->run(forked.back(), Pass{m_weights, &perturbation});
    }
    return mergeForks(forked, 2, w.after[b]);
  }

  void finish(const Task& task, Window& w, const State& state) const {
    const auto losses = lossOfForks(state).cpu();
    for (size_t m = task.firstMatrix; m < task.endMatrix; ++m) {
      // One loss only: the matrix has no way to the loss.
      double g = 0;
      if (const auto at = int64_t(2 * (m - task.firstMatrix)); losses.size(0) > 1) {
        const double difference = losses[at].item<double>() - losses[at + 1].item<double>();
        g = m_options.oneSided ? difference / m_options.eps : std::abs(difference) / (2 * m_options.eps);
      }
      valueOf(task, w, m) = g;
    }
  }

  // Where the weights do not fit: all tasks go from block to block together, so that each block is read once
  // for as many of them as fit.
  void runTogether(std::vector<Window>& window, const std::vector<Task>& tasks, ProgressMeter& meter) {
    if (tasks.empty()) return;
    Window& w = window.back();
    for (size_t done = 0; done < tasks.size();) {
      std::vector<State> states{fork(tasks[done], w)};
      const auto room =
          std::max<int64_t>(threadCount(), memoryLimit() / 8 / std::max<int64_t>(1, heldBytes(states[0])));
      const size_t count = std::min(tasks.size() - done, size_t(room));
      states.resize(count);
      parallelFor(int64_t(count) - 1,
                  [&](int64_t t) { states[size_t(t) + 1] = fork(tasks[done + size_t(t) + 1], w); });
      for (size_t j = w.block + 1; j < m_blocks; ++j)
        parallelFor(int64_t(count), [&](int64_t t) {
          m_control.throwIfCancelled();
          OwnPages pages(OwnPages::For::Repeated);
          runBlocks(m_model, Pass{m_weights}, states[size_t(t)], j, j + 1);
          const auto& task = tasks[done + size_t(t)];
          meter.advance(int64_t(task.endMatrix - task.firstMatrix), m_model.blocks()[w.block]->name());
        });
      for (size_t t = 0; t < count; ++t) {
        const auto& task = tasks[done + t];
        finish(task, w, states[t]);
        meter.advance(int64_t(task.endMatrix - task.firstMatrix), m_model.blocks()[w.block]->name());
      }
      done += count;
    }
  }

  const Model& m_model;
  const Weights& m_weights;
  const std::function<bool(const Block&)>& m_wanted;
  const ZerothOrderOptions& m_options;
  const Noise& m_noise;
  const JobControl& m_control;
  Processes& m_processes;
  int64_t m_workers = 1;  // of all processes
  int64_t m_batches;
  size_t m_blocks, m_end = 0;
  int64_t m_wholeBatches;
  int64_t m_dealt = 0;  // tasks of the other batches so far
  int64_t m_work = 0;
  bool m_stream = false;
  States m_states;  // clean, of each batch, before the next block
  std::vector<ContextProducts> m_contexts;
};

}  // namespace

double MatrixEstimate::sum() const {
  double s = 0;
  for (double v : values) s += v;
  return s;
}

double MatrixEstimate::standardErrorOfSum() const {
  const double n = double(values.size());
  if (n < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean = sum() / n;
  double squares = 0;
  for (double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / (n - 1) * n);
}

Noise gaussianNoise(uint64_t seed) {
  return [seed](const PrunableMatrix& m, int64_t batch, int64_t draw) {
    auto z = at::empty({m.rows, m.columns});
    CounterRandom(seed, streamOf(m.name, uint64_t(batch), uint64_t(draw)))
        .fillNormal(z.data_ptr<float>(), z.numel());
    return z;
  };
}

void sweepZerothOrder(const Model& model, const Weights& weights,
                      const std::vector<std::shared_ptr<const Batch>>& batches,
                      const std::function<bool(const Block&)>& wanted, const ZerothOrderOptions& options,
                      const Noise& noise, const JobControl& control, const BlockEstimated& onBlock) {
  Sweep(model, weights, batches, wanted, options, noise, control).run(onBlock);
}

}  // namespace espalier
