#pragma once

#include <vector>

#include "core/engine/evaluation_task.h"

namespace espalier {

// Those pairs of a data set that a model can be asked, each with its place in the set.
struct UsablePairs {
  Dataset data;
  std::vector<std::vector<int64_t>> places;  // of each pair: itself, and further pairs with its picture that
                                             // go by its result
  std::vector<Dataset::Problem> problems;    // pictures that cannot be decoded; their pairs are left out
  bool onlyAgreement = false;  // no picture has a label: what is measured is agreement with the dense model
};

// Leaves out the pairs whose picture cannot be decoded. Of pictures without any label each stands once: the
// dense model's class is what is expected of it, whatever texts belong to it. Throws Error where nothing is
// left.
UsablePairs usablePairs(const OpenModel& model, const Dataset& dataset, const EvaluationTask& task,
                        const JobControl& control);

// Samples drawn to calibrate a model with, as drawSamples; those whose picture cannot be decoded are left out
// and told in `problems`, others drawn in their place.
Dataset drawDecodableFor(const OpenModel& model, const Dataset& calibration, int64_t count, uint64_t seed,
                         const JobControl& control, std::vector<Dataset::Problem>& problems);

// Throws Error where the samples are questions that nobody answered, by which no loss of a model that answers
// can be measured. what: what needs them, "Scoring by the loss".
void requireAnswers(const OpenModel& model, const Dataset& dataset, const std::string& what);

}  // namespace espalier
