#include "core/text/token_model.h"

#include <cstdio>

namespace espalier {

std::vector<int64_t> byteFallback(const Vocabulary& vocabulary, std::string_view text) {
  std::vector<int64_t> out;
  for (char c : text) {
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", unsigned(static_cast<unsigned char>(c)));
    const auto id = vocabulary.idOf(name);
    if (!id) return {};
    out.push_back(*id);
  }
  return out;
}

}  // namespace espalier
