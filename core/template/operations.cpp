#include "core/template/operations.h"

#include <algorithm>
#include <cmath>

namespace espalier::jinja {

namespace {

[[noreturn]] void refuseOperands(const std::string& op, const Value& left, const Value& right) {
  for (const Value* v : {&left, &right})
    if (v->isUndefined()) fail(v->whyUndefined());
  fail("'" + op + "' is not known between " + left.typeName() + " and " + right.typeName());
}

[[noreturn]] void overflow() {
  fail("a whole number grows beyond 64 bits");
}

int64_t floorDivide(int64_t a, int64_t b) {
  if (b == -1 && a == INT64_MIN) overflow();
  const int64_t q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

Value raise(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) fail("zero has no negative power");
    return std::pow(double(base), double(exponent));
  }
  int64_t out = 1;
  // Of the bases that stay small for ever only the parity of the exponent counts.
  if (base == 0 || base == 1) return exponent == 0 ? int64_t(1) : base;
  if (base == -1) return int64_t(exponent % 2 == 0 ? 1 : -1);
  for (int64_t i = 0; i < exponent; ++i)
    if (__builtin_mul_overflow(out, base, &out)) overflow();
  return out;
}

Value operateIntegers(const std::string& op, int64_t a, int64_t b) {
  int64_t out = 0;
  if (op == "+" && __builtin_add_overflow(a, b, &out)) overflow();
  if (op == "-" && __builtin_sub_overflow(a, b, &out)) overflow();
  if (op == "*" && __builtin_mul_overflow(a, b, &out)) overflow();
  if (op == "+" || op == "-" || op == "*") return out;
  if (op == "**") return raise(a, b);
  if (b == 0) fail("a number is divided by zero");
  if (op == "/") return double(a) / double(b);
  if (op == "//") return floorDivide(a, b);
  return b == -1 ? int64_t(0) : a - floorDivide(a, b) * b;
}

Value operateReals(const std::string& op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "**") {
    if (a == 0 && b < 0) fail("zero has no negative power");
    const double out = std::pow(a, b);
    if (std::isnan(out) && !std::isnan(a) && !std::isnan(b)) fail("a power is no real number");
    return out;
  }
  if (b == 0) fail("a number is divided by zero");
  if (op == "/") return a / b;
  double rest = std::fmod(a, b);
  if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
  if (op == "%") return rest == 0 ? std::copysign(0.0, b) : rest;
  return std::floor((a - rest) / b + 0.5);
}

Value repeated(const Value& value, int64_t times) {
  if (const auto* text = value.text()) {
    TextBuilder out;
    out.add(*text, times);
    return out.take();
  }
  const auto& items = value.sequence()->items;
  if (times > 0 && !items.empty() && times > kHeaviestValue / int64_t(items.size())) requireWeight(INT64_MAX);
  Value::List out;
  for (int64_t i = 0; i < times; ++i) out.insert(out.end(), items.begin(), items.end());
  return value.sequence()->tuple ? Value::tuple(std::move(out)) : Value::list(std::move(out));
}

std::optional<int64_t> boundOf(const Value& value) {
  if (value.isNone()) return {};
  if (!value.integer()) fail("a slice goes by whole numbers, not by " + value.typeName());
  return value.integer();
}

}  // namespace

Value operate(const std::string& op, const Value& left, const Value& right) {
  if (left.isNumber() && right.isNumber())
    return left.integer() && right.integer() ? operateIntegers(op, *left.integer(), *right.integer())
                                             : operateReals(op, left.number(), right.number());
  if (op == "+" && left.text() && right.text()) {
    requireWeight(int64_t(left.text()->size() + right.text()->size()));
    return *left.text() + *right.text();
  }
  if (const auto* a = left.sequence(), *b = right.sequence(); op == "+" && a && b && a->tuple == b->tuple) {
    auto items = a->items;
    items.insert(items.end(), b->items.begin(), b->items.end());
    return a->tuple ? Value::tuple(std::move(items)) : Value::list(std::move(items));
  }
  const auto repeats = [](const Value& v) { return v.text() || v.sequence(); };
  if (op == "*" && repeats(left) && right.integer()) return repeated(left, *right.integer());
  if (op == "*" && repeats(right) && left.integer()) return repeated(right, *left.integer());
  if (op == "%" && left.text()) return percentFormat(*left.text(), right);
  refuseOperands(op, left, right);
}

Value negated(const Value& value) {
  if (value.isUndefined()) fail(value.whyUndefined());
  if (const auto i = value.integer()) {
    if (*i == INT64_MIN) overflow();
    return -*i;
  }
  if (value.real()) return -*value.real();
  fail("a " + value.typeName() + " has no negative");
}

Value slice(const Value& value, const Value& start, const Value& stop, const Value& step) {
  if (value.isUndefined()) fail(value.whyUndefined());
  if (!value.text() && !value.sequence()) fail("a " + value.typeName() + " cannot be sliced");
  const int64_t by = boundOf(step).value_or(1);
  if (by == 0) fail("the step of a slice is zero");
  Value::List items;
  std::vector<std::string> characters;
  if (value.text()) {
    characters = charactersOf(*value.text());
  } else {
    items = value.sequence()->items;
  }
  const auto length = int64_t(value.text() ? characters.size() : items.size());
  const auto clamped = [&](const Value& bound, int64_t otherwise) {
    const auto given = boundOf(bound);
    if (!given) return otherwise;
    const int64_t lowest = by < 0 ? -1 : 0, highest = by < 0 ? length - 1 : length;
    return std::clamp(*given < 0 ? *given + length : *given, lowest, highest);
  };
  const int64_t first = clamped(start, by < 0 ? length - 1 : 0), last = clamped(stop, by < 0 ? -1 : length);
  Value::List chosen;
  std::string text;
  for (int64_t i = first; by > 0 ? i < last : i > last;) {
    if (value.text()) {
      text += characters[size_t(i)];
    } else {
      chosen.push_back(items[size_t(i)]);
    }
    if (__builtin_add_overflow(i, by, &i)) break;
  }
  if (value.text()) return text;
  return value.sequence()->tuple ? Value::tuple(std::move(chosen)) : Value::list(std::move(chosen));
}

double roundTo(double value, int64_t digits) {
  if (!std::isfinite(value) || digits > 300) return value;
  if (digits < -300) return 0;
  if (digits < 0) {
    const double unit = std::pow(10.0, double(-digits));
    return std::nearbyint(value / unit) * unit;
  }
  char buffer[700];
  std::snprintf(buffer, sizeof buffer, "%.*f", int(digits), value);
  return std::strtod(buffer, nullptr);
}

}  // namespace espalier::jinja
