#pragma once

#include <map>
#include <string>
#include <vector>

namespace espalier {

// A number that grows with a sparsity, by its values at sparsities in ascending order, the first 0; straight
// lines between them.
struct Curve {
  std::vector<double> sparsity;
  std::vector<double> value;
  double at(double s) const;
};

// What a group's own sparsity adds to the loss while all others are dense, by the group's name.
using Sensitivities = std::map<std::string, Curve>;

}  // namespace espalier
