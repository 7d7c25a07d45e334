#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/document/study.h"

namespace espalier {

// A method at a sparsity, over its seeds, beside the best method there.
struct StudyRow {
  std::string method;
  double sparsity = 0;
  int64_t seeds = 0;
  double accuracy = 0, loss = 0;         // means over the seeds, of all pairs
  double seconds = 0;                    // mean; 0: not known
  int64_t bytes = 0;                     // 0: not known
  bool best = false;                     // at this sparsity
  std::optional<PairedDifference> away;  // this one minus the best; nothing for the best, or where not known
};

// Whether answers of these points are right or wrong at all: those of a language model are neither.
bool answersAreJudged(const std::vector<StudyPoint>& points);

// Rows by sparsity above 0, the best of each first. judged: whether answers are right or wrong; then the best
// has most of them right, else the least loss.
std::vector<StudyRow> comparedMethods(const std::vector<StudyPoint>& points, bool judged);

// Whether what parts a row from the best is more than chance explains; by answers where these are judged.
bool isWorse(const StudyRow& row, bool judged);

// The rows as a table in Markdown; empty where there are no two methods at one sparsity.
std::string comparisonTable(const std::vector<StudyPoint>& points, bool judged);

}  // namespace espalier
