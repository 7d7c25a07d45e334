#pragma once

#include <cstdint>
#include <vector>

#include "core/evaluate/evaluation.h"

namespace espalier {

// By how much two models part on the same pairs, and how much of it chance explains. What is said of a
// difference is "first minus second".
struct PairedDifference {
  int64_t pairs = 0;
  int64_t rightFirst = 0, rightSecond = 0;
  int64_t onlyFirst = 0, onlySecond = 0;  // right of one alone
  double answersChance = 1;               // chanceOfDifference() of these
  double lossFirst = 0, lossSecond = 0;   // means
  double lossLow = 0, lossHigh = 0;       // of their difference: the middle 95 % of the bootstrap
  double lossChance = 1;                  // 0 ... 1, as the bootstrap has it

  double accuracyDifference() const {
    return pairs > 0 ? double(rightFirst - rightSecond) / double(pairs) : 0;
  }
  double lossDifference() const { return lossFirst - lossSecond; }
  bool answersDiffer() const;  // by more than chance explains: below kChance
  bool lossesDiffer() const;
};

// What a model said of each pair, in the order of the pairs; `loss` may hold NaN where there is none.
struct PairVerdicts {
  std::vector<bool> right;
  std::vector<double> loss;
};
PairVerdicts verdictsOf(const Evaluation& evaluation);

// The exact sign test (McNemar 1947) for answers, the paired bootstrap for losses (Efron and Tibshirani 1993,
// chapter 16; Koehn 2004): `resamples` draws of as many pairs with replacement from the counter-based
// generator, so that the same verdicts give the same numbers. lossChance is twice the share of draws whose
// difference is on the other side of 0, with one added to both counts. Pairs without a loss of both are left
// out of the losses. Throws Error (InvalidInput) where the two are not of equally many pairs, naming both
// numbers.
PairedDifference pairedDifference(const PairVerdicts& first, const PairVerdicts& second,
                                  int64_t resamples = 4000);

}  // namespace espalier
