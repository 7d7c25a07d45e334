#include "core/evaluate/answer_match.h"

#include <algorithm>
#include <set>

namespace espalier {

namespace {

std::multiset<std::string> thingsIn(std::string text) {
  for (size_t at; (at = text.find(" and ")) != std::string::npos;) text.replace(at, 5, ", ");
  std::multiset<std::string> out;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    out.insert(normalizedAnswer(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

}  // namespace

std::string normalizedAnswer(const std::string& text) {
  std::string out;
  for (unsigned char c : text) {
    if (std::isspace(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += char(c < 128 ? std::tolower(c) : c);
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool sameAnswer(const std::string& answer, const std::string& expected) {
  return normalizedAnswer(answer) == normalizedAnswer(expected);
}

bool sameThings(const std::string& caption, const std::string& expected) {
  return thingsIn(normalizedAnswer(caption)) == thingsIn(normalizedAnswer(expected));
}

}  // namespace espalier
