#include "core/sparse/kernel_input.h"

#include <algorithm>

namespace espalier {

namespace {

constexpr int64_t kWord = 64, kHalf = 32;

void splitIntoEvenAndOdd(const float* from, int64_t columns, float* to) {
  const int64_t whole = columns / kHalf * kHalf;
  for (int64_t c = 0; c < whole; c += kHalf)
    for (int64_t i = 0; i < kHalf / 2; ++i) {
      to[c + i] = from[c + 2 * i];
      to[c + kHalf / 2 + i] = from[c + 2 * i + 1];
    }
  for (int64_t i = 0; whole + i < columns; ++i) to[whole + i / 2 + i % 2 * kHalf / 2] = from[whole + i];
}

}  // namespace

KernelInput::KernelInput(std::span<const float> in, int64_t count, int64_t columns, InputForm form)
    : m_stride((columns + kWord - 1) / kWord * kWord) {
  if (form == InputForm::Bfloat16) {
    m_rounded.resize(size_t(count * m_stride));
    for (int64_t i = 0; i < count; ++i)
      for (int64_t c = 0; c < columns; ++c)
        m_rounded[size_t(i * m_stride + c)] = roundedToBfloat16(in[size_t(i * columns + c)]);
    m_from = m_rounded.data(), m_size = sizeof(uint16_t);
    return;
  }
  if (form == InputForm::Columns && m_stride == columns) {
    m_from = in.data();
    return;
  }
  m_numbers.resize(size_t(count * m_stride));
  for (int64_t i = 0; i < count; ++i) {
    const float* from = in.data() + i * columns;
    float* to = m_numbers.data() + i * m_stride;
    if (form == InputForm::EvenAndOdd)
      splitIntoEvenAndOdd(from, columns, to);
    else
      std::copy_n(from, columns, to);
  }
  m_from = m_numbers.data();
}

}  // namespace espalier
