#include "core/template/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/template/failure.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

namespace {

bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

std::string withPlainLineBreaks(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      out += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

// What a backslash and the characters behind it mean in a string literal, as Python's unicode-escape.
size_t appendEscape(std::string& out, const std::string& body, size_t at) {
  const char c = body[at];
  constexpr std::pair<char, char> kSimple[] = {{'n', '\n'},  {'t', '\t'}, {'r', '\r'}, {'b', '\b'},
                                               {'f', '\f'},  {'v', '\v'}, {'a', '\a'}, {'\\', '\\'},
                                               {'\'', '\''}, {'"', '"'}};
  for (const auto& [letter, meaning] : kSimple)
    if (c == letter) {
      out += meaning;
      return at + 1;
    }
  if (c == '\n') return at + 1;
  const auto coded = [&](size_t from, size_t digits, int base) -> size_t {
    size_t end = from;
    while (end < body.size() && end - from < digits && std::isxdigit(static_cast<unsigned char>(body[end])) &&
           (base == 16 || (body[end] >= '0' && body[end] <= '7')))
      ++end;
    uint32_t value = 0;
    std::from_chars(body.data() + from, body.data() + end, value, base);
    const bool whole = base == 8 ? end > from : end - from == digits;
    if (!whole || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
      fail("a string has \\" + body.substr(at, digits + 1) + ", which is no character");
    appendUtf8(out, char32_t(value));
    return end;
  };
  if (c == 'x') return coded(at + 1, 2, 16);
  if (c == 'u') return coded(at + 1, 4, 16);
  if (c == 'U') return coded(at + 1, 8, 16);
  if (c >= '0' && c <= '7') return coded(at, 3, 8);
  out += '\\';
  return at;
}

std::string unescaped(const std::string& body) {
  std::string out;
  for (size_t at = 0; at < body.size();) {
    if (body[at] != '\\' || at + 1 == body.size()) {
      out += body[at++];
    } else {
      at = appendEscape(out, body, at + 1);
    }
  }
  return out;
}

class Lexer {
 public:
  explicit Lexer(const std::string& source) : m_source(withPlainLineBreaks(source)) {
    if (m_source.ends_with('\n')) m_source.pop_back();
  }

  std::vector<Token> run() {
    try {
      while (m_at < m_source.size()) readPart();
    } catch (const SyntaxFailure&) {
      throw;
    } catch (const Failure& f) {
      throw SyntaxFailure(m_line, f.what());
    }
    m_tokens.push_back({TokenKind::End, "", m_line});
    return std::move(m_tokens);
  }

 private:
  char at(size_t i) const { return i < m_source.size() ? m_source[i] : '\0'; }

  // Text up to the next tag, and the tag.
  void readPart() {
    size_t tag = m_at;
    while (true) {
      tag = m_source.find('{', tag);
      if (tag == std::string::npos || at(tag + 1) == '{' || at(tag + 1) == '%' || at(tag + 1) == '#') break;
      ++tag;
    }
    if (tag == std::string::npos) {
      addData(m_source.substr(m_at));
      m_at = m_source.size();
      return;
    }
    const char kind = m_source[tag + 1], sign = at(tag + 2);
    auto text = m_source.substr(m_at, tag - m_at);
    const size_t whole = text.size();
    if (sign == '-') {
      while (!text.empty() && isBlank(text.back())) text.pop_back();
    } else if (sign != '+' && kind != '{') {
      const size_t line = text.rfind('\n') + 1;  // 0 where there is no line break
      if ((line > 0 || m_lineStarts) && line < text.size() &&
          std::all_of(text.begin() + std::ptrdiff_t(line), text.end(), isBlank))
        text.resize(line);
    }
    const int skipped = int(std::count(m_source.begin() + std::ptrdiff_t(m_at + text.size()),
                                       m_source.begin() + std::ptrdiff_t(m_at + whole), '\n'));
    addData(text);
    m_line += skipped;
    m_at = tag + 2 + (sign == '-' || sign == '+' ? 1 : 0);
    if (kind == '#') {
      skipComment();
    } else if (kind == '%' && beginsRaw()) {
      readRaw();
    } else {
      m_tokens.push_back({kind == '{' ? TokenKind::VariableBegin : TokenKind::BlockBegin, "", m_line});
      readTag(kind == '{' ? "}}" : "%}");
    }
    m_lineStarts = m_at > 0 && m_source[m_at - 1] == '\n';
  }

  void addData(const std::string& text) {
    if (!text.empty()) m_tokens.push_back({TokenKind::Data, text, m_line});
    m_line += int(std::count(text.begin(), text.end(), '\n'));
  }

  void advance(size_t to) {
    m_line +=
        int(std::count(m_source.begin() + std::ptrdiff_t(m_at), m_source.begin() + std::ptrdiff_t(to), '\n'));
    m_at = to;
  }

  void skipBlanks() {
    size_t to = m_at;
    while (to < m_source.size() && isBlank(m_source[to])) ++to;
    advance(to);
  }

  // Behind the end of a tag, whose sign stood before it.
  void finishTag(char sign, bool trims) {
    if (sign == '-') {
      skipBlanks();
    } else if (trims && sign != '+' && at(m_at) == '\n') {
      advance(m_at + 1);
    }
  }

  void skipComment() {
    const size_t end = m_source.find("#}", m_at);
    if (end == std::string::npos) fail("a comment {# has no end #}");
    const char sign = end > m_at ? m_source[end - 1] : '\0';
    advance(end + 2);
    finishTag(sign, true);
  }

  bool beginsRaw() {
    size_t i = m_at;
    while (isBlank(at(i))) ++i;
    if (m_source.compare(i, 3, "raw") != 0) return false;
    i += 3;
    while (isBlank(at(i))) ++i;
    const bool minus = at(i) == '-';
    if (m_source.compare(i + (minus ? 1 : 0), 2, "%}") != 0) return false;
    advance(i + (minus ? 3 : 2));
    if (minus) skipBlanks();
    return true;
  }

  void readRaw() {
    for (size_t tag = m_source.find("{%", m_at); tag != std::string::npos;
         tag = m_source.find("{%", tag + 2)) {
      size_t i = tag + 2;
      const char before = at(i);
      if (before == '-' || before == '+') ++i;
      while (isBlank(at(i))) ++i;
      if (m_source.compare(i, 6, "endraw") != 0) continue;
      i += 6;
      while (isBlank(at(i))) ++i;
      const char sign = at(i);
      if (sign == '-' || sign == '+') ++i;
      if (m_source.compare(i, 2, "%}") != 0) continue;
      auto text = m_source.substr(m_at, tag - m_at);
      if (before == '-') {
        while (!text.empty() && isBlank(text.back())) text.pop_back();
      } else if (before != '+') {
        const size_t line = text.rfind('\n') + 1;
        if (line > 0 && line < text.size() &&
            std::all_of(text.begin() + std::ptrdiff_t(line), text.end(), isBlank))
          text.resize(line);
      }
      if (!text.empty()) m_tokens.push_back({TokenKind::Data, text, m_line});
      advance(i + 2);
      finishTag(sign, true);
      return;
    }
    fail("a raw block has no endraw");
  }

  void readTag(const std::string& end) {
    std::string open;  // brackets that are not closed yet
    while (true) {
      if (m_at >= m_source.size()) fail("a tag has no end " + end);
      if (open.empty()) {
        const char sign = at(m_at);
        const bool ends = m_source.compare(m_at, 2, end) == 0;
        const bool signEnds =
            (sign == '-' || (sign == '+' && end == "%}")) && m_source.compare(m_at + 1, 2, end) == 0;
        if (ends || signEnds) {
          m_tokens.push_back({end == "}}" ? TokenKind::VariableEnd : TokenKind::BlockEnd, "", m_line});
          advance(m_at + (signEnds ? 3 : 2));
          finishTag(signEnds ? sign : '\0', end == "%}");
          return;
        }
      }
      if (isBlank(m_source[m_at])) {
        skipBlanks();
      } else {
        readToken(open);
      }
    }
  }

  void push(TokenKind kind, size_t length) {
    m_tokens.push_back({kind, m_source.substr(m_at, length), m_line});
    m_at += length;
  }

  void readToken(std::string& open) {
    const char c = m_source[m_at];
    if (isAsciiDigit(c)) return readNumber();
    if (c == '\'' || c == '"') return readText(c);
    size_t end = m_at;
    while (end < m_source.size()) {
      size_t next = end;
      const char32_t point = nextCodePoint(m_source, next);
      if (!isWordCharacter(point)) break;
      end = next;
    }
    if (end > m_at) return push(TokenKind::Name, end - m_at);
    for (const char* op : {"//", "**", "==", "!=", ">=", "<="})
      if (m_source.compare(m_at, 2, op) == 0) return push(TokenKind::Operator, 2);
    if (std::string_view("+-/*%~[](){}><=.:|,;").find(c) == std::string_view::npos)
      fail("'" + charactersText() + "' was not expected");
    if (c == '(' || c == '[' || c == '{') open += c == '(' ? ')' : c == '[' ? ']' : '}';
    if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) fail(std::string("'") + c + "' closes nothing");
      open.pop_back();
    }
    push(TokenKind::Operator, 1);
  }

  std::string charactersText() const {
    return m_source.substr(m_at, std::min(utf8Length(m_source[m_at]), m_source.size() - m_at));
  }

  void readText(char quote) {
    size_t end = m_at + 1;
    while (end < m_source.size() && m_source[end] != quote) end += m_source[end] == '\\' ? 2 : 1;
    if (end >= m_source.size()) fail("a string has no end");
    const int line = m_line;
    auto text = unescaped(m_source.substr(m_at + 1, end - m_at - 1));
    advance(end + 1);
    m_tokens.push_back({TokenKind::Text, std::move(text), line});
  }

  size_t digitsFrom(size_t i, auto isDigit) const {
    while (isDigit(at(i)) || (at(i) == '_' && isDigit(at(i + 1)))) ++i;
    return i;
  }

  void readNumber() {
    const auto decimal = [](char d) { return isAsciiDigit(d); };
    const auto hex = [](char d) { return std::isxdigit(static_cast<unsigned char>(d)) != 0; };
    const char base = char(std::tolower(static_cast<unsigned char>(at(m_at + 1))));
    if (at(m_at) == '0' && (base == 'x' || base == 'o' || base == 'b')) {
      const size_t end = digitsFrom(m_at + 2, hex);
      if (end == m_at + 2) fail("a number has no digits behind its base");
      return push(TokenKind::Integer, end - m_at);
    }
    size_t end = digitsFrom(m_at, decimal);
    bool real = false;
    // x.1.2 are two places, not a fraction.
    const bool mayBeReal = m_at == 0 || m_source[m_at - 1] != '.';
    if (mayBeReal && at(end) == '.' && decimal(at(end + 1))) {
      end = digitsFrom(end + 1, decimal);
      real = true;
    }
    if (mayBeReal && (at(end) == 'e' || at(end) == 'E')) {
      const size_t digits = end + 1 + (at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0);
      if (decimal(at(digits))) {
        end = digitsFrom(digits, decimal);
        real = true;
      }
    }
    push(real ? TokenKind::Real : TokenKind::Integer, end - m_at);
  }

  std::string m_source;
  size_t m_at = 0;
  int m_line = 1;
  bool m_lineStarts = true;  // what was read last ended a line
  std::vector<Token> m_tokens;
};

}  // namespace

std::vector<Token> tokensOf(const std::string& source) {
  return Lexer(source).run();
}

}  // namespace espalier::jinja
