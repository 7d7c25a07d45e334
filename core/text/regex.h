#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

struct ByteSpan {
  size_t begin;
  size_t end;
};

// A Unicode regular expression as tokenizer files carry them: \p classes, look-ahead, case-insensitive
// groups. May be used from several threads at once.
class Regex {
 public:
  // Throws Error naming the pattern if it is not one.
  explicit Regex(const std::string& pattern);
  ~Regex();

  // All non-overlapping matches from left to right, as byte ranges of the text (valid UTF-8). Empty ones are
  // left out.
  std::vector<ByteSpan> matches(std::string_view text) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> m_compiled;
};

// A pattern that matches exactly this text.
std::string escapeRegex(std::string_view literal);

}  // namespace espalier
