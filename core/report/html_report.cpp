#include "core/report/html_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

#include "core/base/file.h"
#include "core/base/fixed_text.h"
#include "core/base/json_text.h"
#include "core/engine/prunable_blocks.h"
#include "core/report/data_uri.h"
#include "core/report/svg_chart.h"

namespace espalier {

namespace {

constexpr const char* kStyle = R"(
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2024; max-width: 900px; margin: 32px auto; padding: 0 20px; }
h1 { font-size: 26px; margin-bottom: 4px; } h2 { font-size: 19px; margin-top: 34px; border-bottom: 1px solid #d9dce1; }
table { border-collapse: collapse; margin: 10px 0; } td, th { padding: 3px 14px 3px 0; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } th { font-weight: 600; border-bottom: 1px solid #d9dce1; }
.muted { color: #5f6671; } .right { color: #007a59; } .wrong { color: #b84300; } svg { max-width: 100%; height: auto; }
.pair { display: inline-block; width: 270px; vertical-align: top; margin: 0 12px 16px 0; }
.pair img { width: 96px; height: 96px; object-fit: contain; float: left; margin-right: 10px; image-rendering: pixelated; }
.said { overflow: hidden; }
pre { background: #f3f4f6; padding: 12px; overflow-x: auto; font-size: 12.5px; }
)";

std::string percent(double fraction, int decimals = 1) {
  return fixedText(100 * fraction, decimals) + " %";
}

std::string count(int64_t n) {
  std::string digits = std::to_string(n);
  for (int at = int(digits.size()) - 3; at > (n < 0 ? 1 : 0); at -= 3) digits.insert(size_t(at), "\u202f");
  return digits;
}

std::string megabytes(int64_t bytes) {
  return fixedText(double(bytes) / 1e6, bytes < 10'000'000 ? 2 : 1) + " MB";
}

class Html {
 public:
  std::string text;

  void heading(const std::string& words) { text += "<h2>" + escaped(words) + "</h2>\n"; }
  void paragraph(const std::string& words, const char* kind = "") {
    text += std::string("<p") + (*kind ? std::string(" class=\"") + kind + "\"" : "") + ">" + escaped(words) +
            "</p>\n";
  }
  void facts(const std::vector<std::pair<std::string, std::string>>& rows) {
    text += "<table>\n";
    for (const auto& [name, value] : rows)
      if (!value.empty())
        text += "<tr><td class=\"muted\">" + escaped(name) + "</td><td>" + escaped(value) + "</td></tr>\n";
    text += "</table>\n";
  }
};

// What was measured over all pairs: recall, perplexity, agreement.
void addMetrics(Html& html, const ReportContent& c) {
  std::map<std::string, std::pair<std::string, std::string>> values;
  const auto shortened = [](double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", value);
    return std::string(text);
  };
  if (c.dense)
    for (const auto& [name, value] : c.dense->metrics) values[name].first = shortened(value);
  if (c.pruned)
    for (const auto& [name, value] : c.pruned->metrics) values[name].second = shortened(value);
  if (values.empty()) return;
  html.text += "<table><tr><th>Measure</th><th class=\"n\">Dense</th><th class=\"n\">Pruned</th></tr>\n";
  for (const auto& [name, both] : values)
    html.text += "<tr><td>" + escaped(name) + "</td><td class=\"n\">" + both.first + "</td><td class=\"n\">" +
                 both.second + "</td></tr>\n";
  html.text += "</table>\n";
}

// A language model says nothing that is right or wrong.
bool isJudged(const ReportContent& c) {
  const auto& any = c.dense ? c.dense : c.pruned;
  return !any || evaluationColumns(any->task).right;
}

// What each method made of each block, or of the whole.
void addRecovery(Html& html, const RecoveryRecord& recovery) {
  if (recovery.stopped)
    html.paragraph("The recovery was stopped on the way; what it had reached was kept.", "muted");
  html.text +=
      "<table><tr><th>Recovery</th><th>Block</th><th>Measure</th><th class=\"n\">Before</th><th "
      "class=\"n\">After</th><th class=\"n\">Steps</th></tr>\n";
  for (const auto& r : recovery.reports) {
    char before[40], after[40];
    std::snprintf(before, sizeof before, "%.4g", r.before);
    std::snprintf(after, sizeof after, "%.4g", r.after);
    html.text += "<tr><td>" + escaped(r.method) + "</td><td>" + escaped(r.block.empty() ? "all" : r.block) +
                 "</td><td>" + escaped(r.measure) + "</td><td class=\"n\">" + before +
                 "</td><td class=\"n\">" + after + "</td><td class=\"n\">" + std::to_string(r.steps) +
                 "</td></tr>\n";
  }
  html.text += "</table>\n";
  for (const auto& r : recovery.reports)
    if (!r.note.empty())
      html.paragraph(r.method + (r.block.empty() ? "" : ", " + r.block) + ": " + r.note, "muted");
  for (const auto& warning : recovery.warnings) html.paragraph(warning, "muted");
}

void addResults(Html& html, const ReportContent& c) {
  html.heading("Before and after");
  if (!c.dense && !c.pruned) return html.paragraph("The model has not been asked yet.", "muted");
  if (c.stale) html.paragraph("These answers are of an earlier plan than the one shown above.", "wrong");
  const auto& evaluation = c.pruned ? *c.pruned : *c.dense;
  for (const auto& p : evaluation.problems)
    html.paragraph("The picture " + p.place + " cannot be read and is left out: " + p.what + ".", "muted");
  if (evaluation.onlyAgreement)
    html.paragraph(
        "No picture has a label that the model knows. What is counted is how many pictures get the "
        "class that the dense model gives them.");
  if (!isJudged(c)) return addMetrics(html, c);
  html.text +=
      "<table><tr><th>Questions</th><th class=\"n\">Pairs</th><th class=\"n\">Dense</th><th "
      "class=\"n\">Pruned</th>"
      "<th class=\"n\">95 % interval</th><th class=\"n\">Loss, dense</th><th class=\"n\">Loss, "
      "pruned</th></tr>\n";
  const auto row = [&](const std::string& kind, const Evaluation::Tally* dense,
                       const Evaluation::Tally* pruned) {
    const auto* any = dense ? dense : pruned;
    const auto cell = [&](const std::string& words) { html.text += "<td class=\"n\">" + words + "</td>"; };
    html.text += "<tr><td>" + escaped(kind) + "</td>";
    cell(std::to_string(any->total));
    cell(dense ? percent(dense->accuracy()) : "");
    cell(pruned ? percent(pruned->accuracy()) : "");
    if (pruned) {
      const auto [low, high] = wilsonInterval(pruned->right, pruned->total);
      cell(fixedText(100 * low, 0) + "\u2013" + fixedText(100 * high, 0) + " %");
    } else {
      cell("");
    }
    cell(dense ? fixedText(dense->loss, 3) : "");
    cell(pruned ? fixedText(pruned->loss, 3) : "");
    html.text += "</tr>\n";
  };
  const auto tally = [&](const std::optional<Evaluation>& e) {
    return e ? std::optional(e->overall()) : std::optional<Evaluation::Tally>();
  };
  const auto dense = tally(c.dense), pruned = tally(c.pruned);
  row("All", dense ? &*dense : nullptr, pruned ? &*pruned : nullptr);
  const auto kindsOf = [&](const std::optional<Evaluation>& e) {
    return e ? e->byKind(c.pairs) : std::vector<Evaluation::Tally>{};
  };
  const auto before = kindsOf(c.dense), after = kindsOf(c.pruned);
  for (const auto& b : before.empty() ? after : before) {
    const auto find = [&](const std::vector<Evaluation::Tally>& all) -> const Evaluation::Tally* {
      for (const auto& t : all)
        if (t.kind == b.kind) return &t;
      return nullptr;
    };
    if (b.kind.empty() && before.size() + after.size() <= 2) break;  // as all
    row(b.kind.empty() ? "(no kind)" : b.kind, find(before), find(after));
  }
  html.text += "</table>\n";
  addMetrics(html, c);
}

void addPairs(Html& html, const ReportContent& c, const ReportOptions& options) {
  if (!c.dense || !c.pruned || c.pairs.samples.empty() || !isJudged(c)) return;
  struct Shown {
    size_t sample;
    int rank;
    const PairResult *dense, *pruned;
  };
  std::vector<const PairResult*> dense(c.pairs.samples.size()), pruned(c.pairs.samples.size());
  for (const auto& p : c.dense->pairs)
    if (size_t(p.sample) < dense.size()) dense[size_t(p.sample)] = &p;
  for (const auto& p : c.pruned->pairs)
    if (size_t(p.sample) < pruned.size()) pruned[size_t(p.sample)] = &p;
  std::vector<Shown> shown;
  for (size_t i = 0; i < dense.size(); ++i)
    if (dense[i] && pruned[i])
      shown.push_back({i,
                       dense[i]->right && !pruned[i]->right   ? 0
                       : !dense[i]->right && pruned[i]->right ? 1
                                                              : 2,
                       dense[i], pruned[i]});
  std::stable_sort(shown.begin(), shown.end(),
                   [](const Shown& a, const Shown& b) { return a.rank < b.rank; });
  const auto changed = std::count_if(shown.begin(), shown.end(), [](const Shown& s) { return s.rank < 2; });
  if (shown.size() > c.examples) shown.resize(c.examples);
  html.heading("Example pairs");
  html.paragraph(std::to_string(changed) + " of " + std::to_string(dense.size()) +
                     " answers turned from right to wrong or from wrong to right; those come first.",
                 "muted");
  for (const auto& s : shown) {
    const Sample& sample = c.pairs.samples[s.sample];
    const bool plain = options.plainLayout;
    html.text += plain ? "<table><tr><td width=\"108\">" : "<div class=\"pair\">";
    if (options.images && !sample.image.empty())
      if (const std::string uri = dataUri(sample.image); !uri.empty())
        html.text += "<img alt=\"\" src=\"" + uri + "\">";
    html.text += plain ? "</td><td>" : "<div class=\"said\">";
    const auto answer = [](const char* who, const PairResult& r) {
      return std::string("<br><span class=\"muted\">") + who + "</span> <span class=\"" +
             (r.right ? "right" : "wrong") + "\">" + (r.right ? "\u2713 " : "\u2717 ") + escaped(r.answer) +
             "</span>";
    };
    if (!sample.question.empty()) html.text += "<b>" + escaped(sample.question) + "</b><br>";
    html.text += "<span class=\"muted\">expected</span> " +
                 escaped(s.dense->expected.empty() ? sample.answer : s.dense->expected) +
                 answer("dense", *s.dense) + answer("pruned", *s.pruned) +
                 (plain ? "</td></tr></table>\n" : "</div></div>\n");
  }
}

}  // namespace

// Long: the sections in the order of the page.
std::string htmlReport(const ReportContent& c, const ReportOptions& options) {
  Html html;
  html.text = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>" +
              escaped(c.title) + "</title>\n<style>" + kStyle + "</style></head><body>\n<h1>" +
              escaped(c.title) + "</h1>\n";
  html.paragraph(c.date + " \u00b7 Espalier", "muted");

  html.heading("Model");
  html.facts(
      {{"Folder", c.model.folder.string()},
       {"Family", c.model.family},
       {"Parameters", count(c.model.parameters)},
       {"Prunable",
        count(c.model.prunableParameters) + " in " + std::to_string(prunableBlocks(c.model)) + " blocks"},
       {"Calibration pairs", c.calibration.samples.empty() ? std::string()
                                                           : std::to_string(c.calibration.samples.size()) +
                                                                 ", " + c.calibration.path.string()},
       {"Test pairs", c.pairs.samples.empty()
                          ? std::string()
                          : std::to_string(c.pairs.samples.size()) + ", " + c.pairs.path.string()}});

  html.heading("Method");
  std::vector<std::pair<std::string, std::string>> method{
      {"Scores", c.scores ? c.scores->method + ", " + std::to_string(c.scores->samples) + " samples, seed " +
                                std::to_string(c.scores->seed)
                          : std::string("not scored")},
      {"Shared by", c.plan.allocator.empty() ? std::string("imported") : c.plan.allocator},
      {"Granularity", nameOf(c.plan.granularity)}};
  for (const auto& field : pruneFields())
    method.emplace_back(field.title, option_fields::titleOfValue(field, c.prune));
  if (c.recovery)
    for (const auto& field : recoverFields())
      if (usesOption(c.recovery->options, field.key))
        method.emplace_back(field.title, option_fields::titleOfValue(field, c.recovery->options));
  html.facts(method);
  if (c.recovery) addRecovery(html, *c.recovery);

  html.heading("Plan");
  const auto storage = storageSize(c.plan, c.prune.pattern);
  int pinned = 0;
  for (const auto& g : c.plan.groups) pinned += g.pinned;
  html.facts(
      {{"Target", percent(c.plan.target)},
       {"Cap", percent(c.plan.cap)},
       {"Achieved", percent(c.plan.achievedSparsity(), 2) + " of " + count(c.plan.parameters()) + " weights"},
       {"Pinned by hand",
        pinned ? std::to_string(pinned) + " of " + std::to_string(c.plan.groups.size()) : ""},
       {"Size of these weights", megabytes(storage.denseBytes) + " dense, about " +
                                     megabytes(storage.compressedBytes) + " with zeros left out"}});
  html.text +=
      options.linkCharts ? "<p><img src=\"chart-plan.svg\"></p>\n" : planSvg(c.plan, c.scores.has_value());
  html.paragraph(
      "An exported checkpoint keeps its size: it stores zeros as it stores other weights. A packer, or a "
      "format "
      "with a bit for each place, stores them in less room. Matrix products take as long with zeros as "
      "without, "
      "whatever the pattern, unless the program that runs them is made for sparse weights.",
      "muted");

  addResults(html, c);
  if (!c.sweep.empty()) {
    html.heading("Accuracy against sparsity");
    html.text += options.linkCharts ? "<p><img src=\"chart-sweep.svg\"></p>\n" : sweepSvg(c.sweep);
  }
  addPairs(html, c, options);

  html.heading("Sparsity of every group");
  html.text += "<table><tr><th>Group</th><th>Component</th><th class=\"n\">Weights</th>";
  if (c.scores) html.text += "<th class=\"n\">Importance</th>";
  html.text += "<th class=\"n\">Sparsity</th></tr>\n";
  for (const auto& g : c.plan.groups) {
    html.text += "<tr><td>" + escaped(g.name) + "</td><td>" + escaped(g.component) + "</td><td class=\"n\">" +
                 count(g.parameters) + "</td>";
    if (c.scores) {
      char score[40];
      std::snprintf(score, sizeof score, "%.4g", g.score);
      html.text += std::string("<td class=\"n\">") + score + "</td>";
    }
    html.text += "<td class=\"n\">" + percent(g.sparsity) + (g.pinned ? " pinned" : "") + "</td></tr>\n";
  }
  html.text += "</table>\n";
  html.heading("Recipe");
  html.paragraph("Saved as a file, espalier-cli run does all of it again.", "muted");
  html.text += "<pre>" + escaped(jsonText(c.recipe, 2)) + "</pre>\n</body></html>\n";
  return html.text;
}

void writeHtmlReport(const std::filesystem::path& file, const ReportContent& content) {
  writeFileAtomically(file, htmlReport(content));
}

}  // namespace espalier
