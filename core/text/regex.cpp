#include "core/text/regex.h"

#include <unicode/regex.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/stop_here.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// A tick is ten thousand steps of the matcher, some tenth of a millisecond. An ordinary pattern takes some
// ten steps for a byte of the text.
constexpr int32_t kTicks = 5'000;
constexpr size_t kBytesPerTick = 100, kMostTicks = 1'000'000;
constexpr int32_t kStackBytes = 256 << 20;

// Called at each tick.
UBool goesOn(const void*, int32_t) {
  return !stopRequestedHere();
}

std::string shortened(const std::string& pattern) {
  return pattern.size() <= 200 ? pattern : pattern.substr(0, 200) + "...";
}

}  // namespace

struct Regex::Compiled {
  std::unique_ptr<icu::RegexPattern> pattern;
  std::string text;
};

Regex::Regex(const std::string& pattern) : m_compiled(std::make_unique<Compiled>()) {
  m_compiled->text = pattern;
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
  if (matcher) {
    // A long word is no reason to fail, and a pattern that backtracks without end is none to wait for ever.
    // ICU counts steps, not time, so that the limit is met in the same place on every machine.
    matcher->setStackLimit(kStackBytes, status);
    matcher->setTimeLimit(kTicks + int32_t(std::min<size_t>(text.size() / kBytesPerTick, kMostTicks)),
                          status);
    matcher->setMatchCallback(goesOn, nullptr, status);
  }

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
  if (status == U_REGEX_STOPPED_BY_CALLER) throw Cancelled();
  if (status == U_REGEX_TIME_OUT || status == U_REGEX_STACK_OVERFLOW)
    throw Error(ErrorKind::Format,
                "The tokenizer's pattern \"" + shortened(m_compiled->text) + "\" takes too " +
                    (status == U_REGEX_TIME_OUT ? "many steps" : "much memory") + " on a text of " +
                    std::to_string(text.size()) +
                    " bytes; a pattern that does not try the same text again and again was "
                    "expected.");
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
