#include "core/base/crc32.h"

#include <array>
#include <cstring>

namespace espalier {

namespace {

using CrcTables = std::array<std::array<uint32_t, 256>, 8>;

// Table k: what a byte becomes when k more bytes follow it (Kounavis and Berry, slicing by 8).
constexpr CrcTables makeCrcTables() {
  CrcTables t{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ (c & 1 ? 0xEDB88320u : 0u);
    t[0][i] = c;
  }
  for (size_t k = 1; k < t.size(); ++k)
    for (uint32_t i = 0; i < 256; ++i) t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 0xff];
  return t;
}
constexpr CrcTables kCrcTables = makeCrcTables();

}  // namespace

uint32_t crc32Of(std::span<const std::byte> bytes) {
  uint32_t crc = 0xffffffffu;
  const auto* p = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    uint32_t low, high;
    std::memcpy(&low, p, 4);
    std::memcpy(&high, p + 4, 4);
    low ^= crc;
    const auto& t = kCrcTables;
    crc = t[7][low & 0xff] ^ t[6][(low >> 8) & 0xff] ^ t[5][(low >> 16) & 0xff] ^ t[4][low >> 24] ^
          t[3][high & 0xff] ^ t[2][(high >> 8) & 0xff] ^ t[1][(high >> 16) & 0xff] ^ t[0][high >> 24];
  }
  for (; left > 0; --left) crc = (crc >> 8) ^ kCrcTables[0][(crc ^ *p++) & 0xff];
  return ~crc;
}

}  // namespace espalier
