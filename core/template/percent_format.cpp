#include <algorithm>
#include <cmath>

#include "core/template/operations.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

namespace {

constexpr int64_t kWidest = 10'000;  // a field; wider ones are mischief

// One field of a format: %[(name)][flags][width][.precision]letter.
struct Field {
  std::string flags;
  int64_t width = 0;
  std::optional<int64_t> precision;
  char letter = 's';
  bool has(char flag) const { return flags.find(flag) != std::string::npos; }
};

std::string padded(std::string text, const Field& field, bool number) {
  const auto length = int64_t(lengthOfText(text));
  if (length >= field.width) return text;
  const auto missing = size_t(field.width - length);
  if (field.has('-')) return text + std::string(missing, ' ');
  if (!number || !field.has('0')) return std::string(missing, ' ') + text;
  const size_t sign = text.starts_with('-') || text.starts_with('+') || text.starts_with(' ') ? 1 : 0;
  return text.insert(sign, std::string(missing, '0'));
}

std::string fieldOf(const Field& field, const Value& value) {
  const char letter = field.letter;
  if (letter == 's' || letter == 'r' || letter == 'a') {
    auto text = letter == 's' ? value.str() : value.repr();
    if (field.precision) {
      const auto characters = charactersOf(text);
      text.clear();
      for (size_t i = 0; i < std::min(characters.size(), size_t(*field.precision)); ++i)
        text += characters[i];
    }
    return padded(std::move(text), field, false);
  }
  if (letter == 'c') {
    if (value.text() && lengthOfText(*value.text()) == 1) return padded(*value.text(), field, false);
    if (!value.integer() || *value.integer() < 0 || *value.integer() > 0x10FFFF)
      fail("%c takes one character, not " + value.repr().substr(0, 40));
    std::string text;
    appendUtf8(text, char32_t(*value.integer()));
    return padded(std::move(text), field, false);
  }
  if (!value.isNumber()) fail(std::string("%") + letter + " takes a number, not " + value.typeName());
  std::string form = "%";
  for (const char c : {'+', ' ', '#'})
    if (field.has(c)) form += c;
  char buffer[12'000];
  if (std::string_view("diuxXo").find(letter) != std::string_view::npos) {
    if (value.real() && std::string_view("xXo").find(letter) != std::string_view::npos)
      fail(std::string("%") + letter + " takes a whole number");
    if (value.real() && !(std::abs(*value.real()) < 9e18)) fail("a number is too large for %d");
    const int64_t whole = value.real() ? int64_t(*value.real()) : *value.integer();
    form += field.precision ? "." + std::to_string(*field.precision) : "";
    const bool signedForm = letter == 'd' || letter == 'i' || letter == 'u';
    // C writes hexadecimal numbers without a sign.
    form += signedForm ? "lld" : std::string("ll") + letter;
    const bool minus = !signedForm && whole < 0;
    const uint64_t size = whole < 0 ? 0 - uint64_t(whole) : uint64_t(whole);
    if (signedForm) {
      std::snprintf(buffer, sizeof buffer, form.c_str(), static_cast<long long>(whole));
    } else {
      std::erase(form, '+');
      std::erase(form, ' ');
      std::snprintf(buffer, sizeof buffer, form.c_str(), static_cast<unsigned long long>(size));
    }
    return padded((minus ? "-" : "") + std::string(buffer), field, true);
  }
  form += "." + std::to_string(field.precision.value_or(6)) + letter;
  std::snprintf(buffer, sizeof buffer, form.c_str(), value.number());
  return padded(buffer, field, true);
}

}  // namespace

std::string percentFormat(const std::string& text, const Value& arguments) {
  TextBuilder out;
  const auto* tuple = arguments.sequence() && arguments.sequence()->tuple ? arguments.sequence() : nullptr;
  size_t used = 0;
  const auto next = [&]() -> const Value& {
    if (!tuple) {
      if (used++ > 0) fail("a format has more fields than values");
      return arguments;
    }
    if (used >= tuple->items.size()) fail("a format has more fields than values");
    return tuple->items[used++];
  };
  bool byName = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out.add(text.substr(at, 1));
      continue;
    }
    const auto c = [&](size_t i) { return i < text.size() ? text[i] : '\0'; };
    ++at;
    const Value* value = nullptr;
    if (c(at) == '(') {
      const size_t end = text.find(')', at);
      if (end == std::string::npos || !arguments.dict()) fail("a format asks for a value by name");
      const auto name = text.substr(at + 1, end - at - 1);
      value = arguments.dict()->find(name);
      if (!value) fail("a format asks for '" + name.substr(0, 40) + "', which is not given");
      byName = true;
      at = end + 1;
    }
    Field field;
    while (c(at) != '\0' && std::string_view("-+ 0#").find(c(at)) != std::string_view::npos)
      field.flags += text[at++];
    const auto number = [&]() -> int64_t {
      if (c(at) == '*') {
        ++at;
        const auto given = next().integer();
        if (!given || std::abs(*given) > kWidest) fail("the width of a field is no number up to 10000");
        return *given;
      }
      int64_t n = 0;
      while (isAsciiDigit(c(at)) && n <= kWidest) n = n * 10 + (text[at++] - '0');
      if (n > kWidest) fail("the width of a field is more than 10000");
      return n;
    };
    field.width = number();
    if (field.width < 0) {
      field.flags += '-';
      field.width = -field.width;
    }
    if (c(at) == '.') {
      ++at;
      field.precision = std::max<int64_t>(0, number());
    }
    field.letter = c(at);
    if (field.letter == '%') {
      out.add("%");
      continue;
    }
    if (field.letter == '\0' ||
        std::string_view("diuxXocrsaeEfFgG").find(field.letter) == std::string_view::npos)
      fail("a format has a field of no known kind");
    out.add(fieldOf(field, value ? *value : next()));
  }
  const bool takesAll =
      byName || arguments.isUndefined() || arguments.dict() || (arguments.sequence() && !tuple);
  if (tuple ? used < tuple->items.size() : used == 0 && !takesAll)
    fail("a format has fewer fields than values");
  return out.take();
}

}  // namespace espalier::jinja
