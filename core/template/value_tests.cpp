#include <algorithm>
#include <cmath>

#include "core/template/functions.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

namespace {

using TestFunction = bool (*)(const Value&, const Arguments&);

const Value& firstOf(const Arguments& given) {
  if (given.positional.size() != 1) fail("the test takes one argument");
  return given.positional[0];
}

bool isIterable(const Value& v) {
  return v.isUndefined() || v.text() || v.sequence() || v.dict() || v.generator();
}

bool hasCase(const Value& v, bool (*right)(char32_t), bool (*wrong)(char32_t)) {
  bool some = false;
  const auto text = v.str();
  for (size_t at = 0; at < text.size();) {
    const char32_t c = nextCodePoint(text, at);
    if (wrong(c)) return false;
    some |= right(c);
  }
  return some;
}

bool isDivisible(const Value& v, const Arguments& given) {
  const auto& by = firstOf(given);
  if (!v.isNumber() || !by.isNumber()) fail("divisibleby takes numbers");
  if (by.number() == 0) fail("a number is divided by zero");
  if (v.integer() && by.integer()) return *by.integer() == -1 || *v.integer() % *by.integer() == 0;
  return std::fmod(v.number(), by.number()) == 0;
}

bool isParity(const Value& v, int64_t rest) {
  if (v.isUndefined()) fail(v.whyUndefined());
  if (!v.isNumber()) fail("even and odd take numbers, not a " + v.typeName());
  return v.integer() ? std::abs(*v.integer() % 2) == rest
                     : std::abs(std::fmod(v.number(), 2.0)) == double(rest);
}

bool isWhole(const Value& v) {
  return v.integer() && !v.boolean();
}

constexpr std::pair<const char*, TestFunction> kTests[] = {
    {"defined", [](const Value& v, const Arguments&) { return !v.isUndefined(); }},
    {"undefined", [](const Value& v, const Arguments&) { return v.isUndefined(); }},
    {"none", [](const Value& v, const Arguments&) { return v.isNone(); }},
    {"boolean", [](const Value& v, const Arguments&) { return v.boolean() != nullptr; }},
    {"true", [](const Value& v, const Arguments&) { return v.boolean() && *v.boolean(); }},
    {"false", [](const Value& v, const Arguments&) { return v.boolean() && !*v.boolean(); }},
    {"integer", [](const Value& v, const Arguments&) { return isWhole(v); }},
    {"float", [](const Value& v, const Arguments&) { return v.real() != nullptr; }},
    {"number", [](const Value& v, const Arguments&) { return v.isNumber(); }},
    {"string", [](const Value& v, const Arguments&) { return v.text() != nullptr; }},
    {"mapping", [](const Value& v, const Arguments&) { return v.dict() != nullptr; }},
    {"iterable", [](const Value& v, const Arguments&) { return isIterable(v); }},
    {"sequence", [](const Value& v, const Arguments&) { return isIterable(v) && !v.generator(); }},
    {"callable", [](const Value& v,
                    const Arguments&) { return v.isUndefined() || (v.callable() && v.callable()->call); }},
    {"escaped", [](const Value&, const Arguments&) { return false; }},
    {"lower", [](const Value& v, const Arguments&) { return hasCase(v, isLowerCase, isUpperCase); }},
    {"upper", [](const Value& v, const Arguments&) { return hasCase(v, isUpperCase, isLowerCase); }},
    {"even", [](const Value& v, const Arguments&) { return isParity(v, 0); }},
    {"odd", [](const Value& v, const Arguments&) { return isParity(v, 1); }},
    {"divisibleby", isDivisible},
    {"sameas", [](const Value& v, const Arguments& a) { return v.isSame(firstOf(a)); }},
    {"in", [](const Value& v, const Arguments& a) { return contains(firstOf(a), v); }},
    {"filter",
     [](const Value& v, const Arguments&) {
       return v.text() && (textFilter(*v.text()) || sequenceFilter(*v.text()));
     }},
    {"eq", [](const Value& v, const Arguments& a) { return equals(v, firstOf(a)); }},
    {"ne", [](const Value& v, const Arguments& a) { return !equals(v, firstOf(a)); }},
    {"lt", [](const Value& v, const Arguments& a) { return compare(v, firstOf(a), "<") < 0; }},
    {"le", [](const Value& v, const Arguments& a) { return compare(v, firstOf(a), "<=") <= 0; }},
    {"gt", [](const Value& v, const Arguments& a) { return compare(v, firstOf(a), ">") > 0; }},
    {"ge", [](const Value& v, const Arguments& a) { return compare(v, firstOf(a), ">=") >= 0; }},
};

constexpr std::pair<const char*, const char*> kSynonyms[] = {
    {"==", "eq"}, {"equalto", "eq"}, {"!=", "ne"},          {"<", "lt"},  {"lessthan", "lt"},
    {"<=", "le"}, {">", "gt"},       {"greaterthan", "gt"}, {">=", "ge"},
};

TestFunction testNamed(const std::string& given) {
  std::string name = given;
  for (const auto& [other, known] : kSynonyms)
    if (given == other) name = known;
  for (const auto& [known, function] : kTests)
    if (name == known) return function;
  return nullptr;
}

}  // namespace

bool Renderer::test(const std::string& name, const Value& value, const Arguments& arguments) {
  if (name == "test" && value.text()) return testNamed(*value.text()) != nullptr;
  const auto function = testNamed(name);
  if (!function) fail("no test is named '" + name.substr(0, 80) + "'");
  step();
  work(value.weight());
  for (const auto& one : arguments.positional) work(one.weight());
  return function(value, arguments);
}

}  // namespace espalier::jinja
