#include "library/convert.h"

#include <cmath>
#include <limits>

#include "core/allocate/allocator.h"
#include "library/names.h"

namespace espalier::api {

namespace {

JournalOptions journalOf(const Keep& keep) {
  JournalOptions journal;
  journal.path = keep.path;
  journal.restart = keep.restart;
  return journal;
}

std::string patternOf(const Pattern& pattern) {
  if (pattern.keep == 0 && pattern.of == 0) return "unstructured";
  return std::to_string(pattern.keep) + ":" + std::to_string(pattern.of);
}

// Unknown errors are NaN in the engine.
double errorOf(const std::optional<double>& error) {
  return error.value_or(std::numeric_limits<double>::quiet_NaN());
}
std::optional<double> errorFrom(double error) {
  return std::isnan(error) ? std::nullopt : std::optional(error);
}

std::map<std::string, double> statisticsOf(const std::map<Allocator, double>& statistics) {
  std::map<std::string, double> out;
  for (const auto& [allocator, value] : statistics) {
    const auto& key = allocatorNamed(nameIn(kAllocators, allocator)).key;
    if (!key.empty()) out[key] = value;
  }
  return out;
}
std::map<Allocator, double> statisticsFrom(const std::map<std::string, double>& statistics) {
  std::map<Allocator, double> out;
  for (const auto& a : allocators())
    if (const auto it = statistics.find(a.key); !a.key.empty() && it != statistics.end())
      if (const auto known = valueIn(kAllocators, a.name)) out[*known] = it->second;
  return out;
}

}  // namespace

std::string parameterNameOf(Allocator allocator) {
  const auto& known = allocatorNamed(nameIn(kAllocators, allocator));
  if (known.options.size() != 1)
    throw espalier::Error(espalier::ErrorKind::InvalidInput,
                          "The allocator " + known.name + " takes no parameter.");
  return known.options.front().name;
}

espalier::ScoreOptions toEngine(const ScoreOptions& o) {
  espalier::ScoreOptions out;
  out.method = nameIn(kScoreMethods, o.method);
  out.samples = o.samples, out.batchSize = o.batchSize, out.draws = o.draws;
  out.eps = o.eps, out.seed = o.seed;
  out.includeBridge = o.includeBridge, out.statistics = o.statistics;
  out.untilStable = o.untilStable, out.stableTarget = o.stableTarget;
  out.rescore = o.rescore;
  out.journal = journalOf(o.keep);
  return out;
}

espalier::PruneOptions toEngine(const PruneOptions& o) {
  espalier::PruneOptions out;
  out.criterion = nameIn(kCriteria, o.criterion);
  out.pattern = patternOf(o.pattern);
  out.comparison = nameIn(kComparisons, o.comparison);
  out.inputs = nameIn(kCalibrationInputs, o.inputs);
  for (const auto r : o.refinements) {
    if (!out.refinement.empty()) out.refinement += ',';
    out.refinement += nameIn(kRefinements, r);
  }
  out.fit = nameIn(kFitTargets, o.fit);
  out.pictureShare = o.pictureTokens;
  out.official = o.official;
  out.samples = o.samples, out.batchSize = o.batchSize, out.seed = o.seed;
  out.journal = journalOf(o.keep);
  return out;
}

espalier::AnswerOptions toEngine(const EvaluationOptions& o) {
  espalier::AnswerOptions out;
  out.task = nameIn(kTasks, o.task);
  out.beams = o.beams, out.lengthPenalty = o.lengthPenalty;
  out.prompt = o.prompt, out.templates = o.templates;
  out.journal = journalOf(o.keep);
  return out;
}

espalier::DataOptions toEngine(const DataOptions& o) {
  espalier::DataOptions out;
  out.format = nameIn(kDataFormats, o.format);
  out.split = o.split;
  out.pictures = o.pictures;
  out.columns = {o.columns.picture, o.columns.question, o.columns.text};
  return out;
}

espalier::PromptForm toEngine(PromptForm form) {
  return promptFormNamed(nameIn(kPromptForms, form), "The prompt form");
}

espalier::Scores toEngine(const Scores& s) {
  espalier::Scores out;
  out.method = nameIn(kScoreMethods, s.method);
  out.model = s.model, out.data = s.data;
  out.samples = s.samples, out.batchSize = s.batchSize, out.draws = s.draws;
  out.eps = s.eps, out.seed = s.seed;
  for (const auto& m : s.matrices) {
    espalier::MatrixScore score;
    score.matrix = m.matrix, score.block = m.block;
    score.component = nameIn(kComponents, m.component);
    score.parameters = m.parameters;
    score.score = m.score, score.standardError = errorOf(m.standardError);
    score.statistics = statisticsOf(m.statistics);
    out.matrices.push_back(std::move(score));
  }
  return out;
}

Scores fromEngine(const espalier::Scores& s) {
  Scores out;
  out.method = valueOf(kScoreMethods, s.method, "scoring method");
  out.model = s.model, out.data = s.data;
  out.samples = s.samples, out.batchSize = s.batchSize, out.draws = s.draws;
  out.eps = s.eps, out.seed = s.seed;
  for (const auto& m : s.matrices)
    out.matrices.push_back({m.matrix, m.block, valueOf(kComponents, m.component, "component"), m.parameters,
                            m.score, errorFrom(m.standardError), statisticsFrom(m.statistics)});
  return out;
}

espalier::Plan toEngine(const Plan& p) {
  espalier::Plan out;
  out.target = p.target, out.cap = p.cap;
  out.granularity = granularityNamed(nameIn(kGranularities, p.granularity));
  out.aggregate = aggregateNamed(nameIn(kAggregates, p.aggregate));
  out.allocator = p.allocator ? nameIn(kAllocators, *p.allocator) : std::string();
  if (p.allocator && p.parameter) out.options[parameterNameOf(*p.allocator)] = *p.parameter;
  for (const auto& g : p.groups) {
    PlanGroup group;
    group.name = g.name;
    if (g.component) group.component = nameIn(kComponents, *g.component);
    group.parameters = g.parameters;
    group.score = g.score, group.standardError = errorOf(g.standardError);
    group.sparsity = g.sparsity, group.pinned = g.pinned;
    group.matrices = g.matrices;
    group.statistics = statisticsOf(g.statistics);
    out.groups.push_back(std::move(group));
  }
  checkPlan(out);
  return out;
}

Plan fromEngine(const espalier::Plan& p) {
  Plan out;
  out.target = p.target, out.cap = p.cap;
  out.granularity = valueOf(kGranularities, nameOf(p.granularity), "granularity");
  out.aggregate = valueOf(kAggregates, nameOf(p.aggregate), "aggregate");
  if (!p.allocator.empty()) out.allocator = valueOf(kAllocators, p.allocator, "allocator");
  if (out.allocator && !p.options.empty()) {
    const auto it = p.options.find(parameterNameOf(*out.allocator));
    if (it != p.options.end()) out.parameter = it->second;
  }
  for (const auto& g : p.groups) {
    Group group;
    group.name = g.name;
    if (!g.component.empty()) group.component = valueOf(kComponents, g.component, "component");
    group.parameters = g.parameters;
    group.score = g.score, group.standardError = errorFrom(g.standardError);
    group.sparsity = g.sparsity, group.pinned = g.pinned;
    group.matrices = g.matrices;
    group.statistics = statisticsFrom(g.statistics);
    out.groups.push_back(std::move(group));
  }
  return out;
}

ModelInfo fromEngine(const espalier::ModelInfo& info) {
  ModelInfo out;
  out.folder = info.folder;
  out.name = info.name, out.family = info.family;
  out.parameters = info.parameters, out.prunableParameters = info.prunableParameters;
  out.fileBytes = info.fileBytes;
  if (info.sparsity >= 0) out.sparsity = info.sparsity;
  out.warnings = info.warnings;
  for (const auto& b : info.blocks) {
    Block block{b.name, valueOf(kComponents, nameOf(b.component), "component"), b.prunedByDefault, {}};
    for (const auto& m : b.matrices) block.matrices.push_back({m.name, m.rows, m.columns});
    out.blocks.push_back(std::move(block));
  }
  return out;
}

PairResult fromEngine(const espalier::PairResult& p) {
  return {p.sample, p.answer, p.right, p.loss, p.score, p.pictureRank, p.textRank};
}

Evaluation fromEngine(const espalier::Evaluation& e) {
  Evaluation out;
  out.task = valueOf(kTasks, e.task, "task");
  for (const auto& p : e.pairs) out.pairs.push_back(fromEngine(p));
  out.metrics = e.metrics;
  const auto all = e.overall();
  const auto interval = wilsonInterval(all.right, all.total);
  out.right = all.right, out.total = all.total;
  out.low = interval.low, out.high = interval.high;
  out.loss = all.loss;
  out.onlyAgreement = e.onlyAgreement;
  out.problems = fromEngine(e.problems);
  out.seconds = e.seconds;
  return out;
}

std::vector<Problem> fromEngine(const std::vector<Dataset::Problem>& problems) {
  std::vector<Problem> out;
  out.reserve(problems.size());
  for (const auto& p : problems) out.push_back({p.place, p.what});
  return out;
}

}  // namespace espalier::api
