#include "core/document/study_comparison.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace espalier {

namespace {

StudyRow rowOf(const std::string& method, double sparsity, const std::vector<const StudyPoint*>& points) {
  StudyRow row;
  row.method = method;
  row.sparsity = sparsity;
  row.seeds = int64_t(points.size());
  double right = 0, total = 0, loss = 0;
  for (const auto* p : points) {
    for (const auto& t : p->kinds)
      right += double(t.right), total += double(t.total), loss += t.loss * double(t.total);
    row.seconds += p->seconds / double(points.size());
    row.bytes = std::max(row.bytes, p->bytes);
  }
  if (total > 0) row.accuracy = right / total, row.loss = loss / total;
  return row;
}

std::string formatted(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

bool answersAreJudged(const std::vector<StudyPoint>& points) {
  return std::none_of(points.begin(), points.end(),
                      [](const StudyPoint& p) { return p.metrics.contains("perplexity"); });
}

std::vector<StudyRow> comparedMethods(const std::vector<StudyPoint>& points, bool judged) {
  std::map<double, std::map<std::string, std::vector<const StudyPoint*>>> bySparsity;
  for (const auto& p : points)
    if (p.sparsity > 0) bySparsity[p.sparsity][p.method].push_back(&p);
  std::vector<StudyRow> out;
  for (const auto& [sparsity, byMethod] : bySparsity) {
    std::vector<StudyRow> rows;
    for (const auto& [method, found] : byMethod) rows.push_back(rowOf(method, sparsity, found));
    std::stable_sort(rows.begin(), rows.end(), [&](const StudyRow& a, const StudyRow& b) {
      return judged && a.accuracy != b.accuracy ? a.accuracy > b.accuracy : a.loss < b.loss;
    });
    rows.front().best = true;
    for (size_t i = 1; i < rows.size(); ++i)
      rows[i].away = differenceAt(points, rows[i].method, rows.front().method, sparsity);
    std::move(rows.begin(), rows.end(), std::back_inserter(out));
  }
  return out;
}

bool isWorse(const StudyRow& row, bool judged) {
  return row.away && (judged ? row.away->answersDiffer() : row.away->lossesDiffer());
}

std::string comparisonTable(const std::vector<StudyPoint>& points, bool judged) {
  const auto rows = comparedMethods(points, judged);
  if (std::all_of(rows.begin(), rows.end(), [](const StudyRow& r) { return r.best; })) return {};
  std::string out = "| sparsity | method | " + std::string(judged ? "right, % | " : "") +
                    "loss | seconds | MB without zeros | beside the best |\n|---|---|" +
                    (judged ? "---|" : "") + "---|---|---|---|\n";
  for (const auto& r : rows) {
    const double chance = r.away ? judged ? r.away->answersChance : r.away->lossChance : 1;
    const std::string beside = r.best    ? "best"
                               : !r.away ? "not known"
                               : isWorse(r, judged)
                                   ? "worse (chance " + formatted("%.2g", 100 * chance) + " %)"
                                   : "within chance (" + formatted("%.2g", 100 * chance) + " %)";
    out += "| " + formatted("%.0f", 100 * r.sparsity) + " % | " + r.method + " | " +
           (judged ? formatted("%.1f", 100 * r.accuracy) + " | " : "") + formatted("%.4g", r.loss) + " | " +
           (r.seconds > 0 ? formatted("%.3g", r.seconds) : "") + " | " +
           (r.bytes > 0 ? formatted("%.3g", double(r.bytes) / 1e6) : "") + " | " + beside + " |\n";
  }
  return out;
}

std::optional<PairedDifference> differenceAt(const std::vector<StudyPoint>& points, const std::string& first,
                                             const std::string& second, double sparsity) {
  const auto of = [&](const std::string& method) {
    std::map<uint64_t, const PairVerdicts*> found;
    for (const auto& p : points)
      if (p.method == method && p.sparsity == sparsity && !p.verdicts.right.empty())
        found[p.seed] = &p.verdicts;
    return found;
  };
  const auto usesData = [](const std::string& name) {
    for (const auto& m : studyMethods())
      if (m.name == name) return m.usesData;
    return true;
  };
  const auto a = of(first), b = of(second);
  if (a.empty() || b.empty()) return std::nullopt;
  std::set<uint64_t> seeds;
  for (const auto& [seed, verdicts] : usesData(first) ? a : b) seeds.insert(seed);
  const auto at = [](const auto& found, bool data, uint64_t seed) -> const PairVerdicts* {
    if (!data) return found.begin()->second;
    const auto it = found.find(seed);
    return it == found.end() ? nullptr : it->second;
  };
  PairVerdicts all[2];
  for (const uint64_t seed : seeds) {
    const PairVerdicts* both[] = {at(a, usesData(first), seed), at(b, usesData(second), seed)};
    if (!both[0] || !both[1] || both[0]->right.size() != both[1]->right.size() ||
        both[0]->loss.size() != both[1]->loss.size())
      continue;
    for (int i = 0; i < 2; ++i) {
      all[i].right.insert(all[i].right.end(), both[i]->right.begin(), both[i]->right.end());
      all[i].loss.insert(all[i].loss.end(), both[i]->loss.begin(), both[i]->loss.end());
    }
  }
  if (all[0].right.empty()) return std::nullopt;
  return pairedDifference(all[0], all[1]);
}

}  // namespace espalier
