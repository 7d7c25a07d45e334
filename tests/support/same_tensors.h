#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>

namespace espalier::test {

// Whether both have the same names, and equal tensors under each.
inline bool sameTensors(const std::map<std::string, at::Tensor>& a,
                        const std::map<std::string, at::Tensor>& b) {
  for (const auto& [name, t] : a)
    if (!b.contains(name) || !b.at(name).equal(t)) return false;
  return a.size() == b.size();
}

}  // namespace espalier::test
