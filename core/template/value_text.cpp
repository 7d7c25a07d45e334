#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/template/value.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

// Python's repr: the shortest digits that read back to the same number, an exponent from 1e16 and below 1e-4.
std::string reprOf(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string all(buffer, end);
  const size_t e = all.find('e');
  const int exponent = std::stoi(all.substr(e + 1));
  std::string digits;
  const bool negative = all[0] == '-';
  for (const char c : all.substr(0, e))
    if (isAsciiDigit(c)) digits += c;
  std::string out;
  if (exponent >= 16 || exponent < -4) {
    out = digits.substr(0, 1);
    if (digits.size() > 1) out.append(".").append(digits, 1);
    char power[16];
    std::snprintf(power, sizeof power, "e%+03d", exponent);
    out += power;
  } else if (exponent < 0) {
    out = "0." + std::string(size_t(-exponent - 1), '0') + digits;
  } else {
    const size_t whole = size_t(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out = digits.substr(0, whole) + "." + (digits.size() > whole ? digits.substr(whole) : "0");
  }
  return (negative ? "-" : "") + out;
}

std::string reprOf(const std::string& text) {
  const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  char buffer[16];
  for (size_t at = 0; at < text.size();) {
    const char32_t c = nextCodePoint(text, at);
    if (c == U'\n') {
      out += "\\n";
    } else if (c == U'\r') {
      out += "\\r";
    } else if (c == U'\t') {
      out += "\\t";
    } else if (c == U'\\' || c == char32_t(quote)) {
      out += '\\';
      out += char(c);
    } else if (c == U' ' || isPrintable(c)) {
      appendUtf8(out, c);
    } else {
      const char* form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
      std::snprintf(buffer, sizeof buffer, form, unsigned(c));
      out += buffer;
    }
  }
  return out + quote;
}

namespace {

std::string quotedJson(const std::string& text) {
  std::string out = "\"";
  char buffer[8];
  for (const char c : text) {
    const char* known = c == '"'    ? "\\\""
                        : c == '\\' ? "\\\\"
                        : c == '\n' ? "\\n"
                        : c == '\r' ? "\\r"
                        : c == '\t' ? "\\t"
                        : c == '\b' ? "\\b"
                        : c == '\f' ? "\\f"
                                    : nullptr;
    if (known) {
      out += known;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(buffer, sizeof buffer, "\\u%04x", unsigned(static_cast<unsigned char>(c)));
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string keyText(const Value& key) {
  if (key.text()) return *key.text();
  if (key.isNone()) return "null";
  if (const auto* b = key.boolean()) return *b ? "true" : "false";
  if (key.isNumber()) return key.repr();
  fail("tojson cannot write a " + key.typeName() + " as a key");
}

void writeJson(std::string& out, const Value& value, const JsonStyle& style, int level) {
  const auto breakLine = [&](int deep) {
    if (!style.indent) return;
    out += '\n';
    for (int i = 0; i < deep; ++i) out += *style.indent;
  };
  if (value.isNone()) {
    out += "null";
  } else if (const auto* b = value.boolean()) {
    out += *b ? "true" : "false";
  } else if (value.real()) {
    const double v = *value.real();
    out += std::isnan(v) ? "NaN" : std::isinf(v) ? (v > 0 ? "Infinity" : "-Infinity") : reprOf(v);
  } else if (value.integer()) {
    out += value.repr();
  } else if (value.text()) {
    out += quotedJson(*value.text());
  } else if (const auto* s = value.sequence()) {
    out += '[';
    for (size_t i = 0; i < s->items.size(); ++i) {
      if (i) out += style.itemSeparator;
      breakLine(level + 1);
      writeJson(out, s->items[i], style, level + 1);
    }
    if (!s->items.empty()) breakLine(level);
    out += ']';
  } else if (const auto* d = value.dict()) {
    auto entries = d->entries;
    if (style.sortKeys) {
      Value::List keys;
      for (const auto& entry : d->entries) keys.push_back(entry.first);
      const auto places = sortedPlaces(keys);
      for (size_t i = 0; i < places.size(); ++i) entries[i] = d->entries[places[i]];
    }
    out += '{';
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i) out += style.itemSeparator;
      breakLine(level + 1);
      out += quotedJson(keyText(entries[i].first)) + style.keySeparator;
      writeJson(out, entries[i].second, style, level + 1);
    }
    if (!entries.empty()) breakLine(level);
    out += '}';
  } else {
    fail("tojson cannot write a " + value.typeName());
  }
}

}  // namespace

std::string toJson(const Value& value, const JsonStyle& style) {
  std::string out;
  writeJson(out, value, style, 0);
  return out;
}

}  // namespace espalier::jinja
