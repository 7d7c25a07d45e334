#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace espalier {

// A step of a recovery, for a curve.
struct RecoveryPoint {
  std::string method;
  std::string block;  // empty: the whole model
  int64_t step = 0, steps = 0;
  double loss = 0;                                            // of the step's samples; NaN at step 0
  double heldOut = std::numeric_limits<double>::quiet_NaN();  // of the samples held out; NaN: not measured
};

// What became of a block, or of the whole model.
struct RecoveryReport {
  std::string method;
  std::string block;             // empty: the whole model
  std::string measure;           // what before and after are: "relative error", "KL divergence", "loss"
  double before = 0, after = 0;  // of the samples held out
  int64_t steps = 0;             // done
  int64_t bestStep = 0;          // whose weights were kept; 0: those it began with
  int64_t parameters = 0;        // that were trained: kept weights, biases, norm weights
  int64_t numbers = 0;           // that the training samples give to fit to
  std::string note;              // what a person should know; mostly empty
  std::vector<RecoveryPoint> curve = {};
};

}  // namespace espalier
