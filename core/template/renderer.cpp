#include "core/template/renderer.h"

#include <algorithm>

#include "core/template/functions.h"

namespace espalier::jinja {

namespace {

// Sets a variable for as long as it lives.
template <typename T>
class Held {
 public:
  Held(T& place, T value) : m_place(place), m_before(std::exchange(place, std::move(value))) {}
  ~Held() { m_place = std::move(m_before); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  T& m_place;
  T m_before;
};

ScopePtr within(const ScopePtr& around) {
  auto out = std::make_shared<Scope>();
  out->around = around;
  return out;
}

std::vector<const Expression*> targetsOf(const Expression& target) {
  std::vector<const Expression*> out;
  for (const auto& child : target.children) out.push_back(child.get());
  return out;
}

}  // namespace

struct Renderer::Deeper {
  explicit Deeper(Renderer& renderer) : r(renderer) {
    if (++r.m_depth > r.m_limits.depth) {
      --r.m_depth;
      fail("it calls itself too deeply, or nests too deeply");
    }
  }
  ~Deeper() { --r.m_depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
  Renderer& r;
};

Renderer::~Renderer() {
  for (const auto& weak : m_spaces.all())
    if (const auto space = weak.lock()) std::exchange(space->attributes, {});
  for (const auto& weak : m_loops.all())
    if (const auto loop = weak.lock()) std::exchange(loop->lastSeen, {});
}

void Renderer::step() {
  if (++m_steps > m_limits.steps)
    fail("it takes more than " + std::to_string(m_limits.steps) + " steps; it may never end");
}

void Renderer::work(int64_t bytes) {
  m_work += bytes;
  if (m_work > m_limits.work)
    fail("it goes through more than " + std::to_string(m_limits.work >> 20) +
         " MiB of text; it may never end");
}

void Renderer::write(const std::string& text) {
  work(int64_t(text.size()));
  if (int64_t(m_out->size() + text.size()) > m_limits.output)
    fail("it writes more than " + std::to_string(m_limits.output >> 20) + " MiB; it may never end");
  *m_out += text;
}

std::string Renderer::render(const Statements& statements, const ScopePtr& context) {
  std::string out;
  m_out = &out;
  m_global = m_scope = within(context);
  run(statements);
  return out;
}

Renderer::Flow Renderer::run(const Statements& statements) {
  const Deeper deeper(*this);
  for (const auto& s : statements)
    if (const Flow flow = runOne(s); flow != Flow::Next) return flow;
  return Flow::Next;
}

Renderer::Flow Renderer::runOne(const Statement& s) {
  step();
  m_line = s.line;
  switch (s.kind) {
    case StatementKind::Data:
      write(s.text);
      break;
    case StatementKind::Output:
      write(evaluate(*s.value).str());
      break;
    case StatementKind::If:
      return runIf(s);
    case StatementKind::For:
      return runFor(s);
    case StatementKind::Set:
    case StatementKind::SetBlock:
      runSet(s);
      break;
    case StatementKind::Macro:
      m_scope->names[s.text] = macroOf(s);
      break;
    case StatementKind::CallBlock:
      runCallBlock(s);
      break;
    case StatementKind::FilterBlock: {
      const Value body = rendered(s.body);
      const Held<const Value*> held(m_filtered, &body);
      // Python joins texts alone.
      const auto filtered = evaluate(*s.value);
      if (!filtered.text()) fail("a filter block gives a text, not a " + filtered.typeName());
      write(*filtered.text());
      break;
    }
    case StatementKind::With:
      runWith(s);
      break;
    case StatementKind::Body:
      return run(s.body);
    case StatementKind::Break:
      return Flow::Break;
    case StatementKind::Continue:
      return Flow::Continue;
  }
  return Flow::Next;
}

Renderer::Flow Renderer::runIf(const Statement& s) {
  for (const auto& [condition, body] : s.branches)
    if (!condition || evaluate(*condition).truth()) return run(body);
  return Flow::Next;
}

Renderer::Flow Renderer::runFor(const Statement& s) {
  goThrough(s, evaluate(*s.value), 0);
  return Flow::Next;
}

void Renderer::goThrough(const Statement& s, const Value& items, int depth) {
  const Deeper deeper(*this);
  const Held<ScopePtr> held(m_scope, m_scope);
  const auto around = m_scope;
  work(items.weight());
  auto state = std::make_shared<LoopState>();
  state->depth = depth;
  for (auto& item : itemsOf(items)) {
    if (s.test) {
      m_scope = within(around);
      assign(*s.target, item);
      if (!evaluate(*s.test).truth()) continue;
    }
    state->items.push_back(std::move(item));
  }
  std::function<Value(Renderer&, const Arguments&)> again;
  if (s.recursive)
    again = [&s, depth, scope = std::weak_ptr<Scope>(around)](Renderer& r,
                                                              const Arguments& arguments) -> Value {
      if (arguments.positional.size() != 1) fail("loop() takes what it is to go through");
      const auto outer = scope.lock();
      const Held<ScopePtr> heldScope(r.m_scope, outer ? outer : r.m_global);
      std::string out;
      const Held<std::string*> heldOut(r.m_out, &out);
      r.goThrough(s, arguments.positional[0], depth + 1);
      return out;
    };
  const Value loop = loopValue(state, again);
  for (state->index = 0; state->index < state->items.size(); ++state->index) {
    step();
    m_scope = within(around);
    m_scope->names["loop"] = loop;
    assign(*s.target, state->items[state->index]);
    if (run(s.body) == Flow::Break) break;
  }
  m_scope = within(around);
  if (state->items.empty()) run(s.otherwise);
}

Value Renderer::rendered(const Statements& body) {
  std::string out;
  const Held<std::string*> held(m_out, &out);
  const Held<ScopePtr> scope(m_scope, within(m_scope));
  run(body);
  return out;
}

void Renderer::runSet(const Statement& s) {
  Value value = s.kind == StatementKind::Set ? evaluate(*s.value) : rendered(s.body);
  if (s.kind == StatementKind::SetBlock && s.value) {
    const Held<const Value*> held(m_filtered, &value);
    Value filtered = evaluate(*s.value);
    assign(*s.target, filtered);
  } else {
    assign(*s.target, value);
  }
}

void Renderer::assign(const Expression& target, const Value& value) {
  if (target.kind == ExpressionKind::Name) {
    m_scope->names[target.name] = value;
  } else if (target.kind == ExpressionKind::Attribute) {
    const auto space = lookUp(target.children[0]->name).space();
    if (!space) fail("'" + target.children[0]->name + "." + target.name + "' is set, which is no namespace");
    if (Value* there = space->find(target.name)) {
      *there = value;
    } else {
      space->attributes.emplace_back(target.name, value);
    }
  } else {
    const auto targets = targetsOf(target);
    const auto items = itemsOf(value);
    if (items.size() != targets.size())
      fail(std::to_string(targets.size()) + " names are given " + std::to_string(items.size()) + " values");
    for (size_t i = 0; i < targets.size(); ++i) assign(*targets[i], items[i]);
  }
}

Value Renderer::macroOf(const Statement& s) {
  auto made = std::make_shared<CallableObject>();
  made->name = s.text;
  made->call = [&s, around = std::weak_ptr<Scope>(m_scope)](Renderer& r, const Arguments& arguments) {
    return r.callMacro(s, around, arguments);
  };
  made->attribute = [&s](const std::string& name) -> Value {
    if (name == "name") return s.text;
    if (name == "catch_kwargs") return s.usesNamed;
    if (name == "catch_varargs") return s.usesPositional;
    if (name == "caller") return s.usesCaller;
    if (name != "arguments") return Value::undefined("'Macro object' has no attribute '" + name + "'");
    Value::List names;
    for (const auto& p : s.parameters) names.push_back(p.name);
    return Value::tuple(std::move(names));
  };
  return made;
}

Value Renderer::callMacro(const Statement& s, const std::weak_ptr<Scope>& around,
                          const Arguments& arguments) {
  const Deeper deeper(*this);
  // A macro that outlives the loop it was made in sees what the whole template sees.
  const auto outer = around.lock();
  const Held<ScopePtr> held(m_scope, within(outer ? outer : m_global));
  const Held<int> line(m_line, m_line);
  auto& names = m_scope->names;
  Value::List rest;
  for (size_t i = 0; i < arguments.positional.size(); ++i) {
    if (i < s.parameters.size()) {
      names[s.parameters[i].name] = arguments.positional[i];
    } else {
      rest.push_back(arguments.positional[i]);
    }
  }
  Value::Entries others;
  for (const auto& [name, value] : arguments.named) {
    const bool known = std::any_of(s.parameters.begin(), s.parameters.end(),
                                   [&given = name](const Parameter& p) { return p.name == given; });
    if (known && names.contains(name)) fail("macro '" + s.text + "' is given '" + name + "' twice");
    if (known || (name == "caller" && s.usesCaller)) {
      names[name] = value;
    } else {
      others.emplace_back(Value(name), value);
    }
  }
  if (!rest.empty() && !s.usesPositional)
    fail("macro '" + s.text + "' takes no more than " + std::to_string(s.parameters.size()) + " arguments");
  if (!others.empty() && !s.usesNamed)
    fail("macro '" + s.text + "' takes no argument '" + others[0].first.str() + "'");
  for (const auto& p : s.parameters)
    if (!names.contains(p.name))
      names[p.name] = p.otherwise ? evaluate(*p.otherwise)
                                  : Value::undefined("parameter '" + p.name + "' was not provided");
  if (s.usesPositional) names["varargs"] = Value::tuple(std::move(rest));
  if (s.usesNamed) names["kwargs"] = Value::dict(std::move(others));
  if (s.usesCaller && !names.contains("caller")) names["caller"] = Value::undefined("No caller defined");
  std::string out;
  const Held<std::string*> heldOut(m_out, &out);
  run(s.body);
  return out;
}

void Renderer::runCallBlock(const Statement& s) {
  auto caller = macroOf(s);
  const auto& call = *s.value;
  const auto function = evaluate(*call.children[0]);
  auto arguments = argumentsOf(call.arguments);
  arguments.named.emplace_back("caller", std::move(caller));
  write(this->call(function, arguments).str());
}

void Renderer::runWith(const Statement& s) {
  const auto inside = within(m_scope);
  std::vector<Value> values;
  for (const auto& binding : s.bindings) values.push_back(evaluate(*binding.second));
  const Held<ScopePtr> held(m_scope, inside);
  for (size_t i = 0; i < values.size(); ++i) assign(*s.bindings[i].first, values[i]);
  run(s.body);
}

}  // namespace espalier::jinja
