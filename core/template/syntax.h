#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/template/value.h"

namespace espalier::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

enum class ExpressionKind {
  Constant,
  Name,
  List,
  Tuple,
  Dict,  // children: key, value, key, value ...
  Not,
  Negative,
  Positive,
  And,
  Or,
  Binary,       // name: + - * / // % **
  Concat,       // children side by side (~)
  Compare,      // children and, between them, ops
  Conditional,  // children: condition, value, other value (null: undefined)
  Attribute,    // children[0].name
  Item,         // children[0][children[1]]
  Slice,        // children: object, start, stop, step, each null where it is left out
  Call,         // children[0](arguments)
  Filter,       // children[0] | name(arguments); null in a filter block
  Test,         // children[0] is name(arguments)
};

struct Call {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr positionalRest, namedRest;  // *list, **dict
};

struct Expression {
  ExpressionKind kind = ExpressionKind::Constant;
  int line = 1;
  std::string name;
  Value constant;
  std::vector<ExpressionPtr> children;
  std::vector<std::string> ops;
  Call arguments;
};

struct Statement;
using Statements = std::vector<Statement>;

enum class StatementKind {
  Data,      // text
  Output,    // value
  If,        // branches
  For,       // targets in value if test; body, otherwise
  Set,       // targets = value, or target attribute of a namespace
  SetBlock,  // targets[0] = body, through the filters in value
  Macro,
  CallBlock,    // value is a call; the body becomes its caller()
  FilterBlock,  // value is a chain of filters
  With,         // names to values for the body
  Body,         // generation blocks: the body as it is
  Break,
  Continue,
};

struct Parameter {
  std::string name;
  ExpressionPtr otherwise;  // null: undefined where it is not given
};

struct Statement {
  StatementKind kind = StatementKind::Data;
  int line = 1;
  std::string text;  // data; a macro's name
  ExpressionPtr value, test;
  ExpressionPtr target;  // Name, Tuple of targets, or Attribute (name.attribute)
  bool recursive = false;
  Statements body, otherwise;
  std::vector<std::pair<ExpressionPtr, Statements>> branches;  // a null condition is else
  std::vector<Parameter> parameters;
  std::vector<std::pair<ExpressionPtr, ExpressionPtr>> bindings;
  bool usesCaller = false, usesNamed = false, usesPositional = false;  // names a macro's body mentions
};

}  // namespace espalier::jinja
