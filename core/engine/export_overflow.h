#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace espalier {

// A tensor whose values its dtype in the checkpoint cannot all hold.
struct OverflowingTensor {
  std::string name;
  std::string dtype;    // "F16", "BF16"
  int64_t beyond = 0;   // weights beyond the dtype's range
  int64_t weights = 0;  // all weights of the tensor
  double largest = 0;   // of the weights beyond, by magnitude, with its sign
};

// exportModel() throws this where weights are beyond the range of their dtype and ExportOptions::clamp is
// off. It names all such tensors, in the order of the checkpoint's files; nothing has been written.
class ExportOverflow : public Error {
 public:
  explicit ExportOverflow(std::vector<OverflowingTensor> tensors);
  const std::vector<OverflowingTensor>& tensors() const { return m_tensors; }

 private:
  std::vector<OverflowingTensor> m_tensors;
};

}  // namespace espalier
