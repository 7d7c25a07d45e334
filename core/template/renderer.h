#pragma once

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/template/syntax.h"

namespace espalier::jinja {

// What a template may use up. Templates come with models, from strangers.
struct Limits {
  int64_t steps = 2'000'000;           // expressions and statements
  int64_t work = int64_t(512) << 20;   // bytes looked at and made
  int64_t output = int64_t(16) << 20;  // bytes written
  int depth = 600;                     // of calls and nested expressions
};

// Names and their values; what is not here is in the one around it.
struct Scope {
  std::unordered_map<std::string, Value> names;
  std::shared_ptr<Scope> around;
};
using ScopePtr = std::shared_ptr<Scope>;

struct LoopState;

// Runs the statements of a template with Python's and Jinja's meaning, as in the immutable sandbox that
// transformers uses: no attribute with an underscore, nothing that changes a list or dictionary.
class Renderer {
 public:
  Renderer(const Limits& limits, std::tm now) : m_limits(limits), m_now(now) {}
  ~Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  std::string render(const Statements& statements, const ScopePtr& context);

  // For filters, tests, methods and functions.
  Value filter(const std::string& name, const Value& value, const Arguments& arguments);
  bool test(const std::string& name, const Value& value, const Arguments& arguments);
  Value call(const Value& function, const Arguments& arguments);
  Value attributeOf(const Value& object, const std::string& name);  // object.name
  Value itemOf(const Value& object, const Value& key);              // object[key]
  void work(int64_t bytes);  // counts it; throws Failure beyond the limit
  // What a template can put into itself is emptied when the renderer goes: nothing else would free it.
  void remember(const std::shared_ptr<NamespaceObject>& space) { m_spaces.add(space); }
  void remember(const std::shared_ptr<LoopState>& loop) { m_loops.add(loop); }
  const std::tm& now() const { return m_now; }
  int line() const { return m_line; }

 private:
  enum class Flow { Next, Break, Continue };
  struct Deeper;

  Flow run(const Statements& statements);
  Flow runOne(const Statement& s);
  Flow runIf(const Statement& s);
  Flow runFor(const Statement& s);
  void goThrough(const Statement& s, const Value& items, int depth);
  Value rendered(const Statements& body);  // in the present scope
  void runSet(const Statement& s);
  void runCallBlock(const Statement& s);
  void runWith(const Statement& s);
  Value macroOf(const Statement& s);
  Value callMacro(const Statement& s, const std::weak_ptr<Scope>& around, const Arguments& arguments);
  void write(const std::string& text);
  void assign(const Expression& target, const Value& value);

  Value evaluate(const Expression& e);
  Value evaluateAny(const Expression& e);
  Value evaluateCompare(const Expression& e);
  Value evaluateSlice(const Expression& e);
  Value evaluateParts(const Expression& e);
  Value evaluateConditional(const Expression& e);
  Value evaluateFilter(const Expression& e);
  Value lookUp(const std::string& name);
  Arguments argumentsOf(const Call& call);
  void step();

  // Those that are alive still; the others are forgotten now and then.
  template <typename T>
  class Living {
   public:
    void add(const std::shared_ptr<T>& one) {
      if (m_all.size() >= m_full) {
        std::erase_if(m_all, [](const auto& each) { return each.expired(); });
        m_full = std::max(m_full, 2 * m_all.size());
      }
      m_all.push_back(one);
    }
    const std::vector<std::weak_ptr<T>>& all() const { return m_all; }

   private:
    std::vector<std::weak_ptr<T>> m_all;
    size_t m_full = 1024;
  };

  Limits m_limits;
  std::tm m_now;
  Living<NamespaceObject> m_spaces;
  Living<LoopState> m_loops;
  ScopePtr m_scope, m_global;
  std::string* m_out = nullptr;
  const Value* m_filtered = nullptr;  // what a filter block's chain begins with
  int64_t m_steps = 0, m_work = 0;
  int m_depth = 0, m_line = 1;
};

// The loop variable: a value whose attributes follow the state.
struct LoopState {
  Value::List items;
  size_t index = 0;
  int depth = 0;
  std::optional<Value> lastSeen;  // of loop.changed()
};
Value loopValue(const std::shared_ptr<LoopState>& state,
                std::function<Value(Renderer&, const Arguments&)> again);

}  // namespace espalier::jinja
