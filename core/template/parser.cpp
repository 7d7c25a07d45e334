#include "core/template/parser.h"

#include <algorithm>

#include "core/template/expression_parser.h"

namespace espalier::jinja {

namespace {

class Parser {
 public:
  explicit Parser(const std::string& source) : m_in(tokensOf(source)) {}

  Statements run() {
    auto out = parseBody({});
    if (m_in.now().kind != TokenKind::End) m_in.failAt("a known block was expected");
    return out;
  }

 private:
  // Statements up to a block that begins with one of these words, which stays to be read.
  Statements parseBody(std::initializer_list<const char*> ends) {
    const TokenStream::Level level(m_in);
    Statements out;
    while (m_in.now().kind != TokenKind::End) {
      const int line = m_in.now().line;
      if (m_in.now().kind == TokenKind::Data) {
        auto& data = out.emplace_back();
        data.line = line;
        data.text = m_in.take().text;
      } else if (m_in.now().kind == TokenKind::VariableBegin) {
        m_in.take();
        auto& output = out.emplace_back();
        output.kind = StatementKind::Output;
        output.line = line;
        output.value = parseTuple(m_in);
        if (m_in.now().kind != TokenKind::VariableEnd) m_in.failAt("'}}' was expected");
        m_in.take();
      } else {
        const auto& word = m_in.ahead();
        if (std::any_of(ends.begin(), ends.end(),
                        [&](const char* end) { return word.matches(TokenKind::Name, end); }))
          return out;
        m_in.take();
        out.push_back(parseBlock(line));
      }
    }
    if (ends.size() > 0) m_in.failAt("'{% " + std::string(*(ends.end() - 1)) + " %}' was expected");
    return out;
  }

  void endBlock() {
    if (m_in.now().kind != TokenKind::BlockEnd) m_in.failAt("'%}' was expected");
    m_in.take();
  }

  // "{% word %}" behind a body.
  void close(const char* word) {
    m_in.take();
    m_in.require(TokenKind::Name, word);
    endBlock();
  }

  Statement parseBlock(int line) {
    if (m_in.now().kind != TokenKind::Name) m_in.failAt("the name of a block was expected");
    Statement out;
    out.line = line;
    const auto word = m_in.now().text;
    using Read = void (Parser::*)(Statement&);
    constexpr std::pair<const char*, Read> kBlocks[] = {
        {"if", &Parser::readIf},       {"for", &Parser::readFor},
        {"set", &Parser::readSet},     {"macro", &Parser::readMacro},
        {"call", &Parser::readCall},   {"filter", &Parser::readFilter},
        {"with", &Parser::readWith},   {"generation", &Parser::readGeneration},
        {"break", &Parser::readBreak}, {"continue", &Parser::readContinue},
    };
    for (const auto& [known, read] : kBlocks)
      if (word == known) {
        m_in.take();
        (this->*read)(out);
        return out;
      }
    for (const char* other : {"include", "import", "from", "extends", "block"})
      if (word == other)
        throw SyntaxFailure(line, "'" + word + "' asks for another template, and there is none");
    m_in.failAt("a known block was expected");
  }

  void readIf(Statement& out) {
    out.kind = StatementKind::If;
    while (true) {
      auto condition = parseTuple(m_in, false);
      endBlock();
      auto body = parseBody({"elif", "else", "endif"});
      out.branches.emplace_back(std::move(condition), std::move(body));
      m_in.take();
      if (m_in.takeName("elif")) continue;
      if (m_in.takeName("else")) {
        endBlock();
        out.branches.emplace_back(nullptr, parseBody({"endif"}));
        return close("endif");
      }
      m_in.require(TokenKind::Name, "endif");
      return endBlock();
    }
  }

  void readFor(Statement& out) {
    out.kind = StatementKind::For;
    out.target = parseTarget(m_in, false);
    m_in.require(TokenKind::Name, "in");
    out.value = parseTuple(m_in, false);
    if (m_in.takeName("if")) out.test = parseExpression(m_in);
    out.recursive = m_in.takeName("recursive");
    endBlock();
    ++m_loops;
    out.body = parseBody({"else", "endfor"});
    --m_loops;
    m_in.take();
    if (m_in.takeName("else")) {
      endBlock();
      out.otherwise = parseBody({"endfor"});
      m_in.take();
    }
    m_in.require(TokenKind::Name, "endfor");
    endBlock();
  }

  void readSet(Statement& out) {
    out.target = parseTarget(m_in, true);
    if (m_in.takeOp("=")) {
      out.kind = StatementKind::Set;
      out.value = parseTuple(m_in);
      return endBlock();
    }
    out.kind = StatementKind::SetBlock;
    out.value = parseFilters(m_in, nullptr);
    endBlock();
    out.body = parseBody({"endset"});
    close("endset");
  }

  void readParameters(Statement& out) {
    m_in.require(TokenKind::Operator, "(");
    while (!m_in.isOp(")")) {
      if (!out.parameters.empty()) m_in.require(TokenKind::Operator, ",");
      Parameter parameter{m_in.takeAnyName(), nullptr};
      if (m_in.takeOp("=")) {
        parameter.otherwise = parseExpression(m_in);
      } else if (!out.parameters.empty() && out.parameters.back().otherwise) {
        m_in.failAt("a default was expected behind parameters with defaults");
      }
      out.parameters.push_back(std::move(parameter));
    }
    m_in.take();
  }

  // The body of a macro, and which of the names that are only there within one it mentions.
  void readMacroBody(Statement& out, const char* end) {
    endBlock();
    const size_t begin = m_in.place();
    const int loops = std::exchange(m_loops, 0);
    out.body = parseBody({end});
    m_loops = loops;
    for (size_t i = begin; i < m_in.place(); ++i) {
      out.usesCaller |= m_in[i].matches(TokenKind::Name, "caller");
      out.usesNamed |= m_in[i].matches(TokenKind::Name, "kwargs");
      out.usesPositional |= m_in[i].matches(TokenKind::Name, "varargs");
    }
    close(end);
  }

  void readMacro(Statement& out) {
    out.kind = StatementKind::Macro;
    out.text = m_in.takeAnyName();
    readParameters(out);
    readMacroBody(out, "endmacro");
  }

  void readCall(Statement& out) {
    out.kind = StatementKind::CallBlock;
    out.text = "caller";
    if (m_in.isOp("(")) readParameters(out);
    out.value = parsePostfixed(m_in);
    if (out.value->kind != ExpressionKind::Call) m_in.failAt("the call of a macro was expected");
    readMacroBody(out, "endcall");
  }

  void readFilter(Statement& out) {
    out.kind = StatementKind::FilterBlock;
    out.value = parseFilters(m_in, nullptr, true);
    endBlock();
    out.body = parseBody({"endfilter"});
    close("endfilter");
  }

  void readWith(Statement& out) {
    out.kind = StatementKind::With;
    while (m_in.now().kind != TokenKind::BlockEnd) {
      if (!out.bindings.empty()) m_in.require(TokenKind::Operator, ",");
      auto target = parseTarget(m_in, false);
      m_in.require(TokenKind::Operator, "=");
      out.bindings.emplace_back(std::move(target), parseExpression(m_in));
    }
    endBlock();
    out.body = parseBody({"endwith"});
    close("endwith");
  }

  void readGeneration(Statement& out) {
    out.kind = StatementKind::Body;
    endBlock();
    out.body = parseBody({"endgeneration"});
    close("endgeneration");
  }

  void readBreak(Statement& out) { readJump(out, StatementKind::Break); }
  void readContinue(Statement& out) { readJump(out, StatementKind::Continue); }
  void readJump(Statement& out, StatementKind kind) {
    if (m_loops == 0) m_in.failAt("a loop around it was expected");
    out.kind = kind;
    endBlock();
  }

  TokenStream m_in;
  int m_loops = 0;
};

}  // namespace

Statements parseTemplate(const std::string& source) {
  return Parser(source).run();
}

}  // namespace espalier::jinja
