#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/fixed_text.h"
#include "core/document/study.h"

namespace espalier {

namespace {

constexpr const char* kCaption = "caption";

double meanOf(const std::vector<double>& v) {
  double s = 0;
  for (double x : v) s += x;
  return v.empty() ? 0 : s / double(v.size());
}

double deviationOf(const std::vector<double>& v) {
  if (v.size() < 2) return 0;
  const double m = meanOf(v);
  double s = 0;
  for (double x : v) s += (x - m) * (x - m);
  return std::sqrt(s / double(v.size() - 1));
}

}  // namespace

StudySummary summarize(const std::vector<StudyPoint>& points, const std::string& method, double sparsity,
                       bool captions) {
  std::vector<double> accuracy, loss;
  for (const auto& p : points) {
    if (p.method != method || p.sparsity != sparsity) continue;
    double right = 0, total = 0, lossSum = 0;
    for (const auto& t : p.kinds)
      if ((t.kind == kCaption) == captions) {
        right += double(t.right);
        total += double(t.total);
        lossSum += t.loss * double(t.total);
      }
    if (total == 0) continue;
    accuracy.push_back(right / total);
    loss.push_back(lossSum / total);
  }
  return {meanOf(accuracy), deviationOf(accuracy), meanOf(loss), deviationOf(loss), int64_t(accuracy.size())};
}

namespace {

// Of one method, a row for each kind of question.
std::string tableByKind(const std::vector<StudyPoint>& points, const StudyOptions& o, const std::string& m,
                        const std::vector<std::string>& kinds) {
  std::string out;
  out += "### " + m + ": right by kind, %, mean over the seeds\n\n| kind |";
  for (double s : o.sparsities) out.append(" ").append(fixedText(100 * s, 0)).append(" % |");
  out += "\n| --- |";
  for (size_t i = 0; i < o.sparsities.size(); ++i) out += " --- |";
  out += "\n";
  for (const auto& kind : kinds) {
    out += "| " + kind + " |";
    for (double s : o.sparsities) {
      std::vector<double> values;
      for (const auto& p : points)
        if (p.method == m && p.sparsity == s)
          for (const auto& t : p.kinds)
            if (t.kind == kind) values.push_back(t.accuracy());
      out.append(" ").append(fixedText(100 * meanOf(values), 1)).append(" |");
    }
    out += "\n";
  }
  out += "\n";
  return out;
}

}  // namespace

std::string studyTables(const std::vector<StudyPoint>& points, const StudyOptions& o) {
  std::string out;
  const auto heading = [&](const std::string& title) {
    out += "### " + title + "\n\n| method |";
    for (double s : o.sparsities) out.append(" ").append(fixedText(100 * s, 0)).append(" % |");
    out += "\n| --- |";
    for (size_t i = 0; i < o.sparsities.size(); ++i) out += " --- |";
    out += "\n";
  };
  const auto rows = [&](const auto& cell) {
    for (const auto& m : methodNamesOf(o)) {
      out += "| " + m + " |";
      for (double s : o.sparsities) out.append(" ").append(cell(m, s)).append(" |");
      out += "\n";
    }
    out += "\n";
  };
  const auto withDeviation = [](double mean, double deviation, int64_t seeds, int decimals) {
    return fixedText(mean, decimals) + (seeds > 1 ? " ± " + fixedText(deviation, decimals) : "");
  };
  std::set<std::string> metrics;
  bool kindsNamed = false;
  for (const auto& p : points) {
    for (const auto& [metric, value] : p.metrics) metrics.insert(metric);
    for (const auto& t : p.kinds) kindsNamed = kindsNamed || !t.kind.empty();
  }
  for (const auto& metric : metrics) {
    heading(metric);
    rows([&](const std::string& m, double s) {
      std::vector<double> values;
      for (const auto& p : points)
        if (p.method == m && p.sparsity == s && p.metrics.contains(metric))
          values.push_back(p.metrics.at(metric));
      return withDeviation(meanOf(values), deviationOf(values), int64_t(values.size()), 3);
    });
  }
  if (!metrics.empty() && !kindsNamed) {
    // One loss for all samples; a language model's is its token loss already.
    if (metrics.contains("token loss")) return out;
    heading("Loss, nats a sample");
    rows([&](const std::string& m, double s) {
      const auto v = summarize(points, m, s, false);
      return withDeviation(v.loss, v.lossDeviation, v.seeds, 3);
    });
    return out;
  }
  heading("Questions answered right, %");
  rows([&](const std::string& m, double s) {
    const auto v = summarize(points, m, s, false);
    return withDeviation(100 * v.accuracy, 100 * v.accuracyDeviation, v.seeds, 1);
  });
  heading("Loss on the questions' answers, nats a token");
  rows([&](const std::string& m, double s) {
    const auto v = summarize(points, m, s, false);
    return withDeviation(v.loss, v.lossDeviation, v.seeds, 3);
  });
  heading("Captions right in every object and attribute, %");
  rows([&](const std::string& m, double s) {
    const auto v = summarize(points, m, s, true);
    return withDeviation(100 * v.accuracy, 100 * v.accuracyDeviation, v.seeds, 1);
  });
  std::vector<std::string> kinds;
  for (const auto& p : points)
    for (const auto& t : p.kinds)
      if (std::find(kinds.begin(), kinds.end(), t.kind) == kinds.end()) kinds.push_back(t.kind);
  for (const auto& m : methodNamesOf(o)) out += tableByKind(points, o, m, kinds);
  return out;
}

}  // namespace espalier
