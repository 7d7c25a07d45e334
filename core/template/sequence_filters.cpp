#include <algorithm>

#include "core/template/functions.h"
#include "core/template/operations.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier::jinja {

namespace {

// "a.b.0" of an item, step by step; the value itself without a path.
Value attributePath(Renderer& r, Value item, const Value* path) {
  if (!path || path->isNone()) return item;
  if (path->integer()) return r.itemOf(item, *path);
  if (!path->text()) fail("an attribute is given by a text or number, not by a " + path->typeName());
  const auto& names = *path->text();
  for (size_t at = 0; at <= names.size();) {
    const size_t end = std::min(names.find('.', at), names.size());
    const auto name = names.substr(at, end - at);
    const bool number =
        !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), isAsciiDigit);
    item = r.itemOf(item, number ? Value(int64_t(std::stoll(name))) : Value(name));
    at = end + 1;
  }
  return item;
}

// By which values are ordered: texts without regard to case, if so wished.
Value orderKey(const Value& value, bool caseCounts) {
  return !caseCounts && value.text() ? Value(lowerCaseText(*value.text())) : value;
}

void sortBy(Value::List& items, const std::function<Value(const Value&)>& keyOf, bool reverse) {
  Value::List keys, sorted;
  for (const auto& item : items) keys.push_back(keyOf(item));
  for (const size_t place : sortedPlaces(keys, reverse)) sorted.push_back(items[place]);
  items = std::move(sorted);
}

Value filterDefault(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("default", given, {"default_value", "boolean"});
  if (value.isUndefined() || (p.flag(1, false) && !value.truth())) return p.has(0) ? p.need(0) : Value("");
  return value;
}

Value filterLength(Renderer&, const Value& value, const Arguments&) {
  return int64_t(lengthOf(value));
}

Value filterList(Renderer&, const Value& value, const Arguments&) {
  return Value::list(itemsOf(value));
}

Value filterFirst(Renderer&, const Value& value, const Arguments&) {
  auto items = itemsOf(value);
  return items.empty() ? Value::undefined("No first item, sequence was empty.") : items.front();
}

Value filterLast(Renderer&, const Value& value, const Arguments&) {
  if (value.generator()) fail("last takes a list or text, not a generator");
  auto items = itemsOf(value);
  return items.empty() ? Value::undefined("No last item, sequence was empty.") : items.back();
}

Value filterJoin(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("join", given, {"d", "attribute"});
  const auto separator = p.has(0) ? p.need(0).str() : std::string();
  TextBuilder out;
  bool first = true;
  for (const auto& item : itemsOf(value)) {
    if (!std::exchange(first, false)) out.add(separator);
    out.add(attributePath(r, item, p.find(1)).str());
  }
  return out.take();
}

Value filterReverse(Renderer&, const Value& value, const Arguments&) {
  auto items = itemsOf(value);
  std::reverse(items.begin(), items.end());
  if (!value.text()) return Value::generator(std::move(items));
  std::string out;
  for (const auto& c : items) out += *c.text();
  return out;
}

Value filterSort(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("sort", given, {"reverse", "case_sensitive", "attribute"});
  auto items = itemsOf(value);
  // Several attributes stand with commas between them.
  std::vector<Value> paths;
  if (const Value* path = p.find(2); path && path->text()) {
    for (size_t at = 0; at <= path->text()->size();) {
      const size_t end = std::min(path->text()->find(',', at), path->text()->size());
      paths.emplace_back(path->text()->substr(at, end - at));
      at = end + 1;
    }
  } else {
    paths.push_back(path ? *path : Value());
  }
  sortBy(
      items,
      [&](const Value& item) {
        Value::List keys;
        for (const auto& path : paths)
          keys.push_back(orderKey(attributePath(r, item, &path), p.flag(1, false)));
        return keys.size() == 1 ? keys[0] : Value::list(std::move(keys));
      },
      p.flag(0, false));
  return Value::list(std::move(items));
}

Value filterUnique(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("unique", given, {"case_sensitive", "attribute"});
  Value::List out, seen;
  for (const auto& item : itemsOf(value)) {
    const auto key = orderKey(attributePath(r, item, p.find(1)), p.flag(0, false));
    requireHashable(key);
    r.work(int64_t(seen.size()));
    if (std::any_of(seen.begin(), seen.end(), [&](const Value& v) { return equals(v, key); })) continue;
    seen.push_back(key);
    out.push_back(item);
  }
  return Value::generator(std::move(out));
}

template <bool kLargest>
Value filterExtreme(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p(kLargest ? "max" : "min", given, {"case_sensitive", "attribute"});
  std::optional<Value> best, bestKey;
  for (const auto& item : itemsOf(value)) {
    auto key = orderKey(attributePath(r, item, p.find(1)), p.flag(0, false));
    if (bestKey && (kLargest ? compare(key, *bestKey, ">") <= 0 : compare(key, *bestKey, "<") >= 0)) continue;
    best = item;
    bestKey = std::move(key);
  }
  return best ? *best : Value::undefined("No aggregated item, sequence was empty.");
}

Value filterSum(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("sum", given, {"attribute", "start"});
  Value out = p.has(1) ? p.need(1) : Value(0);
  if (out.text()) fail("sum adds no texts");
  for (const auto& item : itemsOf(value)) {
    out = operate("+", out, attributePath(r, item, p.find(0)));
    r.work(out.weight());
  }
  return out;
}

// What map gives each item to: an attribute, or a filter with its arguments.
Value filterMap(Renderer& r, const Value& value, const Arguments& given) {
  Value::List out;
  // What is empty or none gives nothing, even where it could not be gone through.
  if (!value.truth()) return Value::generator({});
  if (given.positional.empty()) {
    const Parameters p("map", given, {"attribute", "default"});
    p.need(0);
    for (const auto& item : itemsOf(value)) {
      auto one = attributePath(r, item, p.find(0));
      if (one.isUndefined() && p.has(1)) one = p.need(1);
      out.push_back(std::move(one));
    }
  } else {
    if (!given.positional[0].text()) fail("map takes the name of a filter");
    Arguments rest{{given.positional.begin() + 1, given.positional.end()}, given.named};
    for (const auto& item : itemsOf(value)) out.push_back(r.filter(*given.positional[0].text(), item, rest));
  }
  return Value::generator(std::move(out));
}

template <bool kKeeps, bool kByAttribute>
Value filterSelect(Renderer& r, const Value& value, const Arguments& given) {
  const size_t names = kByAttribute ? 1 : 0;
  if (given.positional.size() < names) fail("selectattr and rejectattr take an attribute");
  const Value* path = kByAttribute ? &given.positional[0] : nullptr;
  const Value* test = given.positional.size() > names ? &given.positional[names] : nullptr;
  if (test && !test->text()) fail("select and reject take the name of a test");
  Arguments rest;
  if (test)
    rest = {{given.positional.begin() + std::ptrdiff_t(names) + 1, given.positional.end()}, given.named};
  Value::List out;
  if (!value.truth()) return Value::generator({});
  for (const auto& item : itemsOf(value)) {
    const auto tested = attributePath(r, item, path);
    if ((test ? r.test(*test->text(), tested, rest) : tested.truth()) == kKeeps) out.push_back(item);
  }
  return Value::generator(std::move(out));
}

Value filterItems(Renderer&, const Value& value, const Arguments&) {
  if (value.isUndefined()) return Value::generator({});
  if (!value.dict()) fail("items takes a dictionary, not a " + value.typeName());
  Value::List out;
  for (const auto& [key, one] : value.dict()->entries) out.push_back(Value::tuple({key, one}));
  return Value::generator(std::move(out));
}

Value filterDictSort(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("dictsort", given, {"case_sensitive", "by", "reverse"});
  const auto by = p.text(1, "key");
  if (by != "key" && by != "value") fail("dictsort goes by key or value");
  if (!value.dict()) fail("dictsort takes a dictionary, not a " + value.typeName());
  Value::List out;
  for (const auto& [key, one] : value.dict()->entries) out.push_back(Value::tuple({key, one}));
  sortBy(
      out,
      [&](const Value& pair) {
        return orderKey(pair.sequence()->items[by == "key" ? 0 : 1], p.flag(0, false));
      },
      p.flag(2, false));
  return Value::list(std::move(out));
}

Value filterGroupBy(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("groupby", given, {"attribute", "default", "case_sensitive"});
  p.need(0);
  const auto keyOf = [&](const Value& item) {
    auto key = attributePath(r, item, p.find(0));
    return orderKey(key.isUndefined() && p.has(1) ? p.need(1) : key, p.flag(2, false));
  };
  auto items = itemsOf(value);
  sortBy(items, keyOf, false);
  Value::List out;
  for (size_t begin = 0, end; begin < items.size(); begin = end) {
    const auto key = keyOf(items[begin]);
    for (end = begin + 1; end < items.size() && equals(keyOf(items[end]), key);) ++end;
    // The group is named as its first item is.
    auto shown = attributePath(r, items[begin], p.find(0));
    if (shown.isUndefined() && p.has(1)) shown = p.need(1);
    out.push_back(Value::namedTuple(
        {shown, Value::list({items.begin() + std::ptrdiff_t(begin), items.begin() + std::ptrdiff_t(end)})},
        {"grouper", "list"}));
  }
  return Value::list(std::move(out));
}

Value filterBatch(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("batch", given, {"linecount", "fill_with"});
  p.need(0);
  const auto size = p.whole(0, 0);
  if (size < 1 || size > 1'000'000) fail("batch takes a size from 1 to 1000000");
  Value::List out, row;
  for (const auto& item : itemsOf(value)) {
    if (int64_t(row.size()) == size) out.push_back(Value::list(std::exchange(row, {})));
    row.push_back(item);
  }
  if (!row.empty()) {
    if (p.has(1) && !p.need(1).isNone()) row.resize(size_t(size), p.need(1));
    out.push_back(Value::list(std::move(row)));
  }
  return Value::generator(std::move(out));
}

Value filterSlice(Renderer&, const Value& value, const Arguments& given) {
  const Parameters p("slice", given, {"slices", "fill_with"});
  p.need(0);
  const auto count = p.whole(0, 0);
  if (count < 1 || count > 100'000) fail("slice takes a number from 1 to 100000");
  const auto items = itemsOf(value);
  const auto each = int64_t(items.size()) / count, longer = int64_t(items.size()) % count;
  Value::List out;
  for (int64_t i = 0, at = 0; i < count; ++i) {
    const int64_t size = each + (i < longer ? 1 : 0);
    Value::List row(items.begin() + at, items.begin() + at + size);
    if (p.has(1) && !p.need(1).isNone() && i >= longer) row.push_back(p.need(1));
    at += size;
    out.push_back(Value::list(std::move(row)));
  }
  return Value::generator(std::move(out));
}

Value filterAttribute(Renderer& r, const Value& value, const Arguments& given) {
  const Parameters p("attr", given, {"name"});
  // Attributes only, no items.
  if (value.dict() && !methodOf(value, p.need(0).str()))
    return Value::undefined("'dict object' has no attribute '" + p.need(0).str() + "'");
  return r.attributeOf(value, p.need(0).str());
}

}  // namespace

FilterFunction sequenceFilter(const std::string& name) {
  constexpr std::pair<const char*, FilterFunction> kFilters[] = {
      {"default", filterDefault},
      {"d", filterDefault},
      {"length", filterLength},
      {"count", filterLength},
      {"list", filterList},
      {"first", filterFirst},
      {"last", filterLast},
      {"join", filterJoin},
      {"reverse", filterReverse},
      {"sort", filterSort},
      {"unique", filterUnique},
      {"min", filterExtreme<false>},
      {"max", filterExtreme<true>},
      {"sum", filterSum},
      {"map", filterMap},
      {"select", filterSelect<true, false>},
      {"reject", filterSelect<false, false>},
      {"selectattr", filterSelect<true, true>},
      {"rejectattr", filterSelect<false, true>},
      {"items", filterItems},
      {"dictsort", filterDictSort},
      {"groupby", filterGroupBy},
      {"batch", filterBatch},
      {"slice", filterSlice},
      {"attr", filterAttribute},
  };
  for (const auto& [known, function] : kFilters)
    if (name == known) return function;
  return nullptr;
}

Value Renderer::filter(const std::string& name, const Value& value, const Arguments& arguments) {
  auto function = textFilter(name);
  if (!function) function = sequenceFilter(name);
  if (!function) fail("no filter is named '" + name.substr(0, 80) + "'");
  step();
  work(value.weight());
  auto out = function(*this, value, arguments);
  work(out.weight());
  return out;
}

}  // namespace espalier::jinja
