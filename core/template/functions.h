#pragma once

#include "core/template/renderer.h"

namespace espalier::jinja {

// namespace, range, dict, joiner, cycler, raise_exception, strftime_now; none for a name that is no function.
Value globalFunction(const std::string& name);

// A method or attribute of an object of its type: text.upper, dict.items, loop.index, namespace.x; nothing if
// it has none of that name. What would change a list or dictionary is undefined, as the sandbox has it.
std::optional<Value> methodOf(const Value& object, const std::string& name);
std::optional<Value> textMethodOf(const Value& text, const std::string& name);

// What is given by place or by name, in the order of a signature. Throws Failure for more places than names
// or a name that is not among them.
class Parameters {
 public:
  Parameters(const char* function, const Arguments& given, std::initializer_list<const char*> names);
  const Value* find(size_t place) const { return m_values[place] ? &*m_values[place] : nullptr; }
  const Value& need(size_t place) const;
  std::string text(size_t place, const std::string& otherwise) const;
  int64_t whole(size_t place, int64_t otherwise) const;
  bool flag(size_t place, bool otherwise) const;
  // Below this many places none is given.
  bool has(size_t place) const { return m_values[place].has_value(); }

 private:
  std::string m_function;
  std::vector<const char*> m_names;
  std::vector<std::optional<Value>> m_values;
};

using FilterFunction = Value (*)(Renderer&, const Value&, const Arguments&);
// Null for a name that is not known.
FilterFunction textFilter(const std::string& name);
FilterFunction sequenceFilter(const std::string& name);

// Python's white space, trimming and case.
bool isPythonSpace(char32_t c);
std::string trimmed(const std::string& text, const std::string* characters, bool left, bool right);
std::string capitalized(const std::string& text);
// str.splitlines()
std::vector<std::string> linesOf(const std::string& text, bool keepEnds = false);
std::string replaced(const std::string& text, const std::string& from, const std::string& to, int64_t most);

}  // namespace espalier::jinja
