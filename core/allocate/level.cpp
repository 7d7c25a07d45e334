#include "core/allocate/level.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace espalier {

namespace {

// Adds what is missing to the lines that do not move, in proportion to the room they have left.
void spread(const std::vector<LevelLine>& lines, const std::vector<bool>& moves, double missing,
            std::vector<double>& values) {
  double room = 0;
  for (size_t i = 0; i < lines.size(); ++i)
    if (!moves[i]) room += missing > 0 ? lines[i].high - values[i] : values[i] - lines[i].low;
  if (room <= 0) return;
  const double part = std::min(1.0, std::abs(missing) / room);
  for (size_t i = 0; i < lines.size(); ++i)
    if (!moves[i]) values[i] += part * ((missing > 0 ? lines[i].high : lines[i].low) - values[i]);
}

}  // namespace

std::vector<double> fillToTotal(const std::vector<LevelLine>& lines, double total) {
  // The scale of the slopes is free; 1 for the greatest keeps the corners finite. Slopes vanishing beside it
  // count as 0.
  double greatest = 0;
  for (const auto& line : lines) greatest = std::max(greatest, line.slope);

  std::vector<bool> moves(lines.size());
  std::vector<double> slopes(lines.size()), values(lines.size());
  std::vector<double> corners;  // where a line starts or stops to rise
  corners.reserve(2 * lines.size());
  double sum = 0, most = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    slopes[i] = greatest > 0 ? line.slope / greatest : 0;
    moves[i] = slopes[i] > 1e-290;
    values[i] = moves[i] ? line.low : std::clamp(line.start, line.low, line.high);
    sum += values[i];
    most += moves[i] ? line.high : values[i];
    if (!moves[i]) continue;
    corners.push_back((line.low - line.start) / slopes[i]);
    corners.push_back((line.high - line.start) / slopes[i]);
  }
  if (total <= sum || total >= most) {
    for (size_t i = 0; i < lines.size(); ++i)
      if (moves[i]) values[i] = total <= sum ? lines[i].low : lines[i].high;
    spread(lines, moves, total - (total <= sum ? sum : most), values);
    return values;
  }

  // Between two neighbouring corners every line is straight: find the pair around the total, then one
  // division. Sums are taken anew at each corner looked at; running sums would lose lines that are 1e-16 as
  // steep as the rest.
  std::sort(corners.begin(), corners.end());
  const auto valueAt = [&](size_t i, double x) {
    return std::clamp(lines[i].start + slopes[i] * x, lines[i].low, lines[i].high);
  };
  const auto sumAt = [&](double x) {
    double at = 0;
    for (size_t i = 0; i < lines.size(); ++i) at += moves[i] ? valueAt(i, x) : values[i];
    return at;
  };
  const auto above =
      std::partition_point(corners.begin(), corners.end(), [&](double x) { return sumAt(x) < total; });
  double x = above == corners.end() ? corners.back() : *above;
  if (above != corners.begin() && above != corners.end()) {
    const double from = *(above - 1), to = x;
    double slope = 0;
    for (size_t i = 0; i < lines.size(); ++i)
      if (moves[i] && (lines[i].low - lines[i].start) / slopes[i] <= from &&
          (lines[i].high - lines[i].start) / slopes[i] >= to)
        slope += slopes[i];
    if (slope > 0) x = std::min(to, from + (total - sumAt(from)) / slope);
  }
  for (size_t i = 0; i < lines.size(); ++i)
    if (moves[i]) values[i] = valueAt(i, x);
  return values;
}

}  // namespace espalier
