#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/allocate/storage_size.h"
#include "core/document/recovery_record.h"
#include "core/document/study.h"
#include "core/engine/engine.h"

namespace espalier {

// What a report tells: everything of a session that somebody else needs to judge it and to do it again.
struct ReportContent {
  std::string title;
  std::string date;  // as a person writes it
  ModelInfo model;
  Dataset calibration, pairs;
  std::optional<Scores> scores;
  Plan plan;
  PruneOptions prune;
  std::optional<Evaluation> dense, pruned;
  double prunedSparsity = 0;
  std::optional<RecoveryRecord> recovery = {};  // of what `pruned` is of
  bool stale = false;                           // the answers are of an earlier plan
  std::vector<StudyPoint> sweep;
  nlohmann::json recipe;
  size_t examples = 12;  // pairs shown, those that changed first
};

struct ReportOptions {
  // Charts as <img src="chart-plan.svg"> and pictures as <img src="pair-N">, for a caller that supplies them,
  // instead of inside the file.
  bool images = true;  // false: no pictures of pairs
  bool linkCharts = false;
  // Tables in place of boxes side by side, for a reader that knows little CSS.
  bool plainLayout = false;
};

// One HTML file that needs nothing beside it: charts are SVG inside it, pictures are data of it. Pictures
// that cannot be read are left out.
std::string htmlReport(const ReportContent& content, const ReportOptions& options = {});
void writeHtmlReport(const std::filesystem::path& file, const ReportContent& content);

}  // namespace espalier
