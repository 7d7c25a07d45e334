#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "core/template/failure.h"

namespace espalier::jinja {

class Renderer;
class Value;
struct Arguments;

// Containers deeper than this are refused, so that walking them needs no more than a small stack.
inline constexpr int kDeepestValue = 100;
// What a value may weigh: the bytes of its texts and its parts, each as often as it would be written out.
inline constexpr int64_t kHeaviestValue = int64_t(16) << 20;
void requireWeight(int64_t weight);

struct None {};
struct Undefined {
  std::shared_ptr<const std::string> why;  // "'x' is undefined"
};
struct ListObject;
struct DictObject;
struct GeneratorObject;
struct NamespaceObject;
struct CallableObject;

// A value of a template, with Python's meaning. Strings are valid UTF-8. Lists, tuples and dictionaries do
// not change once they are made (the reference's sandbox forbids it as well), so that copies share them.
class Value {
 public:
  using List = std::vector<Value>;
  using Entries = std::vector<std::pair<Value, Value>>;

  Value() : m_value(None{}) {}
  Value(const Value&) = default;
  Value(Value&&) noexcept = default;
  Value& operator=(const Value&) = default;
  Value& operator=(Value&&) noexcept = default;
  // However long a chain of values that hold each other is, it takes a small stack to free it.
  ~Value();
  Value(Undefined undefined) : m_value(std::move(undefined)) {}
  Value(bool value) : m_value(value) {}
  Value(int64_t value) : m_value(value) {}
  Value(int value) : m_value(int64_t(value)) {}
  Value(double value) : m_value(value) {}
  Value(std::string text) : m_value(std::make_shared<const std::string>(std::move(text))) {}
  Value(const char* text) : Value(std::string(text)) {}
  Value(std::shared_ptr<GeneratorObject> generator) : m_value(std::move(generator)) {}
  Value(std::shared_ptr<NamespaceObject> space) : m_value(std::move(space)) {}
  Value(std::shared_ptr<CallableObject> callable) : m_value(std::move(callable)) {}

  static Value undefined(std::string why);
  static Value list(List items) { return sequence(std::move(items), false); }
  static Value tuple(List items) { return sequence(std::move(items), true); }
  static Value namedTuple(List items, std::vector<std::string> names);
  // Of equal keys the last value counts, in the first's place.
  static Value dict(Entries entries);
  // What filters such as map give: can be gone through once.
  static Value generator(List items);
  static Value fromJson(const nlohmann::ordered_json& json) { return fromJson(json, 0); }

  bool isUndefined() const { return std::holds_alternative<Undefined>(m_value); }
  bool isNone() const { return std::holds_alternative<None>(m_value); }
  const std::string* text() const;  // null unless it is a string
  const bool* boolean() const { return std::get_if<bool>(&m_value); }
  const double* real() const { return std::get_if<double>(&m_value); }
  // True and False are numbers as well.
  std::optional<int64_t> integer() const;
  bool isNumber() const { return integer() || real(); }
  double number() const;               // of a number
  const ListObject* sequence() const;  // list or tuple
  const DictObject* dict() const;
  GeneratorObject* generator() const;
  std::shared_ptr<NamespaceObject> space() const;
  std::shared_ptr<CallableObject> callable() const;
  const std::string& whyUndefined() const { return *std::get<Undefined>(m_value).why; }

  int64_t weight() const;
  int depth() const;             // of nested containers; 0 for anything else
  std::string typeName() const;  // as Python says it: "str", "int", "dict" ...
  bool truth() const;
  std::string str() const;                // what {{ }} writes
  std::string repr() const;               // as it stands within a list
  bool isSame(const Value& other) const;  // Python's `is`

 private:
  static Value fromJson(const nlohmann::ordered_json& json, int depth);
  static Value sequence(List items, bool tuple);

  using Held = std::variant<Undefined, None, bool, int64_t, double, std::shared_ptr<const std::string>,
                            std::shared_ptr<const ListObject>, std::shared_ptr<const DictObject>,
                            std::shared_ptr<GeneratorObject>, std::shared_ptr<NamespaceObject>,
                            std::shared_ptr<CallableObject>>;
  static constexpr size_t kFirstHolder = 6;  // of the types above: this one and those behind it hold values
  static void free(Held& held);

  Held m_value;
};

struct ListObject {
  Value::List items;
  bool tuple = false;
  std::vector<std::string> names = {};  // of a tuple's items, where they have some ("grouper", "list")
  int depth = 1;
  int64_t weight = 1;
};

struct DictObject {
  Value::Entries entries;
  std::unordered_map<std::string, size_t> byText;  // places of string keys
  int depth = 1;
  int64_t weight = 1;

  const Value* find(const Value& key) const;
  const Value* find(const std::string& key) const;
};

struct GeneratorObject {
  Value::List items;
  size_t next = 0;
  int depth = 1;
  int64_t weight = 1;
};

struct NamespaceObject {
  std::vector<std::pair<std::string, Value>> attributes;
  Value* find(const std::string& name);
};

struct Arguments {
  Value::List positional;
  std::vector<std::pair<std::string, Value>> named;
};

// A function, a method with its object, a macro, or the loop of a for block (which can be called when it is
// recursive).
struct CallableObject {
  std::string name;
  std::function<Value(Renderer&, const Arguments&)> call;   // empty: cannot be called
  std::function<Value(const std::string&)> attribute = {};  // undefined for a name it does not have
};

// Whether it can be the key of a dictionary; fails if not.
void requireHashable(const Value& value);
bool equals(const Value& a, const Value& b);
// Below 0, 0 or above; throws Failure for values that Python does not order. op is for the message.
int compare(const Value& a, const Value& b, const char* op);
// The places of keys in their order; equal ones keep theirs, in a reversed order as well. Throws Failure
// where two of them have none.
std::vector<size_t> sortedPlaces(const Value::List& keys, bool reverse = false);
bool contains(const Value& container, const Value& item);
size_t lengthOf(const Value& value);
// What a for block goes through; a generator is used up by it.
Value::List itemsOf(const Value& value);

std::string reprOf(double value);
std::string reprOf(const std::string& text);
// As the reference's tojson writes it: json.dumps with ensure_ascii=False.
struct JsonStyle {
  std::optional<std::string> indent;
  std::string itemSeparator = ", ", keySeparator = ": ";
  bool sortKeys = false;
};
std::string toJson(const Value& value, const JsonStyle& style);

// Strings are counted and cut by code points.
size_t lengthOfText(const std::string& text);
std::vector<std::string> charactersOf(const std::string& text);

}  // namespace espalier::jinja
