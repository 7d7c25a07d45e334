#include "core/template/expression_parser.h"

#include <charconv>
#include <cstdlib>

namespace espalier::jinja {

namespace {

// Of operators, filters and calls side by side; each deepens the tree by one.
constexpr int kLongestChain = 400;

ExpressionPtr node(ExpressionKind kind, int line, std::string name = {}) {
  auto out = std::make_unique<Expression>();
  out->kind = kind;
  out->line = line;
  out->name = std::move(name);
  return out;
}

ExpressionPtr node(ExpressionKind kind, int line, ExpressionPtr first, std::string name = {}) {
  auto out = node(kind, line, std::move(name));
  out->children.push_back(std::move(first));
  return out;
}

ExpressionPtr constantNode(int line, Value value) {
  auto out = node(ExpressionKind::Constant, line);
  out->constant = std::move(value);
  return out;
}

ExpressionPtr parseUnary(TokenStream& in, bool withFilters = true);

void checkChain(TokenStream& in, int& length) {
  if (++length > kLongestChain) in.failAt("a shorter chain of operations was expected");
}

// A left-associative level: operands with any of the operators between them.
ExpressionPtr parseLevel(TokenStream& in, std::initializer_list<const char*> operators,
                         ExpressionPtr (*operand)(TokenStream&)) {
  auto left = operand(in);
  for (int length = 0;; checkChain(in, length)) {
    const char* found = nullptr;
    for (const char* op : operators)
      if (in.isOp(op)) found = op;
    if (!found) return left;
    const int line = in.take().line;
    left = node(ExpressionKind::Binary, line, std::move(left), found);
    left->children.push_back(operand(in));
  }
}

ExpressionPtr parsePower(TokenStream& in) {
  return parseLevel(in, {"**"}, [](TokenStream& s) { return parseUnary(s); });
}

ExpressionPtr parseProduct(TokenStream& in) {
  return parseLevel(in, {"*", "/", "//", "%"}, parsePower);
}

ExpressionPtr parseConcat(TokenStream& in) {
  auto first = parseProduct(in);
  if (!in.isOp("~")) return first;
  auto out = node(ExpressionKind::Concat, in.now().line, std::move(first));
  while (in.takeOp("~")) out->children.push_back(parseProduct(in));
  return out;
}

ExpressionPtr parseSum(TokenStream& in) {
  return parseLevel(in, {"+", "-"}, parseConcat);
}

ExpressionPtr parseCompare(TokenStream& in) {
  auto first = parseSum(in);
  ExpressionPtr out;
  while (true) {
    std::string op;
    for (const char* known : {"==", "!=", "<=", ">=", "<", ">"})
      if (in.isOp(known)) op = known;
    if (in.isName("in")) op = "in";
    if (in.isName("not") && in.ahead().matches(TokenKind::Name, "in")) op = "not in";
    if (op.empty()) return out ? std::move(out) : std::move(first);
    const int line = in.take().line;
    if (op == "not in") in.take();
    if (!out) out = node(ExpressionKind::Compare, line, std::move(first));
    out->ops.push_back(op);
    out->children.push_back(parseSum(in));
  }
}

ExpressionPtr parseNot(TokenStream& in) {
  const TokenStream::Level level(in);
  if (!in.isName("not") || in.ahead().matches(TokenKind::Name, "in")) return parseCompare(in);
  const int line = in.take().line;
  return node(ExpressionKind::Not, line, parseNot(in));
}

ExpressionPtr parseJoined(TokenStream& in, const char* word, ExpressionKind kind,
                          ExpressionPtr (*operand)(TokenStream&)) {
  auto first = operand(in);
  if (!in.isName(word)) return first;
  auto out = node(kind, in.now().line, std::move(first));
  while (in.takeName(word)) out->children.push_back(operand(in));
  return out;
}

ExpressionPtr parseAnd(TokenStream& in) {
  return parseJoined(in, "and", ExpressionKind::And, parseNot);
}

ExpressionPtr parseOr(TokenStream& in) {
  return parseJoined(in, "or", ExpressionKind::Or, parseAnd);
}

ExpressionPtr parseNumber(TokenStream& in) {
  const auto token = in.take();
  std::string digits;
  for (const char c : token.text)
    if (c != '_') digits += c;
  if (token.kind == TokenKind::Real) return constantNode(token.line, std::strtod(digits.c_str(), nullptr));
  int base = 10;
  if (digits.size() > 2 && digits[0] == '0') {
    const char c = char(digits[1] | 0x20);
    base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 10;
  }
  const char* begin = digits.data() + (base == 10 ? 0 : 2);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(begin, digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw SyntaxFailure(token.line, "the number " + token.text.substr(0, 40) + " is too large or none");
  return constantNode(token.line, value);
}

// Items up to a closing bracket.
ExpressionPtr parseItems(TokenStream& in, ExpressionKind kind, const char* close) {
  auto out = node(kind, in.now().line);
  while (!in.isOp(close)) {
    if (!out->children.empty()) {
      in.require(TokenKind::Operator, ",");
      if (in.isOp(close)) break;
    }
    out->children.push_back(parseExpression(in));
    if (kind == ExpressionKind::Dict) {
      in.require(TokenKind::Operator, ":");
      out->children.push_back(parseExpression(in));
    }
  }
  in.take();
  return out;
}

ExpressionPtr parsePrimary(TokenStream& in) {
  const TokenStream::Level level(in);
  const int line = in.now().line;
  switch (in.now().kind) {
    case TokenKind::Name: {
      const auto name = in.take().text;
      if (name == "true" || name == "True") return constantNode(line, true);
      if (name == "false" || name == "False") return constantNode(line, false);
      if (name == "none" || name == "None") return constantNode(line, Value());
      return node(ExpressionKind::Name, line, name);
    }
    case TokenKind::Text: {
      std::string text;
      while (in.now().kind == TokenKind::Text) text += in.take().text;
      return constantNode(line, std::move(text));
    }
    case TokenKind::Integer:
    case TokenKind::Real:
      return parseNumber(in);
    default:
      break;
  }
  if (in.takeOp("[")) return parseItems(in, ExpressionKind::List, "]");
  if (in.takeOp("{")) return parseItems(in, ExpressionKind::Dict, "}");
  if (!in.takeOp("(")) in.failAt("a value was expected");
  if (in.takeOp(")")) return node(ExpressionKind::Tuple, line);
  auto inside = parseTuple(in);
  in.require(TokenKind::Operator, ")");
  return inside;
}

// One index between brackets: a value or start:stop:step.
ExpressionPtr parseIndex(TokenStream& in, ExpressionPtr object, int line) {
  std::vector<ExpressionPtr> parts(3);
  size_t part = 0;
  bool slices = false;
  while (!in.isOp("]") && !in.isOp(",")) {
    if (in.takeOp(":")) {
      slices = true;
      if (++part > 2) in.failAt("']' was expected");
    } else {
      if (parts[part]) in.failAt("']' was expected");
      parts[part] = parseExpression(in);
    }
  }
  if (!slices && !parts[0]) in.failAt("an index was expected");
  auto out = node(slices ? ExpressionKind::Slice : ExpressionKind::Item, line, std::move(object));
  for (size_t i = 0; i < (slices ? 3u : 1u); ++i) out->children.push_back(std::move(parts[i]));
  return out;
}

ExpressionPtr parseSubscript(TokenStream& in, ExpressionPtr object) {
  const int line = in.now().line;
  if (in.takeOp(".")) {
    if (in.now().kind == TokenKind::Name)
      return node(ExpressionKind::Attribute, line, std::move(object), in.take().text);
    if (in.now().kind != TokenKind::Integer) in.failAt("a name or number was expected");
    auto index = parseNumber(in);
    auto out = node(ExpressionKind::Item, line, std::move(object));
    out->children.push_back(std::move(index));
    return out;
  }
  in.require(TokenKind::Operator, "[");
  auto out = parseIndex(in, std::move(object), line);
  if (in.isOp(",")) {
    if (out->kind == ExpressionKind::Slice) in.failAt("']' was expected");
    auto tuple = node(ExpressionKind::Tuple, line, std::move(out->children[1]));
    while (in.takeOp(",") && !in.isOp("]")) tuple->children.push_back(parseExpression(in));
    out->children[1] = std::move(tuple);
  }
  in.require(TokenKind::Operator, "]");
  return out;
}

ExpressionPtr callOf(TokenStream& in, ExpressionPtr function) {
  auto out = node(ExpressionKind::Call, in.now().line, std::move(function));
  out->arguments = parseCall(in);
  return out;
}

// Indices, attributes and calls behind a value.
ExpressionPtr parsePostfixes(TokenStream& in, ExpressionPtr value) {
  for (int length = 0;; checkChain(in, length)) {
    if (in.isOp(".") || in.isOp("[")) {
      value = parseSubscript(in, std::move(value));
    } else if (in.isOp("(")) {
      value = callOf(in, std::move(value));
    } else {
      return value;
    }
  }
}

std::string parseDottedName(TokenStream& in) {
  auto name = in.takeAnyName();
  while (in.takeOp(".")) {
    name += '.';
    name += in.takeAnyName();
  }
  return name;
}

ExpressionPtr parseTest(TokenStream& in, ExpressionPtr tested) {
  const int line = in.take().line;
  const bool negated = in.takeName("not");
  auto out = node(ExpressionKind::Test, line, std::move(tested), parseDottedName(in));
  const auto& next = in.now();
  const bool word =
      next.kind == TokenKind::Name && next.text != "else" && next.text != "or" && next.text != "and";
  const bool begins = next.kind == TokenKind::Text || next.kind == TokenKind::Integer ||
                      next.kind == TokenKind::Real || in.isOp("[") || in.isOp("{");
  if (in.isOp("(")) {
    out->arguments = parseCall(in);
  } else if (word && next.text == "is") {
    in.failAt("one test at a time was expected");
  } else if (word || begins) {
    out->arguments.positional.push_back(parsePostfixes(in, parsePrimary(in)));
  }
  return negated ? node(ExpressionKind::Not, line, std::move(out)) : std::move(out);
}

ExpressionPtr parseUnary(TokenStream& in, bool withFilters) {
  const TokenStream::Level level(in);
  const int line = in.now().line;
  ExpressionPtr out;
  if (in.takeOp("-")) {
    out = node(ExpressionKind::Negative, line, parseUnary(in, false));
  } else if (in.takeOp("+")) {
    out = node(ExpressionKind::Positive, line, parseUnary(in, false));
  } else {
    out = parsePrimary(in);
  }
  out = parsePostfixes(in, std::move(out));
  return withFilters ? parseFilters(in, std::move(out)) : std::move(out);
}

}  // namespace

Call parseCall(TokenStream& in) {
  Call call;
  in.require(TokenKind::Operator, "(");
  for (bool first = true; !in.isOp(")"); first = false) {
    if (!first) {
      in.require(TokenKind::Operator, ",");
      if (in.isOp(")")) break;
    }
    if (in.takeOp("*")) {
      if (call.positionalRest || call.namedRest) in.failAt("')' was expected");
      call.positionalRest = parseExpression(in);
    } else if (in.takeOp("**")) {
      if (call.namedRest) in.failAt("')' was expected");
      call.namedRest = parseExpression(in);
    } else if (in.now().kind == TokenKind::Name && in.ahead().matches(TokenKind::Operator, "=")) {
      const auto name = in.take().text;
      in.take();
      call.named.emplace_back(name, parseExpression(in));
    } else {
      if (!call.named.empty() || call.positionalRest || call.namedRest)
        in.failAt("an argument with a name was expected behind others with names");
      call.positional.push_back(parseExpression(in));
    }
  }
  in.take();
  return call;
}

ExpressionPtr parseFilters(TokenStream& in, ExpressionPtr filtered, bool startsInline) {
  for (int length = 0;; checkChain(in, length)) {
    if (startsInline || in.isOp("|")) {
      const int line = in.now().line;
      if (!startsInline) in.take();
      startsInline = false;
      auto out = node(ExpressionKind::Filter, line, std::move(filtered), parseDottedName(in));
      if (in.isOp("(")) out->arguments = parseCall(in);
      filtered = std::move(out);
    } else if (filtered && in.isName("is")) {
      filtered = parseTest(in, std::move(filtered));
    } else if (filtered && in.isOp("(")) {
      filtered = callOf(in, std::move(filtered));
    } else {
      return filtered;
    }
  }
}

ExpressionPtr parseExpression(TokenStream& in, bool withCondition) {
  const TokenStream::Level level(in);
  auto value = parseOr(in);
  for (int length = 0; withCondition && in.isName("if"); checkChain(in, length)) {
    const int line = in.take().line;
    auto out = node(ExpressionKind::Conditional, line, parseOr(in));
    out->children.push_back(std::move(value));
    out->children.push_back(in.takeName("else") ? parseExpression(in) : nullptr);
    value = std::move(out);
  }
  return value;
}

ExpressionPtr parseTuple(TokenStream& in, bool withCondition) {
  const int line = in.now().line;
  auto first = parseExpression(in, withCondition);
  if (!in.isOp(",")) return first;
  auto out = node(ExpressionKind::Tuple, line, std::move(first));
  while (in.takeOp(",")) {
    const auto kind = in.now().kind;
    if (kind == TokenKind::BlockEnd || kind == TokenKind::VariableEnd || in.isOp(")")) break;
    out->children.push_back(parseExpression(in, withCondition));
  }
  return out;
}

ExpressionPtr parseTarget(TokenStream& in, bool mayBeAttribute) {
  const TokenStream::Level level(in);
  const auto one = [&]() -> ExpressionPtr {
    if (in.takeOp("(")) {
      auto inside = parseTarget(in, false);
      in.require(TokenKind::Operator, ")");
      return inside;
    }
    const int line = in.now().line;
    const auto name = in.takeAnyName();
    if (name == "true" || name == "false" || name == "none" || name == "True" || name == "False" ||
        name == "None")
      throw SyntaxFailure(line, "'" + name + "' cannot be given a value");
    return node(ExpressionKind::Name, line, name);
  };
  const int line = in.now().line;
  auto first = one();
  if (mayBeAttribute && in.takeOp("."))
    return node(ExpressionKind::Attribute, line, std::move(first), in.takeAnyName());
  if (!in.isOp(",")) return first;
  auto out = node(ExpressionKind::Tuple, line, std::move(first));
  while (in.takeOp(",")) {
    if (in.isOp("=") || in.isName("in") || in.isOp(")")) break;
    out->children.push_back(one());
  }
  return out;
}

ExpressionPtr parsePostfixed(TokenStream& in) {
  return parseUnary(in);
}

}  // namespace espalier::jinja
