#pragma once

#include <string>
#include <vector>

#include "core/template/failure.h"
#include "core/template/lexer.h"

namespace espalier::jinja {

// Tokens one after another, and how deep what is being read is nested.
class TokenStream {
 public:
  explicit TokenStream(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

  const Token& now() const { return m_tokens[m_at]; }
  const Token& ahead() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
  size_t place() const { return m_at; }
  const Token& operator[](size_t place) const { return m_tokens[place]; }
  Token take() {
    Token out = m_tokens[m_at];
    if (m_at + 1 < m_tokens.size()) ++m_at;
    return out;
  }
  bool isOp(const char* op) const { return now().matches(TokenKind::Operator, op); }
  bool isName(const char* name) const { return now().matches(TokenKind::Name, name); }
  bool takeOp(const char* op) { return isOp(op) && (take(), true); }
  bool takeName(const char* name) { return isName(name) && (take(), true); }
  void require(TokenKind kind, const char* text) {
    if (!now().matches(kind, text)) failAt(std::string("'") + text + "' was expected");
    take();
  }
  std::string takeAnyName() {
    if (now().kind != TokenKind::Name) failAt("a name was expected");
    return take().text;
  }
  [[noreturn]] void failAt(const std::string& what) const {
    const auto& t = now();
    const std::string found = t.kind == TokenKind::End           ? "the template ends"
                              : t.kind == TokenKind::BlockEnd    ? "the block ends"
                              : t.kind == TokenKind::VariableEnd ? "the expression ends"
                                                                 : "'" + t.text.substr(0, 40) + "' stands";
    throw SyntaxFailure(t.line, what + " where " + found);
  }

  // Held while something nested is read.
  class Level {
   public:
    explicit Level(TokenStream& stream) : m_stream(stream) {
      if (++stream.m_depth > kDeepest) stream.failAt("something less deeply nested was expected");
    }
    ~Level() { --m_stream.m_depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    TokenStream& m_stream;
  };

 private:
  static constexpr int kDeepest = 400;
  std::vector<Token> m_tokens;
  size_t m_at = 0;
  int m_depth = 0;
};

}  // namespace espalier::jinja
