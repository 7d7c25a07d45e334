#include "core/allocate/budget.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace espalier {

namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(ErrorKind::InvalidInput, sentence);
}

void checkFraction(const std::string& what, double value) {
  if (!(value >= 0 && value <= 1))
    refuse(what + " is " + number(value) + "; a number from 0 to 1 was expected.");
}

void check(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  checkFraction("The target sparsity", budget.target);
  if (budget.cap) checkFraction("The cap", *budget.cap);
  if (groups.empty()) refuse("There are no groups to give a sparsity to; at least one was expected.");
  for (const auto& g : groups) {
    if (g.parameters < 1)
      refuse("Group " + g.name + " has " + std::to_string(g.parameters) +
             " weights; at least one was expected.");
    if (g.cap) checkFraction("The cap of group " + g.name, *g.cap);
    if (g.pin) checkFraction("The pinned sparsity of group " + g.name, *g.pin);
    if (!std::isfinite(g.score)) refuse("The score of group " + g.name + " is not a finite number.");
  }
}

double total(const std::vector<BudgetGroup>& groups) {
  double n = 0;
  for (const auto& g : groups) n += double(g.parameters);
  return n;
}

// A possible target for people to type: four decimals, rounded into the range where the range is that wide.
std::string typed(double nearest, double lowest, double highest) {
  char text[32];
  for (const double rounded : {std::ceil(nearest * 1e4) / 1e4, std::floor(nearest * 1e4) / 1e4})
    if (rounded >= lowest - 1e-12 && rounded <= highest + 1e-12) {
      std::snprintf(text, sizeof text, "%.6g", rounded);
      return text;
    }
  std::snprintf(text, sizeof text, "%.9g", nearest);
  return text;
}

[[noreturn]] void refuseTarget(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  const auto [lowest, highest] = possibleTargets(groups, budget);
  const double nearest = std::clamp(budget.target, lowest, highest);
  const auto pins =
      std::count_if(groups.begin(), groups.end(), [](const auto& g) { return g.pin.has_value(); });
  std::string held = budget.cap ? "cap " + number(*budget.cap) : "a cap 0.1 above it";
  const auto capped =
      std::count_if(groups.begin(), groups.end(), [](const auto& g) { return g.cap.has_value(); });
  if (capped) held += " and caps of their own for " + std::to_string(capped) + " groups";
  if (pins) held += " and " + std::to_string(pins) + (pins == 1 ? " pinned group" : " pinned groups");
  throw BudgetError("Target sparsity " + number(budget.target) + " cannot be met with " + held +
                        "; the nearest target that is possible is " + typed(nearest, lowest, highest) + ".",
                    nearest, lowest, highest);
}

// Room for the rounding errors of parameters * (1 - cap), so that 100 * (1 - 0.6) is 40 and not 41.
double fuzz(double parameters) {
  return 1e-9 + 1e-15 * parameters;
}

}  // namespace

double defaultCap(double target) {
  return std::min(target + 0.1, 1.0);
}

double Budget::capOrDefault() const {
  return cap ? *cap : defaultCap(target);
}

TargetRange possibleTargets(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  double pinnedGone = 0, free = 0, gone = 0;
  for (const auto& g : groups) {
    (g.pin ? pinnedGone : free) += double(g.parameters) * g.pin.value_or(1);
    if (!g.pin) gone += double(g.parameters) * std::min(budget.cap.value_or(1), g.cap.value_or(1));
  }
  const double n = std::max(total(groups), 1.0);
  double most = (pinnedGone + gone) / n;
  const bool ownCaps =
      std::any_of(groups.begin(), groups.end(), [](const auto& g) { return g.cap.has_value(); });
  if (!budget.cap && n > free && !ownCaps) {
    // The cap moves with the target: pinnedGone + free (t + 0.1) = n t, while that cap is below 1.
    const double with = (pinnedGone + free * defaultCap(0)) / (n - free);
    if (defaultCap(with) < 1) most = std::min(most, with);
  } else if (!budget.cap && ownCaps) {
    // The cap moves with the target: the greatest t at which as much may go as it asks for. What may go rises
    // by at most n for each unit of t, so that there is one.
    const auto mayGo = [&](double t) {
      double all = pinnedGone;
      for (const auto& g : groups)
        if (!g.pin) all += double(g.parameters) * std::min(defaultCap(t), g.cap.value_or(1));
      return all - n * t;
    };
    double possible = 0, impossible = 1;
    if (mayGo(1) >= 0) possible = 1;
    for (int i = 0; i < 60 && possible < 1; ++i) {
      const double middle = (possible + impossible) / 2;
      (mayGo(middle) >= 0 ? possible : impossible) = middle;
    }
    most = std::min(most, possible);
  }
  return {std::clamp(pinnedGone / n, 0.0, 1.0), std::clamp(most, 0.0, 1.0)};
}

OpenBudget openBudget(const std::vector<BudgetGroup>& groups, const Budget& budget) {
  check(groups, budget);
  OpenBudget open;
  open.pinnedKept.assign(groups.size(), 0);
  int64_t pinned = 0;
  double least = 0, most = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto& g = groups[i];
    if (g.pin) {
      open.pinnedKept[i] = keptWeights(g.parameters, *g.pin);
      pinned += open.pinnedKept[i];
      continue;
    }
    open.free.push_back(i);
    open.least.push_back(double(g.parameters) * (1 - budget.capOf(g.cap)));
    open.most.push_back(double(g.parameters));
    least += open.least.back();
    most += open.most.back();
  }

  const int64_t wanted = std::llround((1 - budget.target) * total(groups)) - pinned;
  const double slack = 1 + 0.5 * double(groups.size() - open.free.size()) + fuzz(total(groups));
  if (double(wanted) < least - slack || double(wanted) > most + slack) refuseTarget(groups, budget);
  open.toKeep = std::clamp(wanted, int64_t(std::floor(std::max(least - 1, 0.0))), int64_t(most));

  std::vector<double> whole(open.least);
  double wholeLeast = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    whole[i] = std::clamp(std::ceil(open.least[i] - fuzz(open.most[i])), 0.0, open.most[i]);
    wholeLeast += whole[i];
  }
  if (wholeLeast <= double(open.toKeep)) open.least = std::move(whole);
  return open;
}

Allocation closeBudget(const std::vector<BudgetGroup>& groups, const OpenBudget& open,
                       const std::vector<double>& wished) {
  const size_t count = open.free.size();
  std::vector<int64_t> low(count), high(count);
  for (size_t i = 0; i < count; ++i) {
    low[i] = int64_t(std::floor(open.least[i]));
    high[i] = int64_t(open.most[i]);
  }

  std::vector<int64_t> kept(count);
  std::vector<double> remainder(count);
  int64_t missing = open.toKeep;
  for (size_t i = 0; i < count; ++i) {
    // A wish a hair below a whole number is that number.
    kept[i] = std::clamp(int64_t(std::floor(wished[i] + fuzz(open.most[i]) * 1e3)), low[i], high[i]);
    remainder[i] = wished[i] - double(kept[i]);
    missing -= kept[i];
  }
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = i;
  const bool add = missing > 0;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return add ? remainder[a] > remainder[b] : remainder[a] < remainder[b];
  });
  for (bool moved = true; missing != 0 && moved;) {
    moved = false;
    for (size_t i : order) {
      if (missing == 0) break;
      if (add ? kept[i] >= high[i] : kept[i] <= low[i]) continue;
      kept[i] += add ? 1 : -1;
      missing += add ? -1 : 1;
      moved = true;
    }
  }

  Allocation out;
  out.kept = open.pinnedKept;
  out.sparsity.resize(groups.size());
  for (size_t i = 0; i < count; ++i) out.kept[open.free[i]] = kept[i];
  int64_t sum = 0, all = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto& g = groups[i];
    out.sparsity[i] = g.pin ? *g.pin : 1 - double(out.kept[i]) / double(g.parameters);
    sum += out.kept[i];
    all += g.parameters;
  }
  out.achieved = 1 - double(sum) / double(all);
  return out;
}

}  // namespace espalier
