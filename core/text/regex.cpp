#include "core/text/regex.h"

#include <unicode/regex.h>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace espalier {

struct Regex::Compiled {
  std::unique_ptr<icu::RegexPattern> pattern;
};

Regex::Regex(const std::string& pattern) : m_compiled(std::make_unique<Compiled>()) {
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  m_compiled->pattern.reset(
      icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(pattern), 0, where, status));
  if (U_FAILURE(status))
    throw Error(ErrorKind::Format,
                "The tokenizer's pattern \"" + pattern + "\" is not a regular expression that can be read: " +
                    u_errorName(status) + " at character " + std::to_string(where.offset) + ".");
}

Regex::~Regex() = default;

std::vector<ByteSpan> Regex::matches(std::string_view text) const {
  std::vector<ByteSpan> out;
  const icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), int32_t(text.size())));
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::RegexMatcher> matcher(m_compiled->pattern->matcher(wide, status));
  if (matcher) matcher->setStackLimit(0, status);  // a long word is no reason to fail

  // The matcher counts UTF-16 units. Matches come in order, so one walk along the text turns them into bytes.
  size_t byte = 0;
  int32_t unit = 0;
  const auto advanceTo = [&](int32_t target) {
    while (unit < target && byte < text.size()) {
      const size_t length = utf8Length(text[byte]);
      byte += length;
      unit += length == 4 ? 2 : 1;
    }
    return byte;
  };
  while (U_SUCCESS(status) && matcher->find(status)) {
    const int32_t start = matcher->start(status), end = matcher->end(status);
    if (end == start) continue;
    const size_t from = advanceTo(start);
    out.push_back({from, advanceTo(end)});
  }
  if (U_FAILURE(status))
    throw Error(ErrorKind::Internal,
                std::string("A regular expression failed on a text: ") + u_errorName(status) + ".");
  return out;
}

std::string escapeRegex(std::string_view literal) {
  std::string out;
  for (char c : literal) {
    if (std::string_view("\\^$.|?*+()[]{}-&#~").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace espalier
