#include "core/recover/minimise.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/GradMode.h>

#include <chrono>
#include <cmath>
#include <numeric>

#include "core/base/json_numbers.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/processes.h"
#include "core/base/random.h"
#include "core/base/tensor_memory.h"
#include "core/checkpoint/tensor.h"
#include "core/train/adamw.h"

namespace espalier {

namespace {

using Tensors = std::map<std::string, at::Tensor>;

constexpr int64_t kLooks = 6;  // at what is held out, on the way
// How many times what the loss began with is no descent any more: of what is held out, of one step.
constexpr double kDiverged = 1.5, kDivergedAtOnce = 20;
// Then the best so far is gone on from at a smaller rate, as often as this.
constexpr double kLowered = 0.25;
constexpr int64_t kMostLowered = 3;
constexpr double kLeastLoss = 1e-6;

// The batches in the order they are taken: one shuffled round after the other.
class BatchOrder {
 public:
  BatchOrder(const Minimisation& task) : m_task(task) {}
  int64_t at(int64_t position) {
    const int64_t round = position / m_task.count;
    if (round != m_round) shuffle(round);
    return m_order[size_t(position % m_task.count)];
  }

 private:
  void shuffle(int64_t round) {
    m_round = round;
    m_order.resize(size_t(m_task.count));
    std::iota(m_order.begin(), m_order.end(), int64_t(0));
    CounterRandom random(m_task.seed,
                         streamOf("recover " + m_task.method + " " + m_task.block, uint64_t(round)));
    for (int64_t i = m_task.count - 1; i > 0; --i)
      std::swap(m_order[size_t(i)], m_order[size_t(random.below(i + 1))]);
  }

  const Minimisation& m_task;
  int64_t m_round = -1;
  std::vector<int64_t> m_order;
};

Tensors valuesOf(const TrainedTensors& tensors) {
  Tensors values;
  for (const auto& [name, t] : tensors) values[name] = t.value;
  return values;
}

Tensors copyOf(const Tensors& tensors) {
  Tensors copy;
  for (const auto& [name, t] : tensors) copy[name] = t.clone();
  return copy;
}

struct BatchGradients {
  double loss = 0;
  Tensors gradients;
};

BatchGradients gradientsOf(const Minimisation& task, const Tensors& values, int64_t batch) {
  c10::AutoGradMode record(true);
  OwnPages pages(OwnPages::For::Repeated);
  Tensors leaves;
  for (const auto& [name, value] : values) leaves[name] = value.detach().set_requires_grad(true);
  BatchGradients out;
  const auto loss = task.loss(task.weightsWith(leaves), batch);
  out.loss = loss.item<double>();
  if (loss.requires_grad()) loss.backward();
  for (auto& [name, leaf] : leaves)
    if (leaf.grad().defined()) out.gradients[name] = leaf.grad().contiguous();
  return out;
}

// The state of a minimisation, so that it can be kept and gone on with.
class Descent {
 public:
  Descent(const Minimisation& task, const Recovery& recovery, std::string checkpoint)
      : m_task(task),
        m_recovery(recovery),
        m_checkpoint(recovery.store ? std::move(checkpoint) : std::string()),
        m_adam({.beta1 = 0.9, .beta2 = 0.98}),
        m_values(valuesOf(task.tensors)),
        m_order(task) {
    auto& r = m_result.report;
    r.method = task.method;
    r.block = task.block;
    r.parameters = numbersOf(task.tensors);
  }

  Minimum run(ProgressMeter& meter) {
    if (!resumed()) look(NAN);
    meter.advance(m_step);
    const int64_t every = std::max<int64_t>(1, m_task.steps / kLooks);
    auto kept = std::chrono::steady_clock::now();
    while (m_step < m_task.steps && !m_diverged) {
      if (m_recovery.enough.stop_requested()) {
        m_result.enough = true;
        break;
      }
      const double loss = step();
      ++m_step;
      if (!m_diverged && (m_step % every == 0 || m_step == m_task.steps))
        look(loss);
      else
        tell(loss, NAN);
      if (m_diverged && m_lowered < kMostLowered) lower();
      meter.advance(1, m_task.block);
      if (!m_checkpoint.empty() && isTimeToKeep(kept)) {
        keep();
        kept = std::chrono::steady_clock::now();
      }
    }
    if (m_result.enough && m_step > 0) look(NAN);
    if (m_step < m_task.steps) meter.advance(m_task.steps - m_step);
    finish();
    return std::move(m_result);
  }

 private:
  void lower() {
    m_values = copyOf(m_best);
    m_adam.moments().clear();
    m_adamSteps = 0;
    ++m_lowered;
    m_diverged = false;
  }

  double step() {
    const int64_t count = m_task.batchesInStep;
    std::vector<int64_t> batches;
    for (int64_t i = 0; i < count; ++i) batches.push_back(m_order.at(m_step * count + i));
    Tensors sums;
    double loss = 0;
    auto& processes = processesOf(m_recovery.control);
    if (processes.several())
      addAmong(processes, batches, sums, loss);
    else
      add(batches, sums, loss);
    descend(sums, count);
    // One step's batches alone scatter; so much they do not.
    if (!(loss <= kDivergedAtOnce * std::max(m_result.report.before, kLeastLoss))) m_diverged = true;
    return loss;
  }

  static void addTo(Tensors& sums, const std::string& name, const at::Tensor& gradient) {
    auto& sum = sums[name];
    sum = sum.defined() ? sum.add_(gradient) : gradient;
  }

  // As many at a time as there are workers, so that no more gradients than these are in memory; added in the
  // order of the batches.
  void add(const std::vector<int64_t>& batches, Tensors& sums, double& loss) {
    const auto count = int64_t(batches.size());
    for (int64_t first = 0; first < count; first += threadCount()) {
      const int64_t together = std::min<int64_t>(threadCount(), count - first);
      std::vector<BatchGradients> found(static_cast<size_t>(together));
      parallelFor(together, [&](int64_t i) {
        m_recovery.control.throwIfCancelled();
        found[size_t(i)] = gradientsOf(m_task, m_values, batches[size_t(first + i)]);
      });
      for (auto& one : found) {
        loss += one.loss / double(count);
        for (auto& [name, gradient] : one.gradients) addTo(sums, name, gradient);
      }
    }
  }

  // Each process makes the gradients of its batches; rank 0 adds them in the order of the batches and tells
  // the sums.
  void addAmong(Processes& processes, const std::vector<int64_t>& batches, Tensors& sums, double& loss) {
    const auto count = int64_t(batches.size());
    std::vector<int64_t> own;
    for (int64_t i = 0; i < count; ++i)
      if (processes.owns(i)) own.push_back(i);
    std::map<int64_t, BatchGradients> found;
    for (const auto i : own) found[i];
    parallelFor(int64_t(own.size()), [&](int64_t i) {
      m_recovery.control.throwIfCancelled();
      found.at(own[size_t(i)]) = gradientsOf(m_task, m_values, batches[size_t(own[size_t(i)])]);
    });
    PackedValues mine;
    for (const auto& [i, one] : found) mine.put(one.loss);
    const auto gathered = processes.gather(mine.bytes());
    std::vector<PackedReader> readers(gathered.begin(), gathered.end());
    for (int64_t i = 0; i < count; ++i)
      loss += readers[size_t(processes.ownerOf(i))].take<double>() / double(count);
    const auto bytesOf = [](const at::Tensor& t) {
      return std::span(static_cast<std::byte*>(t.data_ptr()), t.nbytes());
    };
    for (const auto& [name, value] : m_values) {
      // Whether a value has a way to the loss is the same for all batches of a task, but for texts without
      // pictures: each tells.
      std::string has;
      for (const auto& [i, one] : found) has += one.gradients.contains(name) ? '1' : '0';
      const auto all = processes.gather(has);
      for (size_t r = 0; r < all.size(); ++r) {
        size_t batches = 0;
        for (int64_t i = 0; i < count; ++i) batches += processes.ownerOf(i) == int(r);
        if (all[r].size() != batches) refuseMessage("it tells of other batches");
      }
      std::vector<size_t> next(all.size());
      at::Tensor sum;
      for (int64_t i = 0; i < count; ++i) {
        const int owner = processes.ownerOf(i);
        if (all[size_t(owner)][next[size_t(owner)]++] == '0') continue;
        at::Tensor gradient;
        if (owner == processes.rank()) gradient = found.at(i).gradients.at(name).cpu().contiguous();
        if (owner != 0 && processes.writes()) {
          gradient = at::empty(value.sizes(), value.options().device(at::kCPU));
          processes.receive(owner, bytesOf(gradient));
        } else if (owner != 0 && owner == processes.rank()) {
          processes.send(0, bytesOf(gradient));
        }
        if (processes.writes()) addTo(sums, name, gradient);
        sum = at::empty(value.sizes(), value.options().device(at::kCPU));
      }
      if (!sum.defined()) continue;
      if (processes.writes()) sum = sums.at(name);
      processes.broadcast(0, bytesOf(sum));
      sums[name] = sum;
    }
  }

  // By rank 0's clock.
  bool isTimeToKeep(std::chrono::steady_clock::time_point kept) const {
    auto& processes = processesOf(m_recovery.control);
    const bool due = std::chrono::steady_clock::now() - kept >= m_recovery.keepEvery;
    return !processes.broadcastText(0, due ? "1" : "").empty();
  }

  void descend(Tensors& sums, int64_t count) {
    std::vector<std::string> names;
    for (const auto& [name, sum] : sums) names.push_back(name);
    std::vector<double> squares(names.size());
    parallelFor(int64_t(names.size()), [&](int64_t i) {
      auto& g = sums.at(names[size_t(i)]);
      g = (g.cpu() / double(count)).contiguous();
      if (const auto& mask = m_task.tensors.at(names[size_t(i)]).mask; mask.defined()) g.mul_(mask);
      squares[size_t(i)] = g.square().sum(at::kDouble).item<double>();
    });
    const double norm = std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
    if (!std::isfinite(norm)) {
      m_diverged = true;
      return;
    }
    const double clip =
        m_task.gradientClip > 0 && norm > m_task.gradientClip ? m_task.gradientClip / norm : 1;
    const double rate = m_task.rate * std::pow(kLowered, double(m_lowered)) *
                        cosineSchedule(m_step, std::min<int64_t>(10, m_task.steps / 10), m_task.steps, 0);
    for (const auto& name : names) m_adam.prepare(name, m_values.at(name));
    parallelFor(int64_t(names.size()), [&](int64_t i) {
      const auto& name = names[size_t(i)];
      auto& g = sums.at(name);
      if (clip != 1) g.mul_(clip);
      m_adam.update(name, m_values.at(name), g, rate * m_task.tensors.at(name).scale, 0, m_adamSteps + 1);
    });
    ++m_adamSteps;
  }

  // Measures what is held out and keeps the values where they are the best so far.
  void look(double loss) {
    const double now = lossNow(m_task, m_task.weightsWith(m_values), m_recovery.control);
    if (m_best.empty()) m_result.report.before = now;
    if (m_best.empty() || now < m_bestLoss) {
      m_best = copyOf(m_values);
      m_bestLoss = now;
      m_result.report.bestStep = m_step;
    } else if (!std::isfinite(now) || now > kDiverged * m_result.report.before) {
      m_diverged = true;
    }
    tell(loss, now);
  }

  void tell(double loss, double heldOut) {
    RecoveryPoint point{m_task.method, m_task.block, m_step, m_task.steps, loss, heldOut};
    if (m_recovery.onPoint) m_recovery.onPoint(point);
    m_result.report.curve.push_back(std::move(point));
  }

  void finish() {
    auto& r = m_result.report;
    r.after = m_bestLoss;
    r.steps = m_step;
    if (m_diverged)
      r.note = "the loss diverged at step " + std::to_string(m_step) + "; the best before, of step " +
               std::to_string(r.bestStep) + ", is kept";
    else if (m_lowered > 0)
      r.note = "the loss grew, so that the rate was lowered to 1/" +
               std::to_string(int64_t(std::pow(1 / kLowered, double(m_lowered))));
    if (m_result.enough)
      r.note += std::string(r.note.empty() ? "" : "; ") + "stopped after " + std::to_string(m_step) + " of " +
                std::to_string(m_task.steps) + " steps";
    m_result.best = std::move(m_best);
  }

  void keep() const {
    Tensors all = const_cast<AdamW&>(m_adam).moments();
    for (const auto& [name, t] : m_values) all["p/" + name] = t;
    for (const auto& [name, t] : m_best) all["b/" + name] = t;
    nlohmann::json curve = nlohmann::json::array();
    const auto number = [](double v) { return std::isfinite(v) ? nlohmann::json(v) : nlohmann::json(); };
    for (const auto& p : m_result.report.curve) curve.push_back({p.step, number(p.loss), number(p.heldOut)});
    m_recovery.store->keep(m_checkpoint, all,
                           {{"step", m_step},
                            {"adamSteps", m_adamSteps},
                            {"lowered", m_lowered},
                            {"before", m_result.report.before},
                            {"bestStep", m_result.report.bestStep},
                            {"bestLoss", m_bestLoss},
                            {"curve", curve}});
  }

  bool resumed() {
    const auto kept = m_checkpoint.empty() ? std::nullopt : m_recovery.store->find(m_checkpoint);
    if (!kept) return false;
    m_recovery.store->readAbout([&] { takeProgress(kept->about); });
    for (size_t i = 0; i < kept->file.tensors().size(); ++i) {
      const auto& info = kept->file.tensors()[i];
      const auto value = storedTensor(info, kept->file.bytes(i)).clone();
      if (info.name.starts_with("p/"))
        m_values[info.name.substr(2)] = value;
      else if (info.name.starts_with("b/"))
        m_best[info.name.substr(2)] = value;
      else
        m_adam.moments()[info.name] = value;
    }
    return true;
  }

  void takeProgress(const nlohmann::json& about) {
    m_step = wholeOf<int64_t>(about.at("step"));
    m_adamSteps = wholeOf<int64_t>(about.at("adamSteps"));
    m_lowered = wholeOf<int64_t>(about.at("lowered"));
    m_result.report.before = numberOrUnknown(about.at("before"));
    m_result.report.bestStep = wholeOf<int64_t>(about.at("bestStep"));
    m_bestLoss = numberOrUnknown(about.at("bestLoss"));
    for (const auto& p : about.at("curve"))
      m_result.report.curve.push_back({m_task.method, m_task.block, wholeOf<int64_t>(p.at(0)), m_task.steps,
                                       numberOrUnknown(p.at(1)), numberOrUnknown(p.at(2))});
  }

  const Minimisation& m_task;
  const Recovery& m_recovery;
  std::string m_checkpoint;
  AdamW m_adam;
  Tensors m_values, m_best;
  BatchOrder m_order;
  double m_bestLoss = 0;
  int64_t m_step = 0, m_adamSteps = 0;  // Adam's since it began with zero moments
  int64_t m_lowered = 0;                // how often the rate was
  bool m_diverged = false;
  Minimum m_result;
};

}  // namespace

double lossNow(const Minimisation& task, const Weights& weights, const JobControl& control) {
  const int64_t first = task.heldOut > 0 ? task.count : 0;
  const int64_t count = task.heldOut > 0 ? task.heldOut : task.count;
  std::vector<double> losses(static_cast<size_t>(count));
  auto& processes = processesOf(control);
  parallelFor(count, [&](int64_t i) {
    if (!processes.owns(i)) return;
    control.throwIfCancelled();
    c10::NoGradGuard noGrad;
    OwnPages pages(OwnPages::For::Brief);
    losses[size_t(i)] = task.loss(weights, first + i).item<double>();
  });
  if (processes.several()) {
    PackedValues mine;
    for (const double loss : losses) mine.put(loss);
    const auto gathered = processes.gather(mine.bytes());
    std::vector<PackedReader> readers(gathered.begin(), gathered.end());
    for (int64_t i = 0; i < count; ++i)
      for (size_t r = 0; r < readers.size(); ++r)
        if (const auto loss = readers[r].take<double>(); int(r) == processes.ownerOf(i))
          losses[size_t(i)] = loss;
  }
  return std::accumulate(losses.begin(), losses.end(), 0.0) / double(count);
}

Minimum minimise(const Minimisation& task, const Recovery& recovery, ProgressMeter& meter,
                 const std::string& checkpoint) {
  return Descent(task, recovery, checkpoint).run(meter);
}

}  // namespace espalier
