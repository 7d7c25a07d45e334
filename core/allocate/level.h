#pragma once

#include <vector>

namespace espalier {

// One bounded straight line of the level problem below: its value at x is clamp(start + slope x, low, high).
struct LevelLine {
  double start = 0;
  double slope = 0;  // 0 or more
  double low = 0;
  double high = 0;
};

// The values of all lines at the one x where they sum to `total`. Every sharing rule of this folder is such a
// problem: a share that fills up and is shared again, a profile shifted or stretched until it costs what may
// be spent. Exact (the sum is piecewise linear in x and its corners are visited in order), O(n log n), no
// iteration limit. A total below the least or above the greatest sum gives the values at that end; where
// lines of slope 0 stand between the moving lines' greatest sum and the total, they take the difference in
// proportion to their room.
std::vector<double> fillToTotal(const std::vector<LevelLine>& lines, double total);

}  // namespace espalier
