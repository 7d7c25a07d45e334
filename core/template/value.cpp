#include "core/template/value.h"

#include <algorithm>
#include <numeric>

#include "core/text/utf8.h"

namespace espalier::jinja {

void fail(const std::string& what) {
  throw Failure(what);
}

void requireWeight(int64_t weight) {
  if (weight > kHeaviestValue) fail("a value grows beyond " + std::to_string(kHeaviestValue >> 20) + " MiB");
}

namespace {

// How deep and heavy a container is by its parts.
class Measure {
 public:
  void add(const Value& part) {
    m_deepest = std::max(m_deepest, part.depth());
    m_weight += part.weight() + 1;
    requireWeight(m_weight);
  }
  template <typename Container>
  void setOn(Container& container) const {
    if (m_deepest >= kDeepestValue)
      fail("a list or dictionary lies more than " + std::to_string(kDeepestValue) + " deep in others");
    container.depth = m_deepest + 1;
    container.weight = m_weight;
  }

 private:
  int m_deepest = 0;
  int64_t m_weight = 1;
};

}  // namespace

Value Value::undefined(std::string why) {
  return Undefined{std::make_shared<const std::string>(std::move(why))};
}

Value Value::namedTuple(List items, std::vector<std::string> names) {
  auto out = tuple(std::move(items));
  const auto made = std::make_shared<ListObject>(*out.sequence());
  made->names = std::move(names);
  out.m_value = std::shared_ptr<const ListObject>(made);
  return out;
}

Value Value::sequence(List items, bool tuple) {
  Measure measure;
  for (const auto& item : items) measure.add(item);
  auto made = std::make_shared<ListObject>(ListObject{std::move(items), tuple});
  measure.setOn(*made);
  Value out;
  out.m_value = std::shared_ptr<const ListObject>(std::move(made));
  return out;
}

Value Value::dict(Entries entries) {
  auto made = std::make_shared<DictObject>();
  Measure measure;
  for (auto& entry : entries) {
    const auto& [key, value] = entry;
    requireHashable(key);
    measure.add(key);
    measure.add(value);
    if (made->find(key)) {
      for (auto& [known, there] : made->entries)
        if (equals(known, key)) there = value;
      continue;
    }
    if (key.text()) made->byText.emplace(*key.text(), made->entries.size());
    made->entries.push_back(std::move(entry));
  }
  measure.setOn(*made);
  Value out;
  out.m_value = std::shared_ptr<const DictObject>(std::move(made));
  return out;
}

Value Value::generator(List items) {
  Measure measure;
  for (const auto& item : items) measure.add(item);
  auto made = std::make_shared<GeneratorObject>(GeneratorObject{std::move(items)});
  measure.setOn(*made);
  return made;
}

Value Value::fromJson(const nlohmann::ordered_json& json, int depth) {
  if (depth > kDeepestValue)
    fail("what it is given is nested more than " + std::to_string(kDeepestValue) + " deep");
  switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean:
      return json.get<bool>();
    case nlohmann::ordered_json::value_t::number_integer:
      return json.get<int64_t>();
    case nlohmann::ordered_json::value_t::number_unsigned:
      if (json.get<uint64_t>() > uint64_t(INT64_MAX)) return json.get<double>();
      return json.get<int64_t>();
    case nlohmann::ordered_json::value_t::number_float:
      return json.get<double>();
    case nlohmann::ordered_json::value_t::string:
      return json.get<std::string>();
    case nlohmann::ordered_json::value_t::array: {
      List items;
      for (const auto& item : json) items.push_back(fromJson(item, depth + 1));
      return list(std::move(items));
    }
    case nlohmann::ordered_json::value_t::object: {
      Entries entries;
      for (const auto& [key, item] : json.items())
        entries.emplace_back(Value(key), fromJson(item, depth + 1));
      return dict(std::move(entries));
    }
    default:
      return {};
  }
}

const std::string* Value::text() const {
  const auto* p = std::get_if<std::shared_ptr<const std::string>>(&m_value);
  return p ? p->get() : nullptr;
}

std::optional<int64_t> Value::integer() const {
  if (const auto* i = std::get_if<int64_t>(&m_value)) return *i;
  if (const auto* b = boolean()) return *b ? 1 : 0;
  return {};
}

double Value::number() const {
  return real() ? *real() : double(integer().value_or(0));
}

const ListObject* Value::sequence() const {
  const auto* p = std::get_if<std::shared_ptr<const ListObject>>(&m_value);
  return p ? p->get() : nullptr;
}

const DictObject* Value::dict() const {
  const auto* p = std::get_if<std::shared_ptr<const DictObject>>(&m_value);
  return p ? p->get() : nullptr;
}

GeneratorObject* Value::generator() const {
  const auto* p = std::get_if<std::shared_ptr<GeneratorObject>>(&m_value);
  return p ? p->get() : nullptr;
}

std::shared_ptr<NamespaceObject> Value::space() const {
  const auto* p = std::get_if<std::shared_ptr<NamespaceObject>>(&m_value);
  return p ? *p : nullptr;
}

std::shared_ptr<CallableObject> Value::callable() const {
  const auto* p = std::get_if<std::shared_ptr<CallableObject>>(&m_value);
  return p ? *p : nullptr;
}

int64_t Value::weight() const {
  if (text()) return int64_t(text()->size()) + 1;
  if (const auto* s = sequence()) return s->weight;
  if (const auto* d = dict()) return d->weight;
  return generator() ? generator()->weight : 1;
}

int Value::depth() const {
  if (const auto* s = sequence()) return s->depth;
  if (const auto* d = dict()) return d->depth;
  return generator() ? generator()->depth : 0;
}

std::string Value::typeName() const {
  if (isUndefined()) return "Undefined";
  if (isNone()) return "NoneType";
  if (boolean()) return "bool";
  if (integer()) return "int";
  if (real()) return "float";
  if (text()) return "str";
  if (sequence()) return sequence()->tuple ? "tuple" : "list";
  if (dict()) return "dict";
  if (generator()) return "generator";
  return space() ? "Namespace" : "function";
}

bool Value::truth() const {
  if (isUndefined() || isNone()) return false;
  if (const auto i = integer()) return *i != 0;
  if (real()) return *real() != 0;
  if (text()) return !text()->empty();
  if (sequence()) return !sequence()->items.empty();
  if (dict()) return !dict()->entries.empty();
  return true;
}

std::string Value::str() const {
  if (isUndefined()) return "";
  return text() ? *text() : repr();
}

std::string Value::repr() const {
  if (isUndefined()) return "Undefined";
  if (isNone()) return "None";
  if (const auto* b = boolean()) return *b ? "True" : "False";
  if (const auto i = integer()) return std::to_string(*i);
  if (real()) return reprOf(*real());
  if (text()) return reprOf(*text());
  if (const auto* s = sequence()) {
    std::string out(1, s->tuple ? '(' : '[');
    for (size_t i = 0; i < s->items.size(); ++i) out += (i ? ", " : "") + s->items[i].repr();
    return out + (s->tuple ? (s->items.size() == 1 ? ",)" : ")") : "]");
  }
  if (const auto* d = dict()) {
    std::string out = "{";
    for (size_t i = 0; i < d->entries.size(); ++i)
      out += (i ? ", " : "") + d->entries[i].first.repr() + ": " + d->entries[i].second.repr();
    return out + "}";
  }
  if (generator()) return "<generator object>";
  // Its attributes may hold itself.
  return space() ? "<Namespace>" : "<function " + callable()->name + ">";
}

bool Value::isSame(const Value& other) const {
  if (m_value.index() != other.m_value.index()) return false;
  if (text() || real()) return equals(*this, other);
  return std::visit(
      [&](const auto& mine) {
        using T = std::decay_t<decltype(mine)>;
        if constexpr (std::is_same_v<T, None> || std::is_same_v<T, Undefined>) {
          return true;
        } else {
          return mine == std::get<T>(other.m_value);
        }
      },
      m_value);
}

const Value* DictObject::find(const std::string& key) const {
  const auto at = byText.find(key);
  return at == byText.end() ? nullptr : &entries[at->second].second;
}

const Value* DictObject::find(const Value& key) const {
  if (key.text()) return find(*key.text());
  for (const auto& [mine, value] : entries)
    if (equals(mine, key)) return &value;
  return nullptr;
}

Value::~Value() {
  if (m_value.index() >= kFirstHolder) free(m_value);
}

// Frees what is held, and what that holds, no more than so many deep: what lies deeper waits until the
// outermost is done.
void Value::free(Held& held) {
  constexpr int kDeepest = 100;
  thread_local int depth = 0;
  thread_local std::vector<Held>* waiting = nullptr;
  if (depth >= kDeepest) {
    waiting->push_back(std::move(held));
    return;
  }
  std::vector<Held> mine;
  if (depth == 0) waiting = &mine;
  ++depth;
  held = None{};
  while (depth == 1 && !mine.empty()) {
    Held next = std::move(mine.back());
    mine.pop_back();
    next = None{};
  }
  if (--depth == 0) waiting = nullptr;
}

Value* NamespaceObject::find(const std::string& name) {
  for (auto& [mine, value] : attributes)
    if (mine == name) return &value;
  return nullptr;
}

void requireHashable(const Value& value) {
  if (value.dict() || (value.sequence() && !value.sequence()->tuple))
    fail("a " + value.typeName() + " cannot be the key of a dictionary");
  if (value.sequence())
    for (const auto& item : value.sequence()->items) requireHashable(item);
}

bool equals(const Value& a, const Value& b) {
  if (a.isUndefined() || b.isUndefined()) return a.isUndefined() && b.isUndefined();
  if (a.isNumber() && b.isNumber())
    return a.integer() && b.integer() ? *a.integer() == *b.integer() : a.number() == b.number();
  if (a.text() && b.text()) return *a.text() == *b.text();
  if (const auto* s = a.sequence(), *t = b.sequence(); s && t)
    return s->tuple == t->tuple &&
           std::equal(s->items.begin(), s->items.end(), t->items.begin(), t->items.end(), equals);
  if (const auto* d = a.dict(), *e = b.dict(); d && e) {
    if (d->entries.size() != e->entries.size()) return false;
    for (const auto& [key, value] : d->entries) {
      const Value* other = e->find(key);
      if (!other || !equals(value, *other)) return false;
    }
    return true;
  }
  return a.isSame(b);
}

int compare(const Value& a, const Value& b, const char* op) {
  for (const Value* v : {&a, &b})
    if (v->isUndefined()) fail(v->whyUndefined());
  if (a.isNumber() && b.isNumber()) {
    if (a.integer() && b.integer()) return *a.integer() < *b.integer() ? -1 : *a.integer() > *b.integer();
    return a.number() < b.number() ? -1 : a.number() > b.number();
  }
  if (a.text() && b.text()) return a.text()->compare(*b.text());
  if (const auto* s = a.sequence(), *t = b.sequence(); s && t && s->tuple == t->tuple) {
    for (size_t i = 0; i < std::min(s->items.size(), t->items.size()); ++i)
      if (!equals(s->items[i], t->items[i])) return compare(s->items[i], t->items[i], op);
    return s->items.size() < t->items.size() ? -1 : s->items.size() > t->items.size();
  }
  fail(std::string("'") + op + "' is not known between " + a.typeName() + " and " + b.typeName());
}

std::vector<size_t> sortedPlaces(const Value::List& keys, bool reverse) {
  std::vector<size_t> places(keys.size());
  std::iota(places.begin(), places.end(), size_t(0));
  // The comparison does not throw: the sort may be in the midst of moving.
  std::string fault;
  std::stable_sort(places.begin(), places.end(), [&](size_t a, size_t b) {
    if (!fault.empty()) return false;
    try {
      const int order = compare(keys[a], keys[b], "<");
      return reverse ? order > 0 : order < 0;
    } catch (const Failure& f) {
      fault = f.what();
      return false;
    }
  });
  if (!fault.empty()) fail(fault);
  return places;
}

bool contains(const Value& container, const Value& item) {
  if (const auto* text = container.text()) {
    if (!item.text()) fail("'in' a text looks for a text, not for " + item.typeName());
    return text->find(*item.text()) != std::string::npos;
  }
  if (const auto* d = container.dict()) {
    requireHashable(item);
    return d->find(item) != nullptr;
  }
  const auto items = itemsOf(container);
  return std::any_of(items.begin(), items.end(), [&](const Value& v) { return equals(v, item); });
}

size_t lengthOf(const Value& value) {
  if (value.isUndefined()) return 0;
  if (value.text()) return lengthOfText(*value.text());
  if (value.sequence()) return value.sequence()->items.size();
  if (value.dict()) return value.dict()->entries.size();
  fail("a " + value.typeName() + " has no length");
}

Value::List itemsOf(const Value& value) {
  if (value.isUndefined()) return {};
  if (const auto* s = value.sequence()) return s->items;
  Value::List out;
  if (const auto* text = value.text()) {
    for (auto& c : charactersOf(*text)) out.emplace_back(std::move(c));
  } else if (const auto* d = value.dict()) {
    for (const auto& entry : d->entries) out.push_back(entry.first);
  } else if (auto* g = value.generator()) {
    out.assign(g->items.begin() + std::ptrdiff_t(g->next), g->items.end());
    g->next = g->items.size();
  } else {
    fail("a " + value.typeName() + " cannot be gone through");
  }
  return out;
}

size_t lengthOfText(const std::string& text) {
  return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string> charactersOf(const std::string& text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    const size_t length = std::min(utf8Length(text[at]), text.size() - at);
    out.push_back(text.substr(at, length));
    at += length;
  }
  return out;
}

}  // namespace espalier::jinja
