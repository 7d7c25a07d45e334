#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/template/functions.h"
#include "core/template/operations.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

bool isPythonSpace(char32_t c) {
  return isWhiteSpace(c) || (c >= 0x1C && c <= 0x1F);
}

std::string trimmed(const std::string& text, const std::string* characters, bool left, bool right) {
  const auto all = charactersOf(text);
  const auto goes = [&](const std::string& c) {
    size_t at = 0;
    return characters ? characters->find(c) != std::string::npos : isPythonSpace(nextCodePoint(c, at));
  };
  size_t begin = 0, end = all.size();
  while (left && begin < end && goes(all[begin])) ++begin;
  while (right && end > begin && goes(all[end - 1])) --end;
  std::string out;
  for (size_t i = begin; i < end; ++i) out += all[i];
  return out;
}

std::string capitalized(const std::string& text) {
  if (text.empty()) return text;
  size_t at = 0;
  const char32_t first = nextCodePoint(text, at);
  std::string out;
  // A letter whose upper case is two begins a word with one: "ß" with "Ss".
  const auto upper = upperCaseText(text.substr(0, at));
  if (titleCaseOf(first) == first && lengthOfText(upper) > 1) {
    size_t rest = 0;
    nextCodePoint(upper, rest);
    out = upper.substr(0, rest) + lowerCaseText(upper.substr(rest));
  } else {
    appendUtf8(out, titleCaseOf(first));
  }
  // In one piece, so that a sigma at the end gets its final form.
  return out + lowerCaseText(text).substr(lowerCaseText(text.substr(0, at)).size());
}

std::vector<std::string> linesOf(const std::string& text, bool keepEnds) {
  std::vector<std::string> out;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t here = at;
    const char32_t c = nextCodePoint(text, at);
    const bool ends =
        (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
    if (!ends) continue;
    if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
    out.push_back(text.substr(begin, (keepEnds ? at : here) - begin));
    begin = at;
  }
  if (begin < text.size()) out.push_back(text.substr(begin));
  return out;
}

std::string replaced(const std::string& text, const std::string& from, const std::string& to, int64_t most) {
  TextBuilder out;
  int64_t done = 0;
  if (from.empty()) {
    for (const auto& c : charactersOf(text)) {
      if (most < 0 || done < most) out.add(to), ++done;
      out.add(c);
    }
    if (most < 0 || done < most) out.add(to);
    return out.take();
  }
  size_t at = 0;
  for (size_t found; (most < 0 || done < most) && (found = text.find(from, at)) != std::string::npos;
       ++done) {
    out.add(text.substr(at, found - at));
    out.add(to);
    at = found + from.size();
  }
  out.add(text.substr(at));
  return out.take();
}

namespace {

Value filterUpper(Renderer&, const Value& value, const Arguments&) {
  return upperCaseText(value.str());
}
Value filterLower(Renderer&, const Value& value, const Arguments&) {
  return lowerCaseText(value.str());
}
Value filterCapitalize(Renderer&, const Value& value, const Arguments&) {
  return capitalized(value.str());
}
Value filterString(Renderer&, const Value& value, const Arguments&) {
  return value.str();
}

// Words begin behind blanks, hyphens and opening brackets.
Value filterTitle(Renderer&, const Value& value, const Arguments&) {
  std::string out, word;
  const auto endWord = [&] {
    out += word.empty() ? word : capitalized(word);
    word.clear();
  };
  for (const auto& c : charactersOf(value.str())) {
    size_t at = 0;
    const bool separates =
        isPythonSpace(nextCodePoint(c, at)) || std::string_view("-({[<").find(c) != std::string_view::npos;
    if (separates) {
      endWord();
      out += c;
    } else {
      word += c;
    }
  }
  endWord();
  return out;
}

Value filterTrim(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("trim", given, {"chars"});
  if (!p.has(0) || p.need(0).isNone()) return trimmed(value.str(), nullptr, true, true);
  const auto characters = p.text(0, "");
  return trimmed(value.str(), &characters, true, true);
}

Value filterReplace(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("replace", given, {"old", "new", "count"});
  const bool all = !p.has(2) || p.need(2).isNone();
  return replaced(value.str(), p.need(0).str(), p.need(1).str(), all ? -1 : p.whole(2, -1));
}

Value filterEscape(Renderer&, const Value& value, const Arguments&) {
  TextBuilder out;
  for (const char c : value.str())
    out.add(c == '&'    ? "&amp;"
            : c == '<'  ? "&lt;"
            : c == '>'  ? "&gt;"
            : c == '\'' ? "&#39;"
            : c == '"'  ? "&#34;"
                        : std::string(1, c));
  return out.take();
}

Value filterIndent(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("indent", given, {"width", "first", "blank"});
  TextBuilder blank;
  if (p.has(0) && p.need(0).text()) {
    blank.add(p.text(0, ""));
  } else {
    blank.add(" ", p.whole(0, 4));
  }
  const auto by = blank.take();
  if (!value.text()) fail("indent takes a text, not a " + value.typeName());
  const auto lines = linesOf(value.str() + "\n");
  TextBuilder out;
  if (p.flag(1, false)) out.add(by);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.add("\n");
    if (i > 0 && (p.flag(2, false) || !lines[i].empty())) out.add(by);
    out.add(lines[i]);
  }
  return out.take();
}

Value filterCenter(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("center", given, {"width"});
  return r.call(*textMethodOf(Value(value.str()), "center"), {{p.has(0) ? p.need(0) : Value(80)}, {}});
}

Value filterTruncate(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("truncate", given, {"length", "killwords", "end", "leeway"});
  const auto end = p.text(2, "...");
  const auto length = p.whole(0, 255), leeway = p.has(3) && !p.need(3).isNone() ? p.whole(3, 5) : 5;
  const auto ending = int64_t(lengthOfText(end));
  if (length < ending) fail("truncate takes a length of at least " + std::to_string(ending));
  if (leeway < 0) fail("truncate takes a leeway of at least 0");
  if (int64_t(lengthOf(value)) <= length + leeway) return value;
  if (!value.text()) fail("truncate takes a text, not a " + value.typeName());
  const auto& text = *value.text();
  auto cut = *slice(text, 0, length - ending, {}).text();
  if (!p.flag(1, false))
    if (const size_t blank = cut.rfind(' '); blank != std::string::npos) cut.resize(blank);
  return cut + end;
}

Value filterWordCount(Renderer&, const Value& value, const Arguments&) {
  int64_t words = 0;
  bool inside = false;
  const auto text = value.str();
  for (size_t at = 0; at < text.size();) {
    const bool word = isWordCharacter(nextCodePoint(text, at));
    words += word && !inside;
    inside = word;
  }
  return words;
}

Value filterFormat(Renderer&, const Value& value, const Arguments& given) {
  if (!given.positional.empty() && !given.named.empty())
    fail("format takes values by place or by name, not both");
  if (given.named.empty()) return percentFormat(value.str(), Value::tuple(given.positional));
  Value::Entries entries;
  for (const auto& [name, one] : given.named) entries.emplace_back(Value(name), one);
  return percentFormat(value.str(), Value::dict(std::move(entries)));
}

// Every character beyond ASCII as \\uXXXX, in two halves beyond 16 bits.
std::string escapedToAscii(const std::string& json) {
  std::string out;
  const auto add = [&out](char32_t unit) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "\\u%04x", unsigned(unit));
    out += hex;
  };
  for (size_t at = 0; at < json.size();) {
    const char32_t c = nextCodePoint(json, at);
    if (c < 0x80) {
      out += char(c);
    } else if (c < 0x10000) {
      add(c);
    } else {
      add(0xD800 + ((c - 0x10000) >> 10));
      add(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

Value filterToJson(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("tojson", given, {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonStyle style;
  if (p.has(1) && !p.need(1).isNone()) {
    style.indent = p.need(1).text() ? *p.need(1).text()
                                    : std::string(size_t(std::clamp<int64_t>(p.whole(1, 0), 0, 1000)), ' ');
    style.itemSeparator = ",";
  }
  if (p.has(2) && !p.need(2).isNone()) {
    const auto parts = itemsOf(p.need(2));
    if (parts.size() != 2 || !parts[0].text() || !parts[1].text())
      fail("tojson takes two texts as separators");
    style.itemSeparator = *parts[0].text();
    style.keySeparator = *parts[1].text();
  }
  style.sortKeys = p.flag(3, false);
  const auto json = toJson(value, style);
  return p.flag(0, false) ? escapedToAscii(json) : json;
}

// Numbers of texts as Python's int() and float() read them, blanks and underscores included.
std::optional<double> realOf(const std::string& given) {
  std::string text;
  for (const char c : lowerCaseText(trimmed(given, nullptr, true, true)))
    if (c != '_') text += c;
  if (text.empty() || text.find_first_of("xp(") != std::string::npos) return {};
  char* end = nullptr;
  const double out = std::strtod(text.c_str(), &end);
  return *end == '\0' ? std::optional(out) : std::nullopt;
}

Value filterInt(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("int", given, {"default", "base"});
  const Value otherwise = p.has(0) ? p.need(0) : Value(0);
  if (value.isUndefined()) fail(value.whyUndefined());
  if (value.integer()) return *value.integer();
  std::optional<double> real;
  if (value.real()) real = *value.real();
  if (value.text()) {
    auto text = trimmed(*value.text(), nullptr, true, true);
    std::erase(text, '_');
    char* end = nullptr;
    errno = 0;
    const int base = int(std::clamp<int64_t>(p.whole(1, 10), 0, 36));
    const long long whole = std::strtoll(text.c_str(), &end, base);
    if (!text.empty() && *end == '\0' && errno == 0) return int64_t(whole);
    real = realOf(*value.text());
  }
  if (!real || !(std::abs(*real) < 9.2e18)) return otherwise;
  return int64_t(*real);
}

Value filterFloat(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("float", given, {"default"});
  if (value.isUndefined()) fail(value.whyUndefined());
  if (value.isNumber()) return value.number();
  if (value.text())
    if (const auto real = realOf(*value.text())) return *real;
  return p.has(0) ? p.need(0) : Value(0.0);
}

Value filterAbs(Renderer&, const Value& value, const Arguments&) {
  if (value.isUndefined()) fail(value.whyUndefined());
  if (!value.isNumber()) fail("abs takes a number, not a " + value.typeName());
  if (value.real()) return std::abs(*value.real());
  return *value.integer() < 0 ? negated(value) : Value(*value.integer());
}

Value filterRound(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("round", given, {"precision", "method"});
  const auto method = p.text(1, "common");
  const auto digits = p.whole(0, 0);
  if (method != "common" && method != "ceil" && method != "floor") fail("round takes common, ceil or floor");
  if (value.isUndefined()) fail(value.whyUndefined());
  if (!value.isNumber()) fail("round takes a number, not a " + value.typeName());
  if (method == "common") {
    if (value.real()) return roundTo(*value.real(), digits);
    if (digits >= 0) return *value.integer();
    const double rounded = roundTo(value.number(), digits);
    if (!(std::abs(rounded) < 0x1p63)) fail("a whole number grows beyond 64 bits");
    return int64_t(rounded);
  }
  const double unit = std::pow(10.0, double(digits));
  return (method == "ceil" ? std::ceil(value.number() * unit) : std::floor(value.number() * unit)) / unit;
}

}  // namespace

FilterFunction textFilter(const std::string& name) {
  constexpr std::pair<const char*, FilterFunction> kFilters[] = {
      {"upper", filterUpper},        {"lower", filterLower},       {"capitalize", filterCapitalize},
      {"string", filterString},      {"title", filterTitle},       {"trim", filterTrim},
      {"replace", filterReplace},    {"escape", filterEscape},     {"e", filterEscape},
      {"forceescape", filterEscape}, {"safe", filterString},       {"indent", filterIndent},
      {"center", filterCenter},      {"truncate", filterTruncate}, {"wordcount", filterWordCount},
      {"format", filterFormat},      {"tojson", filterToJson},     {"int", filterInt},
      {"float", filterFloat},        {"abs", filterAbs},           {"round", filterRound},
  };
  for (const auto& [known, function] : kFilters)
    if (name == known) return function;
  return nullptr;
}

}  // namespace espalier::jinja
