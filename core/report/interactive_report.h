#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/report/plan_grid.h"

namespace espalier {

// A page that is explored without the program: one HTML file with the grid of plans inside, no server and no
// network. Target and components are moved with the mouse or with keys; answers, charts and counts follow.
struct InteractiveContent {
  std::string title;
  std::string date;  // as a person writes it
  ModelInfo model;
  PruneOptions prune;
  PlanGrid grid;
};

struct InteractiveOptions {
  // Pictures are put into the page as long as all of them together take no more; the others are left out, and
  // the page says so.
  int64_t pictureBytes = int64_t(8) << 20;
};

// What the page holds, as docs/formats.md describes it ("espalier/interactive-report", version 1).
nlohmann::json interactiveData(const InteractiveContent& content, const InteractiveOptions& options = {});
std::string interactiveReport(const InteractiveContent& content, const InteractiveOptions& options = {});
void writeInteractiveReport(const std::filesystem::path& file, const InteractiveContent& content,
                            const InteractiveOptions& options = {});

}  // namespace espalier
