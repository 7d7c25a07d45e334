#pragma once

#include <string>
#include <vector>

#include "core/allocate/plan.h"
#include "core/document/study.h"

namespace espalier {

// Charts as SVG text, for reports: the same figures as on screen, without a window. Colours are fixed, for
// white paper, and safe for colour-blind people; text is the reader's sans-serif.

// Importance with its error bars above (left out where the plan has no scores), sparsity below, one column
// for each group, with lines at target and cap.
std::string planSvg(const Plan& plan, bool scored, int width = 860, int height = 420);

// Accuracy against sparsity, a line for each method over the mean of its seeds.
std::string sweepSvg(const std::vector<StudyPoint>& points, int width = 860, int height = 380);

// Escapes text for HTML or SVG.
std::string escaped(const std::string& text);

}  // namespace espalier
