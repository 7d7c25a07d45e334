#include <algorithm>

#include "core/template/functions.h"

namespace espalier::jinja {

namespace {

constexpr int64_t kLongestRange = 100'000;  // as the reference's sandbox

using Function = Value (*)(Renderer&, const Arguments&);

Value callableOf(std::string name, std::function<Value(Renderer&, const Arguments&)> call) {
  auto made = std::make_shared<CallableObject>();
  made->name = std::move(name);
  made->call = std::move(call);
  return made;
}

Value::Entries entriesOf(const Arguments& given, const char* function) {
  Value::Entries out;
  for (const auto& one : given.positional) {
    if (one.dict()) {
      out.insert(out.end(), one.dict()->entries.begin(), one.dict()->entries.end());
      continue;
    }
    for (const auto& pair : itemsOf(one)) {
      const auto parts = itemsOf(pair);
      if (parts.size() != 2) fail(std::string(function) + "() takes pairs of keys and values");
      out.emplace_back(parts[0], parts[1]);
    }
  }
  for (const auto& [name, value] : given.named) out.emplace_back(Value(name), value);
  return out;
}

Value makeNamespace(Renderer& r, const Arguments& given) {
  auto made = std::make_shared<NamespaceObject>();
  r.remember(made);
  const auto made_from = Value::dict(entriesOf(given, "namespace"));
  for (const auto& [key, value] : made_from.dict()->entries) made->attributes.emplace_back(key.str(), value);
  return made;
}

Value makeDict(Renderer&, const Arguments& given) {
  return Value::dict(entriesOf(given, "dict"));
}

Value makeRange(Renderer&, const Arguments& given) {
  const auto& p = given.positional;
  if (p.empty() || p.size() > 3 || !given.named.empty()) fail("range() takes one to three numbers");
  for (const auto& one : p)
    if (!one.integer()) fail("range() takes whole numbers, not a " + one.typeName());
  const int64_t start = p.size() > 1 ? *p[0].integer() : 0, stop = *p[p.size() > 1 ? 1 : 0].integer();
  const int64_t step = p.size() > 2 ? *p[2].integer() : 1;
  if (step == 0) fail("range() takes a step that is not zero");
  const double count = (double(stop) - double(start)) / double(step);
  if (count > double(kLongestRange))
    fail("range() gives more than " + std::to_string(kLongestRange) + " numbers");
  Value::List out;
  for (int64_t i = start; step > 0 ? i < stop : i > stop;) {
    out.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return Value::list(std::move(out));
}

Value raiseException(Renderer&, const Arguments& given) {
  const Parameters p("raise_exception", given, {"message"});
  throw Refusal(p.need(0).str());
}

Value formatNow(Renderer& r, const Arguments& given) {
  const Parameters p("strftime_now", given, {"format"});
  const auto format = p.text(0, "");
  if (format.empty()) return "";
  if (format.size() > 1000) fail("strftime_now() takes a format of up to 1000 characters");
  // A mark at the end tells an empty result from one that has no room.
  std::string out(64 * 1024, '\0');
  const size_t length = std::strftime(out.data(), out.size(), (format + "|").c_str(), &r.now());
  if (length == 0) fail("strftime_now() cannot write '" + format + "'");
  out.resize(length - 1);
  return out;
}

// joiner(", ") is empty when it is first called.
Value makeJoiner(Renderer&, const Arguments& given) {
  const Parameters p("joiner", given, {"sep"});
  return callableOf("joiner",
                    [separator = p.text(0, ", "), used = std::make_shared<bool>(false)](
                        Renderer&, const Arguments&) -> Value {
                      return std::exchange(*used, true) ? separator : std::string();
                    });
}

Value makeCycler(Renderer&, const Arguments& given) {
  if (given.positional.empty()) fail("cycler() takes at least one item");
  auto made = std::make_shared<CallableObject>();
  made->name = "cycler";
  made->attribute = [items = given.positional,
                     at = std::make_shared<size_t>(0)](const std::string& name) -> Value {
    if (name == "current") return items[*at];
    if (name == "next")
      return callableOf("next", [items, at](Renderer&, const Arguments&) {
        const size_t current = *at;
        *at = (current + 1) % items.size();
        return items[current];
      });
    if (name == "reset")
      return callableOf("reset", [at](Renderer&, const Arguments&) {
        *at = 0;
        return Value();
      });
    return Value::undefined("'Cycler object' has no attribute '" + name + "'");
  };
  return made;
}

}  // namespace

Value globalFunction(const std::string& name) {
  constexpr std::pair<const char*, Function> kFunctions[] = {
      {"namespace", makeNamespace}, {"dict", makeDict},
      {"range", makeRange},         {"raise_exception", raiseException},
      {"strftime_now", formatNow},  {"joiner", makeJoiner},
      {"cycler", makeCycler},
  };
  for (const auto& [known, function] : kFunctions)
    if (name == known) return callableOf(name, function);
  return {};
}

Value loopValue(const std::shared_ptr<LoopState>& state,
                std::function<Value(Renderer&, const Arguments&)> again) {
  auto made = std::make_shared<CallableObject>();
  made->name = "loop";
  made->call = std::move(again);
  made->attribute = [state](const std::string& name) -> Value {
    const auto length = int64_t(state->items.size()), index = int64_t(state->index);
    if (name == "index") return index + 1;
    if (name == "index0") return index;
    if (name == "revindex") return length - index;
    if (name == "revindex0") return length - index - 1;
    if (name == "first") return index == 0;
    if (name == "last") return index == length - 1;
    if (name == "length") return length;
    if (name == "depth") return state->depth + 1;
    if (name == "depth0") return state->depth;
    if (name == "previtem")
      return index > 0 ? state->items[size_t(index - 1)] : Value::undefined("there is no previous item");
    if (name == "nextitem")
      return index + 1 < length ? state->items[size_t(index + 1)] : Value::undefined("there is no next item");
    if (name == "cycle")
      return callableOf("cycle", [index](Renderer&, const Arguments& given) {
        if (given.positional.empty()) fail("loop.cycle() takes at least one item");
        return given.positional[size_t(index) % given.positional.size()];
      });
    if (name == "changed")
      return callableOf(
          "changed", [weak = std::weak_ptr<LoopState>(state)](Renderer& r, const Arguments& given) -> Value {
            const auto s = weak.lock();
            auto seen = Value::tuple(given.positional);
            if (!s || (s->lastSeen && equals(*s->lastSeen, seen))) return false;
            if (!s->lastSeen) r.remember(s);
            s->lastSeen = std::move(seen);
            return true;
          });
    return Value::undefined("'LoopContext object' has no attribute '" + name + "'");
  };
  return made;
}

Parameters::Parameters(const char* function, const Arguments& given, std::initializer_list<const char*> names)
    : m_function(function), m_names(names), m_values(names.size()) {
  if (given.positional.size() > m_names.size())
    fail(m_function + " takes no more than " + std::to_string(m_names.size()) + " arguments");
  for (size_t i = 0; i < given.positional.size(); ++i) m_values[i] = given.positional[i];
  for (const auto& [name, value] : given.named) {
    const auto place = std::find(m_names.begin(), m_names.end(), name);
    if (place == m_names.end()) fail(m_function + " takes no argument '" + name + "'");
    auto& there = m_values[size_t(place - m_names.begin())];
    if (there) fail(m_function + " is given '" + name + "' twice");
    there = value;
  }
}

const Value& Parameters::need(size_t place) const {
  if (!m_values[place]) fail(m_function + " needs '" + m_names[place] + "'");
  return *m_values[place];
}

std::string Parameters::text(size_t place, const std::string& otherwise) const {
  if (!m_values[place]) return otherwise;
  if (!m_values[place]->text())
    fail(m_function + " takes a text as '" + m_names[place] + "', not a " + m_values[place]->typeName());
  return *m_values[place]->text();
}

int64_t Parameters::whole(size_t place, int64_t otherwise) const {
  if (!m_values[place]) return otherwise;
  const auto value = m_values[place]->integer();
  if (!value)
    fail(m_function + " takes a whole number as '" + m_names[place] + "', not a " +
         m_values[place]->typeName());
  return *value;
}

bool Parameters::flag(size_t place, bool otherwise) const {
  return m_values[place] ? m_values[place]->truth() : otherwise;
}

}  // namespace espalier::jinja
