#pragma once

#include <string>
#include <vector>

namespace espalier::jinja {

enum class TokenKind {
  Data,           // text to be written as it is
  VariableBegin,  // {{
  VariableEnd,
  BlockBegin,  // {%
  BlockEnd,
  Name,
  Text,  // a string literal, its escapes resolved
  Integer,
  Real,
  Operator,
  End,
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string text;
  int line = 1;

  bool matches(TokenKind k, const char* t) const { return kind == k && text == t; }
};

// Cuts a template as Jinja 3.1 does with trim_blocks and lstrip_blocks, as transformers sets them: a line
// break behind a block or comment goes, and so does what stands before one on its line, if that is blank;
// "-" takes all white space on its side, "+" keeps it. Comments are dropped, raw blocks become data. Throws
// SyntaxFailure.
std::vector<Token> tokensOf(const std::string& source);

}  // namespace espalier::jinja
