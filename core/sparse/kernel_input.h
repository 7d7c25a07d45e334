#pragma once

#include <span>
#include <vector>

#include "core/sparse/product_kernels.h"

namespace espalier {

// Vectors in the form in which a kernel reads them.
class KernelInput {
 public:
  // in: [count, columns], row-major; where nothing has to be changed it is not copied, and must outlive this.
  KernelInput(std::span<const float> in, int64_t count, int64_t columns, InputForm form);

  const void* at(int64_t i) const { return static_cast<const char*>(m_from) + i * m_stride * m_size; }
  int64_t stride() const { return m_stride; }  // in numbers

 private:
  std::vector<float> m_numbers;
  std::vector<uint16_t> m_rounded;
  const void* m_from = nullptr;
  int64_t m_stride = 0, m_size = sizeof(float);
};

}  // namespace espalier
