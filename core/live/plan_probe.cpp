#include "core/live/plan_probe.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/base/json_numbers.h"
#include "core/base/parallel.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/open_model.h"
#include "core/engine/usable_pairs.h"
#include "core/engine/value_json.h"
#include "core/live/value_json.h"
#include "core/prune/criterion.h"
#include "core/prune/mask_ranks.h"
#include "core/sweep/prefix_states.h"

namespace espalier {

namespace {

using Sparsities = std::unordered_map<std::string, double>;

constexpr int64_t kBatch = 16;
constexpr int kErrorSteps = 20;

ScoreSpread spreadOf(const at::Tensor& scores) {
  constexpr int kBins = 60, kThresholds = 201;
  // Every so many of a large matrix tell enough.
  const auto flat = scores.flatten();
  const int64_t step = std::max<int64_t>(1, flat.numel() / 100'000);
  const auto logs =
      std::get<0>(flat.slice(0, 0, flat.numel(), step).clamp_min(1e-12).log10().sort()).contiguous();
  const float* v = logs.data_ptr<float>();
  const int64_t n = logs.numel();
  ScoreSpread spread;
  for (int i = 0; i < kThresholds; ++i) spread.thresholds.push_back(v[i * (n - 1) / (kThresholds - 1)]);
  // The few smallest would take most of the axis.
  spread.logScores.from = v[n / 200];
  spread.logScores.to = std::max(spread.logScores.from + 1e-3, double(v[n - 1]));
  spread.logScores.counts.assign(kBins, 0);
  const double width = (spread.logScores.to - spread.logScores.from) / kBins;
  for (int64_t i = 0; i < n; ++i)
    ++spread.logScores
          .counts[size_t(std::clamp<double>((v[i] - spread.logScores.from) / width, 0, kBins - 1))];
  return spread;
}

Curve errorCurve(const MaskRanks& ranks, const at::Tensor& weight, const at::Tensor& inputEnergy) {
  const auto lost = [&](const at::Tensor& masked) {
    const auto gone = (weight - masked).square();
    return (inputEnergy.defined() ? at::mv(gone, inputEnergy) : gone).sum().item<double>();
  };
  Curve curve;
  const double all = lost(at::zeros_like(weight));
  for (int i = 0; i <= kErrorSteps; ++i) {
    const double s = double(i) / kErrorSteps;
    curve.sparsity.push_back(s);
    curve.value.push_back(all > 0 ? lost(ranks.masked(s)) / all : 0);
  }
  return curve;
}

}  // namespace

struct PlanProbe::Parts {
  ModelPtr dense;
  ProbeOptions options;
  std::map<std::string, MaskRanks> ranks;
  std::map<std::string, size_t> blockOf;
  ErrorCurves errors;
  std::map<std::string, ScoreSpread> spreads;
  PrefixStates before{std::numeric_limits<int64_t>::max()};      // of the dense model
  PrefixStates planBefore{std::numeric_limits<int64_t>::max()};  // of the plan last asked for
  std::vector<std::map<std::string, double>> planKeys{};
  const ElsewhereModel* there = nullptr;  // where `dense` is elsewhere
  nlohmann::json request{};               // what each request about it says

  const std::vector<std::unique_ptr<Block>>& blocks() const { return dense->model->blocks(); }

  static double lossOf(const States& states) {
    double sum = 0, count = 0;
    for (const auto& s : states) {
      if (!s.lossSum.defined())
        throw Error(ErrorKind::Unsupported,
                    "The model gives no loss on these pairs, so plans cannot be compared by it.");
      sum += s.lossSum.sum().item<double>();
      count += s.lossCount.sum().item<double>();
    }
    return count > 0 ? sum / count : 0;
  }

  Weights masked(const Sparsities& sparsities) const {
    Weights w = dense->weights;
    std::vector<std::pair<const std::string*, double>> jobs;
    for (const auto& [name, s] : sparsities)
      if (s > 0) jobs.emplace_back(&name, s);
    std::vector<at::Tensor> made(jobs.size());
    parallelFor(int64_t(jobs.size()), [&](int64_t i) {
      const auto it = ranks.find(*jobs[size_t(i)].first);
      if (it == ranks.end())
        throw Error(ErrorKind::InvalidInput,
                    "The model has no prunable matrix \"" + *jobs[size_t(i)].first + "\".");
      made[size_t(i)] = it->second.masked(jobs[size_t(i)].second);
    });
    for (size_t i = 0; i < jobs.size(); ++i) w.set(*jobs[i].first, made[i]);
    return w;
  }

  void learnElsewhere(const Dataset& calibration, const PruneOptions& with, const JobControl& control) {
    request = {{"model", there->reference(control)},
               {"calibration", referenceTo(calibration)},
               {"options", option_fields::toJson(pruneFields(), with)}};
    sensitivitiesElsewhere({}, control, {});
  }

  Sensitivities sensitivitiesElsewhere(const std::vector<PlanGroup>& groups, const JobControl& control,
                                       const std::function<void(const std::string&, const Curve&)>& onGroup) {
    auto asked = request;
    Plan plan;
    plan.groups = groups;
    if (!groups.empty()) asked["plan"] = toJson(plan);
    const auto onItem = [&](const nlohmann::json& item) {
      takeAnswer(*there->engine(), "sensitivity", [&] {
        if (item.contains("errors")) {
          errors = curvesFrom(item["errors"]);
          for (const auto& [matrix, spread] : item.at("spreads").items())
            spreads[matrix] = spreadFrom(spread);
        }
        if (item.contains("group") && onGroup)
          onGroup(item["group"].get<std::string>(), curveFrom(item.at("curve")));
      });
    };
    const auto answer = there->ask("sensitivity", asked, control, onItem);
    return takeAnswer(*there->engine(), "sensitivity", [&] { return curvesFrom(answer.at("curves")); });
  }

  double lossElsewhere(const Sparsities& sparsities, const JobControl& control) const {
    auto asked = request;
    asked["sparsities"] = std::map<std::string, double>(sparsities.begin(), sparsities.end());
    const auto answer = there->ask("planLoss", asked, control);
    return takeAnswer(*there->engine(), "planLoss", [&] { return numberOrUnknown(answer.at("loss")); });
  }

  double denseLoss(const JobControl& control) {
    return lossOf(before.allBefore(*dense->model, dense->weights, blocks().size(), control));
  }

  // Only one group pruned: from the dense states before its first block.
  double lossOfGroup(const PlanGroup& group, double sparsity, const JobControl& control) {
    Sparsities own;
    size_t first = blocks().size();
    for (const auto& m : group.matrices) {
      own[m] = sparsity;
      first = std::min(first, blockOf.at(m));
    }
    const Weights w = masked(own);
    States states = before.allBefore(*dense->model, dense->weights, first, control);
    for (size_t b = first; b < blocks().size(); ++b) passBlock(*blocks()[b], states, w, control);
    return lossOf(states);
  }
};

PlanProbe::PlanProbe(ModelPtr dense, const Dataset& calibration, const PruneOptions& options,
                     const ProbeOptions& probe, const JobControl& control)
    : m_parts(new Parts{dense, probe, {}, {}, {}, {}}) {
  c10::NoGradGuard noGrad;
  Parts& p = *m_parts;
  p.there = modelElsewhere(*dense);
  if (p.there) {
    p.learnElsewhere(calibration, options, control);
    return;
  }
  if (calibration.samples.size() < 2)
    throw Error(ErrorKind::InvalidInput,
                "Two calibration pairs at least are needed to compare plans: one half ranks "
                "the weights, the other measures the loss.");
  std::vector<Dataset::Problem> problems;
  const auto all = drawDecodableFor(*dense, calibration, probe.calibrationSamples + probe.lossSamples,
                                    options.seed, control, problems);
  if (all.samples.size() < 2)
    throw Error(ErrorKind::InvalidInput, calibration.path.string() +
                                             " holds one picture that can be read; two at least are needed "
                                             "to compare plans.");
  Dataset ranking = all, held = all;
  const size_t half = std::min(size_t(probe.calibrationSamples), all.samples.size() / 2);
  ranking.samples.resize(half);
  held.samples.erase(held.samples.begin(), held.samples.begin() + std::ptrdiff_t(half));

  const Criterion* criterion = &criterionNamed(options.criterion);
  if (!criterion->keepsWeights()) criterion = &criterionNamed("wanda");
  StatisticsNeeds needs = criterion->needs() | StatisticsNeeds{.features = true};
  const auto chosen = comparisonNamed(options.comparison);

  const auto batches = makeBatches(*dense->processor, ranking, kBatch, control.stop);
  States flow = beginAll(batches, dense->weights);
  const auto heldBatches = makeBatches(*dense->processor, held, kBatch, control.stop);
  p.before.setBatches(heldBatches);
  p.planBefore.setBatches(heldBatches);

  ProgressMeter meter(control, "Ranking weights", int64_t(p.blocks().size()));
  for (size_t b = 0; b < p.blocks().size(); ++b) {
    const Block& block = *p.blocks()[b];
    std::vector<std::string> names;
    for (const auto& m : block.description().matrices) names.push_back(m.name), p.blockOf[m.name] = b;
    StatisticsGatherer gatherer(names, needs, true, routedMatrices(block.description()));
    visitBlock(block, flow, control, [&](const WorkUnit& unit, State& state) {
      auto recorder = gatherer.recorder(&state);
      block.run(state, {dense->weights, &recorder});
      if (!names.empty()) gatherer.add(unit.batch, std::move(recorder));
    });
    if (!names.empty()) {
      const auto statistics = gatherer.finish();
      for (size_t i = 0; i < names.size(); ++i) {
        control.throwIfCancelled();
        const auto weight = dense->weights.onHost(names[i]).contiguous();
        const auto& used = criterionFor(*criterion, *statistics[i]);
        auto comparison = chosen;
        if (comparison == Comparison::Auto)
          comparison = used.publishedComparison(block.description().component);
        const auto scores = used.scores(weight, *statistics[i]).contiguous();
        MaskRanks ranks(weight, used.ranking(weight, *statistics[i]), comparison);
        p.spreads[names[i]] = spreadOf(scores);
        p.errors[names[i]] = errorCurve(ranks, weight, statistics[i]->squaredNorm);
        p.ranks.emplace(names[i], std::move(ranks));
      }
    }
    p.before.allBefore(*dense->model, dense->weights, b + 1, control);
    meter.advance(1, block.name());
  }
  p.denseLoss(control);  // refuses here a model that gives none
}

PlanProbe::~PlanProbe() = default;

const ErrorCurves& PlanProbe::errors() const {
  return m_parts->errors;
}

const std::map<std::string, ScoreSpread>& PlanProbe::spreads() const {
  return m_parts->spreads;
}

double PlanProbe::loss(const Sparsities& sparsities, const JobControl& control) {
  c10::NoGradGuard noGrad;
  Parts& p = *m_parts;
  if (p.there) return p.lossElsewhere(sparsities, control);
  const size_t count = p.blocks().size();
  std::vector<std::map<std::string, double>> keys(count);
  for (const auto& [name, s] : sparsities) {
    const auto it = p.blockOf.find(name);
    if (it == p.blockOf.end())
      throw Error(ErrorKind::InvalidInput, "The model has no prunable matrix \"" + name + "\".");
    if (s > 0) keys[it->second][name] = s;
  }
  size_t first = 0;
  while (first < p.planKeys.size() && keys[first] == p.planKeys[first]) ++first;
  p.planBefore.forgetBehind(first);
  p.planKeys = std::move(keys);
  const auto weights = p.planBefore.keeps(count) ? p.dense->weights : p.masked(sparsities);
  return Parts::lossOf(p.planBefore.allBefore(*p.dense->model, weights, count, control));
}

Sensitivities PlanProbe::sensitivities(const std::vector<PlanGroup>& groups, const JobControl& control,
                                       const std::function<void(const std::string&, const Curve&)>& onGroup) {
  c10::NoGradGuard noGrad;
  Parts& p = *m_parts;
  if (p.there) return p.sensitivitiesElsewhere(groups, control, onGroup);
  const double dense = p.denseLoss(control);
  ProgressMeter meter(control, "Measuring sensitivity", int64_t(groups.size()));
  Sensitivities out;
  for (const auto& group : groups) {
    Curve curve;
    for (double s : p.options.sparsities) {
      curve.sparsity.push_back(s);
      curve.value.push_back(s == 0 ? 0 : p.lossOfGroup(group, s, control) - dense);
    }
    if (onGroup) onGroup(group.name, curve);
    out[group.name] = std::move(curve);
    meter.advance(1, group.name);
  }
  return out;
}

PlanProbe::Improved PlanProbe::improve(const Plan& start, const Sensitivities& sensitivities,
                                       const JobControl& control,
                                       const std::function<void(const Step&)>& onStep, int mostTries) {
  Improved result;
  result.plan = start;
  try {
    result.before = result.after = loss(start.sparsities(), control);
    const auto free = [&] {
      std::vector<size_t> out;
      for (size_t i = 0; i < start.groups.size(); ++i)
        if (!start.groups[i].pinned && sensitivities.contains(start.groups[i].name)) out.push_back(i);
      return out;
    }();
    if (free.size() < 2) return result;
    double weights = 0;
    for (size_t i : free) weights += double(start.groups[i].parameters);
    const double cap = std::max(start.cap, start.target);
    ProgressMeter meter(control, "Improving", mostTries);
    // A step is a part of the average group.
    for (double part = 0.16; part > 0.015 && result.tried < mostTries;) {
      const double moved = part * weights / double(free.size());
      // How much the loss should change, by the sensitivities, if a group loses or keeps so many weights
      // more.
      struct Move {
        size_t from, to;
        double gain;
      };
      std::vector<Move> moves;
      const auto change = [&](size_t i, double by) {
        const auto& g = result.plan.groups[i];
        const auto& curve = sensitivities.at(g.name);
        return curve.at(g.sparsity + by / double(g.parameters)) - curve.at(g.sparsity);
      };
      for (size_t from : free)
        for (size_t to : free) {
          const auto &f = result.plan.groups[from], &t = result.plan.groups[to];
          if (from == to || f.sparsity + moved / double(f.parameters) > cap ||
              t.sparsity - moved / double(t.parameters) < 0)
            continue;
          moves.push_back({from, to, -(change(from, moved) + change(to, -moved))});
        }
      std::stable_sort(moves.begin(), moves.end(),
                       [](const Move& a, const Move& b) { return a.gain > b.gain; });
      bool helped = false;
      // The sensitivities are of single groups; a few of the best are tried, since together they act
      // otherwise.
      for (size_t m = 0; m < std::min<size_t>(6, moves.size()) && result.tried < mostTries && !helped; ++m) {
        if (moves[m].gain <= 0) break;
        Plan tried = result.plan;
        tried.groups[moves[m].from].sparsity += moved / double(tried.groups[moves[m].from].parameters);
        tried.groups[moves[m].to].sparsity -= moved / double(tried.groups[moves[m].to].parameters);
        const double now = loss(tried.sparsities(), control);
        ++result.tried;
        meter.advance();
        if (now < result.after) {
          helped = true;
          result.after = now;
          result.plan = std::move(tried);
          ++result.accepted;
          if (onStep)
            onStep({result.plan, now, result.plan.groups[moves[m].from].name,
                    result.plan.groups[moves[m].to].name, moved});
        }
      }
      if (!helped) part /= 2;
    }
  } catch (const Cancelled&) {
    result.stopped = true;
  }
  return result;
}

}  // namespace espalier
