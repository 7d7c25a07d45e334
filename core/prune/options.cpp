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
  if (name == "units") return {.units = true};
  const char* end = name.data() + name.size();
  int64_t first = 0, second = 0;
  const auto begin = std::from_chars(name.data(), end, first);
  if (begin.ec == std::errc() && begin.ptr != end) {
    const auto rest = std::from_chars(begin.ptr + 1, end, second);
    const bool isWhole = rest.ec == std::errc() && rest.ptr == end;
    if (isWhole && *begin.ptr == ':' && first >= 1 && first < second) return {.n = first, .m = second};
    if (isWhole && *begin.ptr == 'x' && first >= 2 && second == 1) return {.blockRows = first};
  }
  throw Error(
      ErrorKind::InvalidInput,
      "The pattern \"" + name +
          "\" is not known; there are unstructured, N:M with N below M, such as 2:4, blocks of R rows, "
          "Rx1, such as 4x1, and units.");
}

std::string nameOf(const SparsityPattern& pattern) {
  if (pattern.structured()) return std::to_string(pattern.n) + ":" + std::to_string(pattern.m);
  if (pattern.units) return "units";
  return pattern.inBlocks() ? std::to_string(pattern.blockRows) + "x1" : "unstructured";
}

}  // namespace espalier
