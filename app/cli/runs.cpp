#include "core/document/runs.h"

#include <algorithm>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/cli/unread.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/bench/measure.h"
#include "core/evaluate/evaluation.h"

namespace espalier::cli {

namespace {

struct Flags {
  std::string file, folder, answers, measurement, name, notes, import, front = "bytes";
  std::vector<std::string> tags;
  double seconds = -1;
  bool measure = false, csv = false;
};

// The run that the flags tell of.
espalier::Run runOf(const Flags& f, const JobControl& control) {
  espalier::Run run = runOfFolder(f.folder);
  if (!f.name.empty()) run.name = f.name;
  run.notes = f.notes;
  run.tags = f.tags;
  if (f.seconds >= 0) run.seconds = f.seconds;
  if (!f.answers.empty()) addEvaluation(run, f.answers);
  if (!f.measurement.empty()) addMeasurement(run, f.measurement);
  if (f.measure) run.measured = measureModel(f.folder, {}, control);
  return run;
}

std::string tableOf(const RunsTable& table, const std::vector<size_t>& front) {
  Table rows({"run", "criterion", "recovery", "sparsity", "accuracy", "95 %", "size", "peak memory", "speed",
              "took", "front"});
  for (size_t i = 0; i < table.runs.size(); ++i) {
    const auto& r = table.runs[i];
    const auto accuracy = r.accuracy();
    const auto interval = accuracy ? wilsonInterval(*r.right, r.total) : Interval{};
    const auto mebibytes = [](int64_t bytes) { return fixed(double(bytes) / (1 << 20), 1) + " MiB"; };
    rows.add({r.name, r.criterion, r.recovery.empty() ? "none" : r.recovery, percent(r.sparsity),
              accuracy ? percent(*accuracy) : "",
              accuracy ? percent(interval.low) + " to " + percent(interval.high) : "", mebibytes(r.fileBytes),
              r.measured && r.measured->peakBytes > 0 ? mebibytes(r.measured->peakBytes) : "",
              r.measured ? fixed(r.measured->perSecond.median, 1) + " " + r.measured->unit + "/s" : "",
              r.seconds ? fixed(*r.seconds, 1) + " s" : "",
              std::find(front.begin(), front.end(), i) != front.end() ? "*" : ""});
  }
  return rows.text();
}

}  // namespace

void addRuns(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "runs", "Keep a table of pruned models: what each can do and what it takes, the best marked");
  auto f = std::make_shared<Flags>();
  c->add_option("FILE", f->file, "The table; made with the first run")->required();
  auto* add = c->add_option("--add", f->folder, "Folder of a pruned model to add, or to update");
  for (auto* option :
       {c->add_option("--answers", f->answers, "What evaluate --out wrote of it"),
        c->add_option("--measurement", f->measurement, "What measure --json printed of it"),
        c->add_flag("--measure", f->measure, "Measure it now, as measure does"),
        c->add_option("--seconds", f->seconds, "How long it took to make")->check(CLI::NonNegativeNumber),
        c->add_option("--name", f->name, "Its name; the folder's otherwise"),
        c->add_option("--notes", f->notes, "A text about it"),
        c->add_option("--tags", f->tags, "Words about it, with commas between")->delimiter(',')})
    option->needs(add);
  c->add_option("--import", f->import, "Another table whose runs are added");
  c->add_option("--front", f->front,
                "What the best are marked by, beside accuracy: bytes, weights (those that are not zero) or "
                "time (of a token, "
                "picture or text)")
      ->check(CLI::IsMember({"bytes", "weights", "time"}))
      ->capture_default_str();
  c->add_flag("--csv", f->csv, "Print the table as CSV");
  commands[c] = [f, c](const Context& context) {
    // Before anything is measured: a file that is none is told at once.
    auto table = readRuns(f->file);
    if (f->folder.empty() && f->import.empty() && !std::filesystem::exists(f->file))
      throw Error(ErrorKind::InvalidInput, f->file + " does not exist; --add MODEL begins it.");
    std::optional<RunsTable> others;
    if (!f->import.empty()) {
      if (!std::filesystem::exists(f->import))
        throw Error(ErrorKind::InvalidInput, "--import " + f->import + " does not exist.");
      others = readRuns(f->import);
    }
    std::optional<espalier::Run> added;
    if (!f->folder.empty()) added = runOf(*f, context.control);
    if (added || others)
      table = changeRuns(f->file, [&](RunsTable& now) {
        if (others) std::cerr << now.take(*others) << " runs taken from " << f->import << "\n";
        if (added) now.put(*added);
      });
    if (f->csv) {
      tellEachUnread(*c, {"--front"}, "the table as CSV marks no best ones");
      std::cout << toCsv(table);
      return;
    }
    const auto cost = f->front == "bytes"     ? RunCost::Bytes
                      : f->front == "weights" ? RunCost::KeptWeights
                                              : RunCost::SecondsForEach;
    const auto front = paretoFront(table, cost);
    if (context.json) {
      auto json = readJsonFile(f->file);
      json["front"] = nlohmann::json::array();
      for (const auto i : front) json["front"].push_back(table.runs[i].id);
      std::cout << jsonText(json, 1) << "\n";
      return;
    }
    std::cout << tableOf(table, front)
              << "* no other run of the same data is at least as good and as small, and better in one.\n";
  };
}

}  // namespace espalier::cli
