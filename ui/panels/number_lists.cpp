#include "ui/panels/number_lists.h"

#include <QStringList>
#include <algorithm>

namespace espalier {

namespace {

constexpr uint64_t kMostSeeds = 100;

}  // namespace

std::optional<std::vector<double>> sparsitiesIn(const QString& said) {
  std::vector<double> out;
  for (const QString& part : said.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    bool ok = false;
    const double value = part.trimmed().toDouble(&ok);
    if (!ok || !(value >= 0 && value <= 99)) return {};
    out.push_back(value / 100);
  }
  std::sort(out.begin(), out.end());
  if (out.empty() || std::adjacent_find(out.begin(), out.end()) != out.end()) return {};
  return out;
}

std::optional<std::vector<uint64_t>> seedsIn(const QString& said) {
  std::vector<uint64_t> out;
  for (const QString& part : said.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    const QStringList ends = part.split(QLatin1Char('-'));
    bool first = false, last = false;
    const uint64_t from = ends.first().trimmed().toULongLong(&first),
                   to = ends.last().trimmed().toULongLong(&last);
    if (ends.size() > 2 || !first || !last || to < from || to - from >= kMostSeeds) return {};
    for (uint64_t seed = from; seed <= to; ++seed) out.push_back(seed);
  }
  auto sorted = out;
  std::sort(sorted.begin(), sorted.end());
  if (out.empty() || out.size() > kMostSeeds ||
      std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return {};
  return out;
}

}  // namespace espalier
