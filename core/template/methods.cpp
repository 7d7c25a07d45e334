#include <algorithm>

#include "core/template/functions.h"

namespace espalier::jinja {

namespace {

Value boundMethod(const std::string& name, std::function<Value(Renderer&, const Arguments&)> call) {
  auto made = std::make_shared<CallableObject>();
  made->name = name;
  made->call = std::move(call);
  return made;
}

Value unsafe(const Value& object, const std::string& name) {
  return Value::undefined("access to attribute '" + name + "' of '" + object.typeName() +
                          "' object is unsafe");
}

bool isAmong(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
}

Value pairsOf(const DictObject& d) {
  Value::List out;
  for (const auto& [key, value] : d.entries) out.push_back(Value::tuple({key, value}));
  return Value::list(std::move(out));
}

std::optional<Value> dictMethod(const Value& object, const std::string& name) {
  if (isAmong(name, {"clear", "pop", "popitem", "setdefault", "update"})) return unsafe(object, name);
  if (name == "get")
    return boundMethod(name, [object](Renderer&, const Arguments& given) {
      const Parameters p("get()", given, {"key", "default"});
      if (!given.named.empty()) fail("get() takes no arguments by name");
      requireHashable(p.need(0));
      const Value* found = object.dict()->find(p.need(0));
      return found ? *found : p.has(1) ? p.need(1) : Value();
    });
  if (name == "items" || name == "keys" || name == "values")
    return boundMethod(name, [object, name](Renderer& r, const Arguments& given) {
      const Parameters none((name + "()").c_str(), given, {});
      r.work(object.weight());
      if (name == "items") return pairsOf(*object.dict());
      Value::List out;
      for (const auto& [key, value] : object.dict()->entries) out.push_back(name == "keys" ? key : value);
      return Value::list(std::move(out));
    });
  if (name == "copy") return boundMethod(name, [object](Renderer&, const Arguments&) { return object; });
  return {};
}

std::optional<Value> listMethod(const Value& object, const std::string& name) {
  const bool tuple = object.sequence()->tuple;
  const auto& names = object.sequence()->names;
  if (const auto named = std::find(names.begin(), names.end(), name); named != names.end())
    return object.sequence()->items[size_t(named - names.begin())];
  if (!tuple && isAmong(name, {"append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"}))
    return unsafe(object, name);
  if (name == "index" || name == "count")
    return boundMethod(name, [object, name](Renderer& r, const Arguments& given) -> Value {
      const Parameters p((name + "()").c_str(), given, {"value"});
      r.work(object.weight());
      const auto& items = object.sequence()->items;
      const auto same = [&](const Value& v) { return equals(v, p.need(0)); };
      if (name == "count") return int64_t(std::count_if(items.begin(), items.end(), same));
      const auto found = std::find_if(items.begin(), items.end(), same);
      if (found == items.end()) fail(p.need(0).repr().substr(0, 80) + " is not in list");
      return int64_t(found - items.begin());
    });
  if (name == "copy" && !tuple)
    return boundMethod(name, [object](Renderer&, const Arguments&) { return object; });
  return {};
}

}  // namespace

std::optional<Value> methodOf(const Value& object, const std::string& name) {
  if (const auto space = object.space()) {
    const Value* found = space->find(name);
    return found ? std::optional(*found) : std::nullopt;
  }
  if (const auto callable = object.callable(); callable && callable->attribute)
    return callable->attribute(name);
  if (const auto callable = object.callable(); callable && name == "name") return callable->name;
  if (object.text()) return textMethodOf(object, name);
  if (object.dict()) return dictMethod(object, name);
  if (object.sequence()) return listMethod(object, name);
  return {};
}

}  // namespace espalier::jinja
