#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <iterator>

namespace espalier::fuzz {

namespace {

const std::string kTokens[] = {"9223372036854775807",
                               "9223372036854775808",
                               "-9223372036854775808",
                               "18446744073709551615",
                               "4294967296",
                               "2147483647",
                               "-1",
                               "0",
                               "1e400",
                               "NaN",
                               "Infinity",
                               "null",
                               "true",
                               "{}",
                               "[]",
                               "\"\"",
                               "{\"a\":1}",
                               "[[1]]",
                               "\\ud800",
                               "\xff",
                               "\xEF\xBB\xBF",
                               std::string(8, '\xff'),
                               std::string("\xff\xff\xff\x7f", 4),
                               std::string("\0\0\0\x80", 4),
                               std::string(8, '\0')};

}  // namespace

std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random, size_t maxBytes) {
  // Not std::uniform_int_distribution, whose numbers differ between libraries.
  const auto below = [&](size_t n) { return n ? size_t(random() % n) : size_t(0); };
  std::string out = seeds.empty() ? std::string() : seeds[below(seeds.size())];
  for (size_t rounds = 1 + below(6); rounds > 0; --rounds) {
    const size_t at = below(out.size() + 1), length = std::min(out.size() - at, 1 + below(16));
    switch (below(9)) {
      case 0:
        if (at < out.size()) out[at] = char(out[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < out.size()) out[at] = char(below(256));
        break;
      case 2:
        out.insert(at, kTokens[below(std::size(kTokens))]);
        break;
      case 3:
        out.erase(at, length);
        break;
      case 4:
        out.insert(at, out.substr(at, length));
        break;
      case 5: {  // a number of a text
        const auto first = out.find_first_of("0123456789", at);
        if (first == std::string::npos) break;
        const auto end = std::min(out.find_first_not_of("0123456789.", first), out.size());
        out.replace(first, end - first, kTokens[below(std::size(kTokens))]);
        break;
      }
      case 6:
        if (!seeds.empty()) {
          const auto& other = seeds[below(seeds.size())];
          const size_t from = below(other.size() + 1);
          out.replace(at, length, other, from, below(64));
        }
        break;
      case 7:
        out.resize(at);
        break;
      case 8:
        if (at < out.size()) out.insert(at, std::string(1 + below(700), out[at]));
        break;
    }
    if (out.size() > maxBytes) out.resize(maxBytes);
  }
  return out;
}

}  // namespace espalier::fuzz
