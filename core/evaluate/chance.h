#pragma once

#include <cstdint>

namespace espalier {

// How often chance alone would part two models' answers to the same pairs as much as was seen or more, 0 ...
// 1: the exact two-sided sign test over the pairs that one of them answers right and the other does not
// (McNemar 1947). onlyFirst, onlySecond: how many pairs one alone answers right; 0 or more.
double chanceOfDifference(int64_t onlyFirst, int64_t onlySecond);

// From here on a difference is taken for chance.
constexpr double kChance = 0.05;

}  // namespace espalier
