#include "core/inputs/token_texts.h"

#include <algorithm>

namespace espalier {

std::vector<std::string> tokenTexts(const Processor& processor, const std::vector<int64_t>& ids) {
  // A token's text is what it adds to that of the few before it: alone, blanks would be lost.
  constexpr size_t kBefore = 3;
  std::vector<std::string> out;
  for (size_t t = 0; t < ids.size(); ++t) {
    const auto from = ids.begin() + std::ptrdiff_t(t - std::min(t, kBefore)),
               to = ids.begin() + std::ptrdiff_t(t);
    const auto before = processor.decode({from, to}), with = processor.decode({from, to + 1});
    // Where a character ends only now, it is shown whole.
    auto same =
        size_t(std::mismatch(before.begin(), before.end(), with.begin(), with.end()).second - with.begin());
    while (same > 0 && same < with.size() && (with[same] & 0xC0) == 0x80) --same;
    out.push_back(with.substr(same));
  }
  return out;
}

TokenWords tokenWords(const std::vector<std::string>& texts) {
  TokenWords out;
  bool within = false;
  for (const auto& text : texts) {
    const auto first = text.find_first_not_of(" \n\t");
    if (first == std::string::npos) {
      out.wordOf.push_back(-1);
      within = false;
      continue;
    }
    if (first > 0 || !within) out.words.emplace_back();
    out.words.back() += text.substr(first, text.find_last_not_of(" \n\t") - first + 1);
    out.wordOf.push_back(int64_t(out.words.size()) - 1);
    within = text.find_last_not_of(" \n\t") + 1 == text.size();
  }
  return out;
}

}  // namespace espalier
