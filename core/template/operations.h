#pragma once

#include "core/template/value.h"

namespace espalier::jinja {

// Python's operators + - * / // % ** on two values. Throws Failure where Python raises.
Value operate(const std::string& op, const Value& left, const Value& right);
Value negated(const Value& value);
// value[start:stop:step]; bounds are none or whole numbers.
Value slice(const Value& value, const Value& start, const Value& stop, const Value& step);
// text % arguments.
std::string percentFormat(const std::string& text, const Value& arguments);
// Python's round() to a number of digits behind the point.
double roundTo(double value, int64_t digits);

// Joins parts without growing beyond the heaviest value.
class TextBuilder {
 public:
  void add(const std::string& part) {
    requireWeight(int64_t(m_text.size() + part.size()));
    m_text += part;
  }
  void add(const std::string& part, int64_t times) {
    if (times <= 0) return;
    if (int64_t(part.size()) > 0 && times > kHeaviestValue / int64_t(part.size())) requireWeight(INT64_MAX);
    requireWeight(int64_t(m_text.size() + part.size() * size_t(times)));
    for (int64_t i = 0; i < times; ++i) m_text += part;
  }
  std::string take() { return std::move(m_text); }

 private:
  std::string m_text;
};

}  // namespace espalier::jinja
