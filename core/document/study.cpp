#include "core/document/study.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include "core/allocate/planner.h"
#include "core/base/file.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCaption = "caption";

std::string number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

const StudyMethod& methodNamed(const std::string& name) {
  std::string known;
  for (const auto& m : studyMethods()) {
    if (m.name == name) return m;
    known += (known.empty() ? "" : ", ") + m.name;
  }
  throw Error(ErrorKind::InvalidInput, "There is no method \"" + name + "\"; known are " + known + ".");
}

Plan uniformPlan(const OpenModel& model, double sparsity) {
  Scores equal;
  equal.method = "uniform";
  for (const auto& b : infoOf(model).blocks)
    if (b.prunedByDefault)
      for (const auto& m : b.matrices)
        equal.matrices.push_back({m.name, b.name, nameOf(b.component), m.parameters(), 1, 0, {}});
  PlanRequest request;
  request.target = sparsity;
  request.allocator = "uniform";
  return makePlan(equal, request);
}

std::vector<std::string> methodsOf(const StudyOptions& o) {
  if (!o.methods.empty()) return o.methods;
  std::vector<std::string> all;
  for (const auto& m : studyMethods()) all.push_back(m.name);
  return all;
}

fs::path pointFile(const fs::path& work, const StudyMethod& m, double sparsity, uint64_t seed) {
  std::string name =
      m.score + "-" + m.criterion + "-" + number(100 * sparsity, 1) + "-" + std::to_string(seed) + ".json";
  return work / name;
}

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

const std::vector<StudyMethod>& studyMethods() {
  static const std::vector<StudyMethod> methods{{"Global magnitude", "global-magnitude", "magnitude", false},
                                                {"Uniform magnitude", "uniform", "magnitude", false},
                                                {"Uniform Wanda", "uniform", "wanda", true},
                                                {"ECoFLaP + Wanda", "zeroth-order", "wanda", true}};
  return methods;
}

StudyData halvesOf(const Dataset& data) {
  StudyData halves;
  for (auto* half : {&halves.calibration, &halves.test}) {
    half->path = data.path;
    half->kind = data.kind;
    half->classNames = data.classNames;
  }
  std::map<fs::path, Dataset*> sideOf;
  int64_t groups = 0;
  for (const auto& sample : drawSamples(data, int64_t(data.samples.size()), 0).samples) {
    auto* side = groups % 2 == 0 ? &halves.calibration : &halves.test;
    if (!sample.image.empty()) {
      const auto [it, isNew] = sideOf.emplace(sample.image, side);
      groups += isNew;
      side = it->second;
    } else {
      ++groups;
    }
    side->samples.push_back(sample);
  }
  if (halves.test.samples.empty())
    throw Error(ErrorKind::InvalidInput,
                data.path.string() +
                    " cannot be divided into calibration and test data: at least two "
                    "samples, of different pictures, were expected.");
  return halves;
}

std::vector<StudyPoint> runStudy(const ModelPtr& model, const Dataset& calibration, const Dataset& test,
                                 const StudyOptions& o, const fs::path& work, const JobControl& control,
                                 const std::function<void(const StudyPoint&)>& onPoint) {
  std::error_code ec;
  if (!work.empty()) fs::create_directories(work, ec);
  std::vector<StudyPoint> points;
  int64_t total = 0;
  for (const auto& name : methodsOf(o))
    total += int64_t(o.sparsities.size() * (methodNamed(name).usesData ? o.seeds.size() : 1));
  ProgressMeter meter(control, "Study", total);
  // The stages inside report nothing: one bar for the whole study.
  JobControl quiet;
  quiet.stop = control.stop;
  std::map<uint64_t, Scores> scores;
  // The dense model is the same for all methods and seeds.
  std::optional<Evaluation> dense;

  for (const auto& name : methodsOf(o)) {
    const auto& method = methodNamed(name);
    for (uint64_t seed : method.usesData ? o.seeds : std::vector<uint64_t>{o.seeds.empty() ? 0 : o.seeds[0]})
      for (double sparsity : o.sparsities) {
        const fs::path file = work.empty() ? fs::path() : pointFile(work, method, sparsity, seed);
        StudyPoint point{name, sparsity, 0, seed, {}, {}};
        if (!file.empty() && fs::exists(file, ec)) {
          point = studyPointFromJson(readEspalierJson(file, "study-point"));
        } else {
          Evaluation evaluation;
          if (sparsity == 0) {
            if (!dense) dense = evaluateModel(*model, test, quiet);
            evaluation = *dense;
          } else {
            Plan plan;
            if (method.score == "global-magnitude") {
              plan = globalMagnitudePlan(*model, sparsity, false, quiet);
            } else if (method.score == "uniform") {
              plan = uniformPlan(*model, sparsity);
            } else {
              if (!scores.contains(seed)) {
                auto options = o.score;
                options.method = method.score;
                if (options.method != "zeroth-order") options.untilStable = 0;
                options.seed = seed;
                scores[seed] = scoreModel(*model, calibration, options, quiet);
              }
              PlanRequest request;
              request.target = sparsity;
              plan = makePlan(scores[seed], request);
            }
            auto options = o.prune;
            options.criterion = method.criterion;
            options.seed = seed;
            if (method.score == "global-magnitude") options.comparison = "matrix";
            const auto result = pruneModel(*model, plan, calibration, options, quiet);
            point.achieved = result.sparsity;
            evaluation = evaluateModel(*result.model, test, quiet, {}, model);
          }
          point.kinds = evaluation.byKind(test);
          point.metrics = evaluation.metrics;
          if (!file.empty()) writeEspalierJson(file, "study-point", toJson(point));
        }
        points.push_back(point);
        if (onPoint) onPoint(point);
        meter.advance(1, name + ", " + number(100 * sparsity, 0) + " %");
      }
  }
  return points;
}

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

std::string studyTables(const std::vector<StudyPoint>& points, const StudyOptions& o) {
  std::string out;
  const auto heading = [&](const std::string& title) {
    out += "### " + title + "\n\n| method |";
    for (double s : o.sparsities) out += " " + number(100 * s, 0) + " % |";
    out += "\n| --- |";
    for (size_t i = 0; i < o.sparsities.size(); ++i) out += " --- |";
    out += "\n";
  };
  const auto rows = [&](const auto& cell) {
    for (const auto& m : methodsOf(o)) {
      out += "| " + m + " |";
      for (double s : o.sparsities) out.append(" ").append(cell(m, s)).append(" |");
      out += "\n";
    }
    out += "\n";
  };
  const auto withDeviation = [](double mean, double deviation, int64_t seeds, int decimals) {
    return number(mean, decimals) + (seeds > 1 ? " ± " + number(deviation, decimals) : "");
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
  for (const auto& m : methodsOf(o)) {
    out += "### " + m + ": right by kind, %, mean over the seeds\n\n| kind |";
    for (double s : o.sparsities) out += " " + number(100 * s, 0) + " % |";
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
        out.append(" ").append(number(100 * meanOf(values), 1)).append(" |");
      }
      out += "\n";
    }
    out += "\n";
  }
  return out;
}

nlohmann::json toJson(const StudyPoint& p) {
  nlohmann::json j{
      {"method", p.method}, {"sparsity", p.sparsity}, {"achieved", p.achieved}, {"seed", p.seed}};
  if (!p.metrics.empty()) j["metrics"] = p.metrics;
  for (const auto& t : p.kinds)
    j["kinds"].push_back({{"kind", t.kind}, {"right", t.right}, {"total", t.total}, {"loss", t.loss}});
  return j;
}

StudyPoint studyPointFromJson(const nlohmann::json& j) {
  StudyPoint p{j.at("method"),
               j.at("sparsity"),
               j.at("achieved"),
               j.at("seed"),
               {},
               j.value("metrics", std::map<std::string, double>{})};
  for (const auto& t : j.at("kinds"))
    p.kinds.push_back({t.at("kind"), t.at("right"), t.at("total"), t.at("loss")});
  return p;
}

}  // namespace espalier
