#include "core/bench/bench.h"

#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/bench/fitting.h"
#include "core/bench/live.h"
#include "core/bench/shapes.h"
#include "core/bench/sparse_products.h"
#include "core/engine/engine.h"

namespace espalier::cli {

namespace {

std::string secondsText(double s) {
  return s < 0.1 ? fixed(1000 * s, 2) + " ms" : fixed(s, 2) + " s";
}

template <typename Report>
void show(const Report& report, const std::string& markdown, const Context& context) {
  const auto tables = toMarkdown(report);
  if (!markdown.empty()) writeFileAtomically(markdown, tables);
  std::cout << (context.json ? jsonText(toJson(report), 1) + "\n" : tables);
}

}  // namespace

// Long: one flag after another, then the report from top to bottom.
void addBench(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "bench", "Measure every stage on models with random weights, as docs/performance.md shows");
  struct Flags {
    std::string markdown;
    BenchOptions options;
    int64_t side = FittingBench().side;
    LiveBenchOptions live;
  };
  auto f = std::make_shared<Flags>();
  std::string shapes;
  for (const auto& s : benchShapes()) shapes += (shapes.empty() ? "" : ", ") + s.name;
  c->add_option("NAME", f->options.shape,
                "A shape: " + shapes +
                    "; without it the small ones. Or live: from a plan to the answers of the bundled "
                    "samples. Or sparse: products of pruned matrices. Or fitting: SparseGPT, refit, swaps, "
                    "ADMM and ALPS of one matrix");
  c->add_option("--batches", f->options.batches, "Calibration batches")->capture_default_str();
  c->add_option("--rows", f->options.rows,
                "Samples in a batch; several, as in 1,2,4: every shape with each of them")
      ->delimiter(',')
      ->capture_default_str();
  std::string stages;
  for (const auto& s : benchStages()) stages += (stages.empty() ? "" : ", ") + s.id;
  c->add_option("--stages", f->options.stages, "Only these, with commas between: " + stages)->delimiter(',');
  c->add_option("--plain-matrices", f->options.plainMatrices,
                "On how many matrices the plain loop runs (its time is scaled); 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  c->add_option("--repeats", f->options.repeats, "Of the short stages; the fastest counts")
      ->capture_default_str();
  c->add_option("--criterion", f->live.criterion, "Of live: " + namesOf(pruneCriteria()))
      ->capture_default_str();
  c->add_option("--refine", f->live.refinement, "Of live: " + namesOf(pruneRefinements()));
  c->add_option("--side", f->side, "Of fitting: rows and columns of the matrix")
      ->check(CLI::Range(16, 16384))
      ->capture_default_str();
  c->add_option("--markdown", f->markdown, "File to write the tables to");
  commands[c] = [f, c](const Context& context) {
    const auto& what = f->options.shape;
    const bool stages = what != "live" && what != "fitting" && what != "sparse";
    if (what != "live") tellEachUnread(*c, {"--criterion", "--refine"}, "only live prunes by them");
    if (what != "fitting") tellEachUnread(*c, {"--side"}, "only fitting has one matrix");
    if (!stages)
      tellEachUnread(*c, {"--batches", "--rows", "--stages", "--plain-matrices"},
                     what + " measures no stages of a shape");
    if (!stages && what != "live") tellEachUnread(*c, {"--repeats"}, what + " repeats as often as it needs");
    if (f->options.shape == "live") {
      f->live.repeats = f->options.repeats;
      return show(runLiveBench(f->live, context.control), f->markdown, context);
    }
    if (f->options.shape == "fitting")
      return show(runFittingBench(f->side, context.control), f->markdown, context);
    if (f->options.shape == "sparse") return show(runSparseBench({}, context.control), f->markdown, context);
    const auto report = runBench(f->options, context.control);
    if (!f->markdown.empty()) writeFileAtomically(f->markdown, toMarkdown(report));
    if (context.json) {
      std::cout << jsonText(toJson(report), 1) << "\n";
      return;
    }
    std::cout << report.numerics.processor << ", " << report.numerics.threads
              << " workers: " << fixed(report.gflops, 0) << " GFLOP/s, "
              << fixed(report.copyBytesPerSecond / 1e9, 1) << " GB/s copied\n";
    const auto table = [](const std::string& title, const std::vector<BenchStage>& stages) {
      Table rows({title, "time", "processor time", "of the minimum", "peak memory", "note"});
      for (const auto& s : stages)
        rows.add({s.name, secondsText(s.seconds), secondsText(s.processorSeconds),
                  s.leastSeconds > 0 ? fixed(s.seconds / s.leastSeconds, 2) : "",
                  s.peakBytes > 0 ? std::to_string(s.peakBytes >> 20) + " MiB" : "", s.note});
      std::cout << "\n" << rows.text();
    };
    for (const auto& m : report.results) {
      table(m.shape + ", " + std::to_string(m.batches) + " x " + std::to_string(m.rows) + " rows", m.stages);
      const auto* plain = m.stage("plain");
      const auto faster = [&](const char* id) {
        return fixed(m.plainOver(id), 2) + " (" + fixed(plain->seconds / m.stage(id)->seconds, 2) +
               " by the clock)";
      };
      if (m.plainOver("sweep") > 0)
        std::cout << "The sweep takes the plain loop's processor time divided by " << faster("sweep")
                  << "; of operations it saves a factor of " << fixed(m.sweepLimit(), 2) << ".\n";
      if (m.plainOver("forward") > 0)
        std::cout << "Forward mode takes it divided by " << faster("forward") << ".\n";
      if (m.plainOver("exact") > 0)
        std::cout << "The exact gradient takes it divided by " << faster("exact") << ".\n";
      if (m.exactMemoryRatio() > 0)
        std::cout << "The exact gradient's peak of memory is " << fixed(m.exactMemoryRatio(), 2)
                  << " times that of inference.\n";
    }
    if (!report.selection.empty()) table("selection, 4096 x 4096", report.selection);
  };
}

}  // namespace espalier::cli
