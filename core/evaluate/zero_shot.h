#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/inputs/processor.h"
#include "core/model/weights.h"

namespace espalier {

// How alike each picture of class folders is to each class, float32 [samples, classes], for models that match
// pictures with texts (Radford et al. 2021, section 3.1): a class is the mean of the vectors, of length 1, of
// the texts that the templates make of its name, made length 1 again. Scaled as the model scales, so that a
// cross-entropy can be taken. Of several names of a class ("tench, Tinca tinca") the first is used. Throws
// Error where a template lacks its {} or the data have no classes.
at::Tensor zeroShotSimilarities(const Model& model, const Weights& weights, const Processor& processor,
                                const Dataset& dataset, const std::vector<std::string>& templates,
                                const JobControl& control);

// A template with {} replaced; throws Error where there is none. what: how the option is called.
std::string filledIn(const std::string& text, const std::string& value, const std::string& what);

}  // namespace espalier
