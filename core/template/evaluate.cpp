#include <algorithm>

#include "core/template/functions.h"
#include "core/template/operations.h"
#include "core/template/renderer.h"

namespace espalier::jinja {

Value Renderer::evaluate(const Expression& e) {
  step();
  if (++m_depth > m_limits.depth) {
    --m_depth;
    fail("it calls itself too deeply, or nests too deeply");
  }
  struct Leave {
    int& depth;
    ~Leave() { --depth; }
  } leave{m_depth};
  return evaluateAny(e);
}

Value Renderer::evaluateAny(const Expression& e) {
  const auto child = [&](size_t i) { return evaluate(*e.children[i]); };
  switch (e.kind) {
    case ExpressionKind::Constant:
      return e.constant;
    case ExpressionKind::Name:
      return lookUp(e.name);
    case ExpressionKind::Not:
      return !child(0).truth();
    case ExpressionKind::Negative:
      return negated(child(0));
    case ExpressionKind::Positive: {
      auto value = child(0);
      negated(value);
      return value.boolean() ? Value(*value.integer()) : value;
    }
    case ExpressionKind::Compare:
      return evaluateCompare(e);
    case ExpressionKind::Conditional:
      return evaluateConditional(e);
    case ExpressionKind::Attribute:
      return attributeOf(child(0), e.name);
    case ExpressionKind::Item: {
      const auto object = child(0);
      return itemOf(object, child(1));
    }
    case ExpressionKind::Slice:
      return evaluateSlice(e);
    case ExpressionKind::Call: {
      const auto function = child(0);
      return call(function, argumentsOf(e.arguments));
    }
    case ExpressionKind::Filter:
      return evaluateFilter(e);
    case ExpressionKind::Test: {
      const auto value = child(0);
      return test(e.name, value, argumentsOf(e.arguments));
    }
    default:
      return evaluateParts(e);
  }
}

Value Renderer::evaluateParts(const Expression& e) {
  if (e.kind == ExpressionKind::And || e.kind == ExpressionKind::Or) {
    Value value;
    for (const auto& child : e.children) {
      value = evaluate(*child);
      if (value.truth() == (e.kind == ExpressionKind::Or)) break;
    }
    return value;
  }
  Value::List parts;
  for (const auto& child : e.children) parts.push_back(evaluate(*child));
  if (e.kind == ExpressionKind::List) return Value::list(std::move(parts));
  if (e.kind == ExpressionKind::Tuple) return Value::tuple(std::move(parts));
  if (e.kind == ExpressionKind::Dict) {
    Value::Entries entries;
    for (size_t i = 0; i + 1 < parts.size(); i += 2) entries.emplace_back(parts[i], parts[i + 1]);
    return Value::dict(std::move(entries));
  }
  if (e.kind == ExpressionKind::Concat) {
    TextBuilder out;
    for (const auto& part : parts) {
      work(part.weight());
      out.add(part.str());
    }
    return out.take();
  }
  work(parts[0].weight() + parts[1].weight());
  auto out = operate(e.name, parts[0], parts[1]);
  work(out.weight());
  return out;
}

Value Renderer::evaluateCompare(const Expression& e) {
  Value left = evaluate(*e.children[0]);
  for (size_t i = 0; i < e.ops.size(); ++i) {
    Value right = evaluate(*e.children[i + 1]);
    work(left.weight() + right.weight());
    const auto& op = e.ops[i];
    bool holds = false;
    if (op == "==" || op == "!=") {
      holds = equals(left, right) == (op == "==");
    } else if (op == "in" || op == "not in") {
      holds = contains(right, left) == (op == "in");
    } else {
      const bool nan =
          (left.real() && *left.real() != *left.real()) || (right.real() && *right.real() != *right.real());
      const int order = compare(left, right, op.c_str());
      holds = !nan && (op == "<" ? order < 0 : op == "<=" ? order <= 0 : op == ">" ? order > 0 : order >= 0);
    }
    if (!holds) return false;
    left = std::move(right);
  }
  return true;
}

Value Renderer::evaluateConditional(const Expression& e) {
  if (evaluate(*e.children[0]).truth()) return evaluate(*e.children[1]);
  if (e.children[2]) return evaluate(*e.children[2]);
  return Value::undefined("the inline if-expression evaluated to false and no else section was defined");
}

Value Renderer::evaluateSlice(const Expression& e) {
  const auto object = evaluate(*e.children[0]);
  Value bounds[3];
  for (size_t i = 0; i < 3; ++i)
    if (e.children[i + 1]) bounds[i] = evaluate(*e.children[i + 1]);
  work(object.weight());
  return slice(object, bounds[0], bounds[1], bounds[2]);
}

Value Renderer::evaluateFilter(const Expression& e) {
  const Value value = e.children[0] ? evaluate(*e.children[0]) : *m_filtered;
  return filter(e.name, value, argumentsOf(e.arguments));
}

Value Renderer::lookUp(const std::string& name) {
  for (const Scope* scope = m_scope.get(); scope; scope = scope->around.get()) {
    step();
    if (const auto found = scope->names.find(name); found != scope->names.end()) return found->second;
  }
  if (const Value function = globalFunction(name); !function.isNone()) return function;
  return Value::undefined("'" + name + "' is undefined");
}

Arguments Renderer::argumentsOf(const Call& call) {
  Arguments out;
  for (const auto& one : call.positional) out.positional.push_back(evaluate(*one));
  for (const auto& [name, one] : call.named) out.named.emplace_back(name, evaluate(*one));
  if (call.positionalRest)
    for (auto& item : itemsOf(evaluate(*call.positionalRest))) out.positional.push_back(std::move(item));
  if (call.namedRest) {
    const auto rest = evaluate(*call.namedRest);
    if (!rest.dict()) fail("'**' takes a dictionary, not a " + rest.typeName());
    for (const auto& [key, value] : rest.dict()->entries) {
      if (!key.text()) fail("'**' takes a dictionary whose keys are texts");
      out.named.emplace_back(*key.text(), value);
    }
  }
  return out;
}

Value Renderer::call(const Value& function, const Arguments& arguments) {
  if (function.isUndefined()) fail(function.whyUndefined());
  const auto callable = function.callable();
  if (!callable || !callable->call) fail("a " + function.typeName() + " cannot be called");
  for (const auto& one : arguments.positional) work(one.weight());
  auto out = callable->call(*this, arguments);
  work(out.weight());
  return out;
}

Value Renderer::attributeOf(const Value& object, const std::string& name) {
  if (object.isUndefined()) fail(object.whyUndefined());
  if (auto method = methodOf(object, name)) return *method;
  if (const auto* d = object.dict())
    if (const Value* found = d->find(name)) return *found;
  return Value::undefined("'" + object.typeName() + " object' has no attribute '" + name + "'");
}

Value Renderer::itemOf(const Value& object, const Value& key) {
  if (object.isUndefined()) fail(object.whyUndefined());
  if (const auto* d = object.dict()) {
    if (const Value* found = d->find(key)) return *found;
  } else if (const auto index = key.integer(); index && (object.text() || object.sequence())) {
    work(object.text() ? object.weight() : 0);
    const auto length = int64_t(lengthOf(object));
    const int64_t at = *index < 0 ? *index + length : *index;
    if (at >= 0 && at < length)
      return object.text() ? Value(charactersOf(*object.text())[size_t(at)])
                           : object.sequence()->items[size_t(at)];
  }
  if (key.text())
    if (auto method = methodOf(object, *key.text())) return *method;
  return Value::undefined("'" + object.typeName() + " object' has no element " + key.repr().substr(0, 80));
}

}  // namespace espalier::jinja
