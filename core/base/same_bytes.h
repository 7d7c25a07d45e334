#pragma once

#include <cstddef>
#include <cstring>
#include <span>

namespace espalier {

// memcmp takes no null pointers, not even of nothing, and nothing is what an empty tensor has.
inline bool sameBytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace espalier
