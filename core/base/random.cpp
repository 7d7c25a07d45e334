#include "core/base/random.h"

#include <bit>
#include <cmath>
#include <numbers>

#include "core/base/vectorised.h"

namespace espalier {

namespace {

uint64_t mix(uint64_t x) {  // splitmix64's finaliser
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// ln x of positive normal numbers: Cephes' logf (Moshier), within 1 ulp.
inline float logOf(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  int32_t exponent = int32_t(bits >> 23) - 126;
  float m = std::bit_cast<float>((bits & 0x007fffffu) | 0x3f000000u);  // 0.5 ... 1
  const bool low = m < 0.707106781186547524f;
  exponent -= low ? 1 : 0;
  m = (low ? m + m : m) - 1.0f;
  const float z = m * m, e = float(exponent);
  float y = 7.0376836292e-2f;
  y = y * m + -1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m + -1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m + -1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m + -2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z;
  y = y + -2.12194440e-4f * e;
  y = y - 0.5f * z;
  return (m + y) + 0.693359375f * e;
}

// Sine and cosine of a share of a full turn, turn = k / 2^24: the quarter is taken off exactly, the rest is
// Cephes' sinf and cosf.
inline void sineAndCosine(uint32_t k, float& sine, float& cosine) {
  const uint32_t quarter = (k + (1u << 21)) >> 22;  // 0 ... 4
  const float x = float(int32_t(k) - int32_t(quarter << 22)) * (6.28318530717958647692f / 16777216.0f);
  const float z = x * x;
  const float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
  const float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z -
                  0.5f * z + 1.0f;
  const bool swap = quarter & 1;
  const uint32_t signOfSine = (quarter & 2) << 30, signOfCosine = ((quarter + 1) & 2) << 30;
  sine = std::bit_cast<float>(std::bit_cast<uint32_t>(swap ? c : s) ^ signOfSine);
  cosine = std::bit_cast<float>(std::bit_cast<uint32_t>(swap ? s : c) ^ signOfCosine);
}

// Blocks side by side, for the compiler to put into vectors. This file is compiled without contraction of
// products and sums (core/CMakeLists.txt): the bits do not depend on which of the versions runs.
constexpr int kLanes = 64;

ESPALIER_VECTORISED
void fillNormals(uint64_t seed, uint64_t stream, uint64_t position, float* out, int64_t count) {
  for (int64_t done = 0; done < count; done += 4 * kLanes, position += kLanes) {
    uint32_t c0[kLanes], c1[kLanes], c2[kLanes], c3[kLanes];
    for (int i = 0; i < kLanes; ++i) {
      c0[i] = uint32_t(position + uint64_t(i));
      c1[i] = uint32_t((position + uint64_t(i)) >> 32);
      c2[i] = uint32_t(stream);
      c3[i] = uint32_t(stream >> 32);
    }
    uint32_t k0 = uint32_t(seed), k1 = uint32_t(seed >> 32);
    for (int round = 0; round < 10; ++round) {
      for (int i = 0; i < kLanes; ++i) {
        const uint64_t p0 = uint64_t(0xD2511F53u) * c0[i], p1 = uint64_t(0xCD9E8D57u) * c2[i];
        const uint32_t n0 = uint32_t(p1 >> 32) ^ c1[i] ^ k0, n2 = uint32_t(p0 >> 32) ^ c3[i] ^ k1;
        c0[i] = n0;
        c1[i] = uint32_t(p1);
        c2[i] = n2;
        c3[i] = uint32_t(p0);
      }
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    constexpr float kScale = 1.0f / 16777216.0f;  // 24 bits: every value is exact in float32
    float z[4][kLanes];
    for (int i = 0; i < kLanes; ++i) {
      float sine, cosine;
      const float first = std::sqrt(-2.0f * logOf((float(int32_t(c0[i] >> 8)) + 0.5f) * kScale));
      sineAndCosine(c1[i] >> 8, sine, cosine);
      z[0][i] = first * cosine;
      z[1][i] = first * sine;
      const float second = std::sqrt(-2.0f * logOf((float(int32_t(c2[i] >> 8)) + 0.5f) * kScale));
      sineAndCosine(c3[i] >> 8, sine, cosine);
      z[2][i] = second * cosine;
      z[3][i] = second * sine;
    }
    if (count - done >= 4 * kLanes) {
      for (int i = 0; i < kLanes; ++i)
        for (int j = 0; j < 4; ++j) out[done + 4 * i + j] = z[j][i];
    } else {
      for (int64_t at = 0; at < count - done; ++at) out[done + at] = z[at % 4][at / 4];
    }
  }
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

void CounterRandom::fillNormal(float* out, int64_t count, int64_t first) const {
  fillNormals(m_seed, m_stream, uint64_t(first) / 4, out, count);
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
