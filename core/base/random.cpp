#include "core/base/random.h"

#include <cmath>
#include <numbers>

namespace espalier {

namespace {

uint64_t mix(uint64_t x) {  // splitmix64's finaliser
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

}  // namespace

std::array<uint32_t, 4> CounterRandom::block(uint64_t position) const {
  std::array<uint32_t, 4> c = {uint32_t(position), uint32_t(position >> 32), uint32_t(m_stream),
                               uint32_t(m_stream >> 32)};
  uint32_t k0 = uint32_t(m_seed), k1 = uint32_t(m_seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t(0xD2511F53u) * c[0], p1 = uint64_t(0xCD9E8D57u) * c[2];
    c = {uint32_t(p1 >> 32) ^ c[1] ^ k0, uint32_t(p1), uint32_t(p0 >> 32) ^ c[3] ^ k1, uint32_t(p0)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c;
}

void CounterRandom::fillNormal(float* out, int64_t count) const {
  constexpr float kScale = 1.0f / 16777216.0f;  // 24 bits: every value is exact in float32
  for (int64_t i = 0, position = 0; i < count; i += 4, ++position) {
    const auto w = block(position);
    float z[4];
    for (int pair = 0; pair < 2; ++pair) {
      const float u = (float(w[2 * pair] >> 8) + 0.5f) * kScale;  // never 0
      const float angle = 2.0f * std::numbers::pi_v<float> * (float(w[2 * pair + 1] >> 8) * kScale);
      const float radius = std::sqrt(-2.0f * std::log(u));
      z[2 * pair] = radius * std::cos(angle);
      z[2 * pair + 1] = radius * std::sin(angle);
    }
    for (int64_t j = 0; j < 4 && i + j < count; ++j) out[i + j] = z[j];
  }
}

uint32_t CounterRandom::nextWord() {
  if (m_left == 0) {
    m_words = block(m_position++);
    m_left = 4;
  }
  return m_words[4 - m_left--];
}

double CounterRandom::uniform() {
  const uint64_t high = nextWord(), low = nextWord();
  return double(((high << 32) | low) >> 11) * 0x1.0p-53;
}

int64_t CounterRandom::below(int64_t n) {
  return int64_t(uniform() * double(n));
}

double CounterRandom::normal() {
  const double u = 1.0 - uniform();
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * uniform());
}

uint64_t streamOf(std::string_view name, uint64_t a, uint64_t b) {
  uint64_t h = 0xcbf29ce484222325ull;
  for (unsigned char ch : name) h = (h ^ ch) * 0x100000001b3ull;
  return mix(mix(mix(h) ^ a) ^ b);
}

}  // namespace espalier
