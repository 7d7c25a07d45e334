#include "core/data/python_literal.h"

#include <charconv>
#include <cmath>

#include "core/base/json.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr int kDeepest = 32;

class LiteralReader {
 public:
  explicit LiteralReader(const std::string& text) : m_text(text) {}

  std::optional<nlohmann::json> all() {
    auto value = this->value(0);
    skipBlanks();
    if (m_failed || m_at != m_text.size()) return {};
    return value;
  }

 private:
  char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
  bool take(char c) {
    if (peek() != c || m_at >= m_text.size()) return false;
    ++m_at;
    return true;
  }
  bool takeWord(const std::string& word) {
    if (m_text.compare(m_at, word.size(), word) != 0) return false;
    m_at += word.size();
    return true;
  }
  void skipBlanks() {
    while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
      ++m_at;
  }
  nlohmann::json fail() {
    m_failed = true;
    return {};
  }

  nlohmann::json value(int depth) {
    skipBlanks();
    if (depth > kDeepest || m_failed) return fail();
    if (take('[')) return list(']', depth);
    if (take('(')) return list(')', depth);
    if (take('{')) return object(depth);
    if (takeWord("array(")) {  // NumPy's
      auto inner = value(depth + 1);
      skipBlanks();
      if (take(',')) {
        while (m_at < m_text.size() && peek() != ')') ++m_at;  // dtype=object
      }
      return take(')') ? inner : fail();
    }
    if ((peek() == 'u' || peek() == 'b' || peek() == 'r') && m_at + 1 < m_text.size() &&
        (m_text[m_at + 1] == '\'' || m_text[m_at + 1] == '"'))
      ++m_at;
    if (peek() == '\'' || peek() == '"') return text();
    for (const auto& [word, meaning] :
         {std::pair{"None", nlohmann::json()}, std::pair{"null", nlohmann::json()},
          std::pair{"nan", nlohmann::json()}, std::pair{"NaN", nlohmann::json()},
          std::pair{"True", nlohmann::json(true)}, std::pair{"true", nlohmann::json(true)},
          std::pair{"False", nlohmann::json(false)}, std::pair{"false", nlohmann::json(false)}})
      if (takeWord(word)) return meaning;
    return number();
  }

  nlohmann::json list(char end, int depth) {
    auto out = nlohmann::json::array();
    for (;;) {
      skipBlanks();
      if (take(end)) return out;
      out.push_back(value(depth + 1));
      if (m_failed) return {};
      skipBlanks();
      take(',');
    }
  }

  nlohmann::json object(int depth) {
    auto out = nlohmann::json::object();
    for (;;) {
      skipBlanks();
      if (take('}')) return out;
      const auto key = value(depth + 1);
      skipBlanks();
      if (m_failed || !take(':')) return fail();
      out[key.is_string() ? key.get<std::string>() : jsonText(key)] = value(depth + 1);
      skipBlanks();
      if (m_failed || (!take(',') && peek() != '}')) return fail();
    }
  }

  nlohmann::json text() {
    const char quote = m_text[m_at++];
    std::string out;
    while (m_at < m_text.size()) {
      const char c = m_text[m_at++];
      if (c == quote) return out;
      if (c != '\\' || m_at >= m_text.size()) {
        out += c;
        continue;
      }
      escape(m_text[m_at++], out);
      if (m_failed) return {};
    }
    return fail();
  }

  void escape(char c, std::string& out) {
    switch (c) {
      case 'n':
        out += '\n';
        return;
      case 't':
        out += '\t';
        return;
      case 'r':
        out += '\r';
        return;
      case '\n':
        return;
      case 'x':
        return codePoint(2, out);
      case 'u':
        return codePoint(4, out);
      case 'U':
        return codePoint(8, out);
      default:
        if (c != '\\' && c != '\'' && c != '"' && c != '/') out += '\\';
        out += c;
    }
  }

  void codePoint(size_t digits, std::string& out) {
    uint32_t code = 0;
    const char* begin = m_text.data() + m_at;
    const char* end = begin + std::min(digits, m_text.size() - m_at);
    const auto [at, error] = std::from_chars(begin, end, code, 16);
    if (error != std::errc() || at != begin + digits) {
      m_failed = true;
      return;
    }
    m_at += digits;
    const bool isCharacter = code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    appendUtf8(out, isCharacter ? char32_t(code) : U'\uFFFD');
  }

  nlohmann::json number() {
    const auto end = m_text.find_first_not_of("+-.0123456789eE", m_at);
    const auto written = m_text.substr(m_at, end == std::string::npos ? end : end - m_at);
    const auto parsed = tryParseJson(written);
    if (!parsed || !parsed->is_number()) return fail();
    m_at += written.size();
    return std::isfinite(parsed->get<double>()) ? *parsed : nlohmann::json();
  }

  const std::string& m_text;
  size_t m_at = 0;
  bool m_failed = false;
};

}  // namespace

std::optional<nlohmann::json> pythonLiteral(const std::string& text) {
  return LiteralReader(text).all();
}

}  // namespace espalier
