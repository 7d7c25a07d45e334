#include "core/base/json.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "core/base/code_point.h"
#include "core/base/error.h"

namespace espalier {

namespace {

using JsonEvents = nlohmann::json_sax<nlohmann::json>;

// Bytes of the UTF-8 sequence that begins here; 0 where none does (truncated, overlong, a surrogate, past
// U+10FFFF).
size_t utf8SequenceAt(std::string_view s, size_t i) {
  const auto byte = [&](size_t k) { return unsigned(static_cast<unsigned char>(s[k])); };
  const unsigned lead = byte(i);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (size_t k = 1; k < length; ++k) {
    if (i + k >= s.size() || byte(i + k) < low || byte(i + k) > high) return 0;
    low = 0x80, high = 0xBF;
  }
  return length;
}

bool isDigitOf(char c) {
  return c >= '0' && c <= '9';
}

// Whether a decimal number that no double holds is too large for one, not too small.
bool isBeyondDouble(std::string_view number) {
  const auto e = number.find_first_of("eE");
  const auto mantissa = number.substr(0, e);
  const auto first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  // No text is long enough to make up for such an exponent.
  constexpr int64_t kDecides = int64_t(1) << 60;
  int64_t exponent = 0;
  if (e != std::string_view::npos) {
    const bool negative = number[e + 1] == '-';
    const auto digits = number.substr(e + 1 + (negative || number[e + 1] == '+' ? 1 : 0));
    // One that is no number itself decides alone, too.
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc())
      return !negative;
    exponent = std::min(exponent, kDecides);
    if (negative) exponent = -exponent;
  }
  return exponent + int64_t(point) - int64_t(first) > 0;
}

class JsonParser {
 public:
  JsonParser(std::string_view text, JsonEvents& events, JsonFault& fault, int64_t& line)
      : m_text(text), m_events(events), m_fault(fault), m_line(line) {
    m_line = 1;
    if (m_text.starts_with("\xEF\xBB\xBF")) m_at = m_lineStart = 3;
  }

  bool run() {
    if (!value()) return false;
    while (!m_open.empty())
      if (!next()) return false;
    skipSpace();
    return m_at == m_text.size() || fail("something follows after the value");
  }

 private:
  bool fail(const std::string& what) {
    m_fault = {m_line, int64_t(m_at - m_lineStart) + 1, what};
    return false;
  }
  bool atEnd() const { return m_at >= m_text.size(); }
  char here() const { return m_text[m_at]; }
  bool skipSpace() {
    for (; !atEnd(); ++m_at) {
      const char c = here();
      if (c == '\n') {
        ++m_line;
        m_lineStart = m_at + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return true;
      }
    }
    return false;
  }
  bool takeWord(std::string_view word) {
    if (m_text.substr(m_at, word.size()) != word) return false;
    m_at += word.size();
    return true;
  }

  bool open(char kind) {
    if (m_open.size() >= size_t(kMaxJsonDepth))
      return fail("lists and objects lie within each other deeper than " + std::to_string(kMaxJsonDepth) +
                  " levels, the most that are read");
    m_open += kind;
    m_isFirst = true;
    ++m_at;
    constexpr auto kUnknown = std::size_t(-1);
    return kind == '{' ? m_events.start_object(kUnknown) : m_events.start_array(kUnknown);
  }
  bool close() {
    const char kind = m_open.back();
    m_open.pop_back();
    m_isFirst = false;
    ++m_at;
    return kind == '{' ? m_events.end_object() : m_events.end_array();
  }

  // What follows inside the innermost list or object: its end, or a comma, a key and a value.
  bool next() {
    const bool isObject = m_open.back() == '{';
    if (!skipSpace()) return fail(isObject ? "an object is not closed" : "a list is not closed");
    if (here() == (isObject ? '}' : ']')) return close();
    if (!m_isFirst) {
      if (here() != ',')
        return fail(isObject ? "\",\" or \"}\" was expected" : "\",\" or \"]\" was expected");
      ++m_at;
      skipSpace();
    }
    m_isFirst = false;
    if (!isObject) return value();
    if (atEnd() || here() != '"') return fail("a key in quotes was expected");
    if (!text()) return false;
    if (!m_events.key(m_string)) return false;
    if (!skipSpace() || here() != ':') return fail("\":\" was expected");
    ++m_at;
    return value();
  }

  bool value() {
    if (!skipSpace()) return fail("the text ends where a value was expected");
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const size_t begin = m_at;
    switch (here()) {
      case '{':
      case '[':
        return open(here());
      case '"':
        return text() && m_events.string(m_string);
      case 't':
        if (takeWord("true")) return m_events.boolean(true);
        break;
      case 'f':
        if (takeWord("false")) return m_events.boolean(false);
        break;
      case 'n':
        if (takeWord("null")) return m_events.null();
        break;
      case 'N':
        if (takeWord("NaN")) return m_events.number_float(std::numeric_limits<double>::quiet_NaN(), "NaN");
        break;
      case 'I':
        if (takeWord("Infinity")) return m_events.number_float(kInfinity, "Infinity");
        break;
      default:
        if (takeWord("-Infinity")) return m_events.number_float(-kInfinity, "-Infinity");
        if (here() == '-' || isDigitOf(here())) return number();
    }
    m_at = begin;
    return fail("a value was expected");
  }

  bool digits() {
    const size_t begin = m_at;
    while (!atEnd() && isDigitOf(here())) ++m_at;
    return m_at > begin;
  }
  bool number() {
    const size_t begin = m_at;
    const bool negative = here() == '-';
    m_at += negative;
    const bool zero = !atEnd() && here() == '0';
    if (!digits() || (zero && m_at > begin + size_t(negative) + 1)) return fail("this is no number");
    bool whole = true;
    if (!atEnd() && here() == '.') {
      whole = false;
      ++m_at;
      if (!digits()) return fail("a digit was expected");
    }
    if (!atEnd() && (here() == 'e' || here() == 'E')) {
      whole = false;
      ++m_at;
      if (!atEnd() && (here() == '+' || here() == '-')) ++m_at;
      if (!digits()) return fail("a digit was expected");
    }
    const auto number = m_text.substr(begin, m_at - begin);
    const char *from = number.data(), *to = from + number.size();
    if (whole && negative) {
      int64_t n = 0;
      if (std::from_chars(from, to, n).ec == std::errc()) return m_events.number_integer(n);
    } else if (whole) {
      uint64_t n = 0;
      if (std::from_chars(from, to, n).ec == std::errc()) return m_events.number_unsigned(n);
    }
    double real = 0;
    if (std::from_chars(from, to, real).ec == std::errc::result_out_of_range) {
      real = isBeyondDouble(number) ? std::numeric_limits<double>::infinity() : 0.0;
      if (negative) real = -real;
    }
    return m_events.number_float(real, std::string(number));
  }

  // The unit of an escape \uXXXX whose digits begin here.
  bool unit(unsigned& out) {
    out = 0;
    for (int i = 0; i < 4; ++i, ++m_at) {
      const char c = atEnd() ? 'x' : here();
      const bool lower = c >= 'a' && c <= 'f', upper = c >= 'A' && c <= 'F';
      if (!isDigitOf(c) && !lower && !upper) return fail("four hexadecimal digits were expected");
      out = out * 16 + unsigned(lower ? c - 'a' + 10 : upper ? c - 'A' + 10 : c - '0');
    }
    return true;
  }
  bool escape() {
    if (atEnd()) return fail("a text is not closed");
    const char c = m_text[m_at++];
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (const auto which = kLetters.find(c); which != std::string_view::npos) {
      m_string += kMeant[which];
      return true;
    }
    if (c != 'u') {
      --m_at;
      return fail("an escape that JSON does not have stands in a text");
    }
    unsigned first = 0;
    if (!unit(first)) return false;
    if (first >= 0xD800 && first < 0xDC00 && m_text.substr(m_at, 2) == "\\u") {
      const size_t back = m_at;
      m_at += 2;
      unsigned second = 0;
      if (!unit(second)) return false;
      if (second >= 0xDC00 && second < 0xE000) {
        appendUtf8(m_string, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        return true;
      }
      m_at = back;
    }
    appendUtf8(m_string, first >= 0xD800 && first < 0xE000 ? 0xFFFD : first);
    return true;
  }
  bool text() {
    m_string.clear();
    ++m_at;
    for (;;) {
      const size_t begin = m_at;
      while (!atEnd() && here() != '"' && here() != '\\' && static_cast<unsigned char>(here()) >= 0x20) {
        const size_t length = utf8SequenceAt(m_text, m_at);
        if (length == 0) return fail("a text holds bytes that are not UTF-8");
        m_at += length;
      }
      m_string.append(m_text, begin, m_at - begin);
      if (atEnd()) return fail("a text is not closed");
      if (here() == '"') {
        ++m_at;
        return true;
      }
      if (here() != '\\') return fail("a text holds a line end or another control character");
      ++m_at;
      if (!escape()) return false;
    }
  }

  std::string_view m_text;
  JsonEvents& m_events;
  JsonFault& m_fault;
  int64_t& m_line;
  size_t m_at = 0, m_lineStart = 0;
  std::string m_open;  // '{' and '[' of what is open, the outermost first
  std::string m_string;
  bool m_isFirst = false;
};

// Makes the value: Json is nlohmann::json, or nlohmann::ordered_json where the order of keys counts.
template <typename Json>
class JsonBuilder : public JsonEvents {
 public:
  Json take() { return std::move(m_root); }

  bool null() override { return add(nullptr); }
  bool boolean(bool v) override { return add(v); }
  bool number_integer(number_integer_t v) override { return add(v); }
  bool number_unsigned(number_unsigned_t v) override { return add(v); }
  bool number_float(number_float_t v, const string_t&) override { return add(v); }
  bool string(string_t& v) override { return add(std::move(v)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    m_key = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  Json* place(Json value) {
    if (m_open.empty()) return &(m_root = std::move(value));
    auto& parent = *m_open.back();
    if (parent.is_object()) return &(parent[std::move(m_key)] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    auto* at = place(std::move(value));
    m_open.push_back(at);
    return true;
  }
  bool close() {
    m_open.pop_back();
    return true;
  }

  Json m_root;
  std::vector<Json*> m_open;
  std::string m_key;
};

template <typename Json>
Json parsed(std::string_view text, const std::string& where) {
  JsonBuilder<Json> builder;
  JsonFault fault;
  if (!readJsonEvents(text, builder, fault))
    throw Error(ErrorKind::Format, where + " is not valid JSON (line " + std::to_string(fault.line) +
                                       ", column " + std::to_string(fault.column) + "): " + fault.what + ".");
  return builder.take();
}

}  // namespace

bool readJsonEvents(std::string_view text, JsonEvents& events, JsonFault& fault, int64_t* line) {
  int64_t own = 1;
  fault = {};
  return JsonParser(text, events, fault, line ? *line : own).run();
}

nlohmann::json parseJson(std::string_view text, const std::string& where) {
  return parsed<nlohmann::json>(text, where);
}

nlohmann::ordered_json parseOrderedJson(std::string_view text, const std::string& where) {
  return parsed<nlohmann::ordered_json>(text, where);
}

std::optional<nlohmann::json> tryParseJson(std::string_view text) {
  JsonBuilder<nlohmann::json> builder;
  JsonFault fault;
  if (!readJsonEvents(text, builder, fault)) return std::nullopt;
  return builder.take();
}

bool isUtf8(std::string_view bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = utf8SequenceAt(bytes, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace espalier
