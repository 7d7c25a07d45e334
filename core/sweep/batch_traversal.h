#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/sweep/prefix_states.h"
#include "core/sweep/shared_units.h"

namespace espalier {

// The other order of the traversal (core/sweep/traversal.h): each batch goes through all blocks before the
// next begins, so that each worker holds the states of one batch alone.
struct BatchTraversal {
  const Model& model;
  const Weights& weights;
  const std::vector<std::shared_ptr<const Batch>>& batches;
  const std::vector<size_t>& asked;  // which of them, in the order in which they begin
  const JobControl& control;
  std::string stage;             // for progress, a step for each batch asked; empty: tells none
  PrefixStates* kept = nullptr;  // of an earlier traversal of these batches; null: nothing is kept
};

// One batch on its way. For one thread.
class BatchPath {
 public:
  BatchPath(const BatchTraversal& traversal, size_t batch);

  size_t batch() const { return m_batch; }
  const Pass& pass() const { return m_pass; }
  // The state before a block (blocks().size(): after the last). No block runs twice, so a block asked for
  // lies at or behind the one before.
  const State& before(size_t block);
  const State& end() { return before(m_traversal.model.blocks().size()); }

 private:
  const BatchTraversal& m_traversal;
  size_t m_batch, m_block = 0;
  Pass m_pass;
  State m_state;
};

// What is made of each batch. Result: what the work gives and `take` gets.
template <typename Result>
struct BatchVisitor {
  std::function<Result(BatchPath&)> work;                 // on any worker
  std::function<void(size_t batch, const Result&)> take;  // one thread at a time, in no particular order
  std::function<std::string(const Result&)> pack;         // for the other processes
  std::function<Result(size_t batch, const std::string&)> unpack;
};

// Takes the asked batches through the model, side by side on the workers. Where nothing is kept, the
// processes of the control share the batches and each takes the results of all, in the order asked.
template <typename Result>
void visitBatches(const BatchTraversal& traversal, const BatchVisitor<Result>& visitor) {
  const auto count = int64_t(traversal.asked.size());
  std::optional<ProgressMeter> meter;
  if (!traversal.stage.empty())
    meter.emplace(traversal.control, traversal.stage, count, ProgressMeter::Steps::Split);
  if (traversal.kept) traversal.kept->begin(traversal.model, traversal.weights);
  const auto batchAt = [&](int64_t place) { return traversal.asked[size_t(place)]; };
  const auto workOn = [&](int64_t place) {
    BatchPath path(traversal, batchAt(place));
    return visitor.work(path);
  };
  if (auto& processes = processesOf(traversal.control); processes.several() && !traversal.kept) {
    shareUnits(
        processes, count,
        [&](int64_t place) {
          const auto bytes = visitor.pack(workOn(place));
          if (meter) meter->advance();
          return bytes;
        },
        [&](int64_t place, const std::string& bytes) {
          const size_t batch = batchAt(place);
          visitor.take(batch, visitor.unpack(batch, bytes));
        });
    return;
  }
  std::mutex mutex;
  parallelFor(count, [&](int64_t place) {
    const auto result = workOn(place);
    std::lock_guard lock(mutex);
    visitor.take(batchAt(place), result);
    if (meter) meter->advance();
  });
}

}  // namespace espalier
