#include "core/prune/options.h"

#include <charconv>

#include "core/base/error.h"

namespace espalier {

Comparison comparisonNamed(const std::string& name) {
  if (name == "auto") return Comparison::Auto;
  if (name == "row") return Comparison::Row;
  if (name == "matrix") return Comparison::Matrix;
  throw Error(ErrorKind::InvalidInput,
              "The comparison \"" + name + "\" is not known; there are auto, row and matrix.");
}

CalibrationInputs calibrationInputsNamed(const std::string& name) {
  if (name == "pruned") return CalibrationInputs::Pruned;
  if (name == "dense") return CalibrationInputs::Dense;
  throw Error(ErrorKind::InvalidInput,
              "The calibration inputs \"" + name + "\" are not known; there are pruned and dense.");
}

FitTarget fitTargetNamed(const std::string& name) {
  if (name == "pruned") return FitTarget::Pruned;
  if (name == "dense") return FitTarget::Dense;
  throw Error(ErrorKind::InvalidInput,
              "The target of a fit \"" + name + "\" is not known; there are pruned and dense.");
}

SparsityPattern patternNamed(const std::string& name) {
  if (name == "unstructured") return {};
  SparsityPattern pattern;
  const char* end = name.data() + name.size();
  const auto n = std::from_chars(name.data(), end, pattern.n);
  if (n.ec == std::errc() && n.ptr != end && *n.ptr == ':') {
    const auto m = std::from_chars(n.ptr + 1, end, pattern.m);
    if (m.ec == std::errc() && m.ptr == end && pattern.n >= 1 && pattern.n < pattern.m) return pattern;
  }
  throw Error(ErrorKind::InvalidInput,
              "The pattern \"" + name +
                  "\" is not known; there are unstructured and N:M with N below M, such as 2:4.");
}

std::string nameOf(const SparsityPattern& pattern) {
  return pattern.structured() ? std::to_string(pattern.n) + ":" + std::to_string(pattern.m) : "unstructured";
}

}  // namespace espalier
