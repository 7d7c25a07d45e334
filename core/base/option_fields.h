#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/method.h"

namespace espalier {

// One choice of a struct of options, declared once. JSON, command line, equality, undo steps and reports are
// made from the table of all of them.
template <typename Options>
struct OptionField {
  using Member = std::variant<bool Options::*, int64_t Options::*, uint64_t Options::*, double Options::*,
                              std::string Options::*>;

  std::string key;        // in JSON: "batchSize"
  std::string flag = {};  // on the command line: "--batch-size"; empty: none
  std::string title;      // for people, in front of the value: "Calibration samples"
  std::string help = {};  // one line, for the command line
  Member member;
  // Numbers: the least and the greatest there may be, both included.
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  // The methods that the value names; null: it names none.
  const std::vector<Method>& (*methods)() = nullptr;
  // What people read in place of a value, "true" and "false" of a switch: {{"row", "output rows"}, ...}.
  std::vector<std::pair<std::string, std::string>> valueTitles = {};
  // Whether the value may be several of their names, with commas between them: in order.
  bool several = false;
  // Whether these are all the values there may be.
  bool onlyThose = false;
  // Left out of JSON while it has its default, so that files from before the choice existed stay as they
  // were.
  bool onlyIfChosen = false;
  // Does not change what comes out: left out of comparisons and of the history.
  bool aside = false;
};

template <typename Options>
using OptionFields = std::vector<OptionField<Options>>;

namespace option_fields {

// The value as JSON has it.
template <typename Options>
nlohmann::json valueOf(const OptionField<Options>& field, const Options& options) {
  return std::visit([&](auto member) { return nlohmann::json(options.*member); }, field.member);
}

// The value as files and flags have it: "64", "true", "wanda".
template <typename Options>
std::string nameOfValue(const OptionField<Options>& field, const Options& options) {
  const auto value = valueOf(field, options);
  return value.is_string() ? value.template get<std::string>() : jsonText(value);
}

// The names of a value that is a list of them: "swaps,refit"; none for "". A name between commas may be
// empty.
inline std::vector<std::string> namesIn(const std::string& list) {
  std::vector<std::string> out;
  for (size_t begin = 0; begin < list.size() + 1 && !list.empty();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    out.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

// The value as people read it, in English: the title of a method, the words for a switch.
template <typename Options>
std::string titleOfValue(const OptionField<Options>& field, const Options& options) {
  const auto name = nameOfValue(field, options);
  for (const auto& [value, title] : field.valueTitles)
    if (value == name) return title;
  if (!field.methods) return name;
  std::string titles;
  for (const auto& one : field.several ? namesIn(name) : std::vector{name}) {
    auto title = one;
    for (const auto& m : field.methods())
      if (m.name == one) title = m.title;
    titles += (titles.empty() ? "" : ", ") + title;
  }
  return titles;
}

template <typename Options>
nlohmann::json toJson(const OptionFields<Options>& fields, const Options& options) {
  const Options usual;
  nlohmann::json j = nlohmann::json::object();
  for (const auto& f : fields)
    if (!f.onlyIfChosen || valueOf(f, options) != valueOf(f, usual)) j[f.key] = valueOf(f, options);
  return j;
}

// "batch_size" for "batchSize", as projects spelled it up to version 0.1.
inline std::string oldKeyOf(const std::string& key) {
  std::string old;
  for (const char c : key)
    if (c >= 'A' && c <= 'Z')
      old += '_', old += char(c - 'A' + 'a');
    else
      old += c;
  return old;
}

// Takes what the object has; the rest stays. where: for messages, "The recipe". Error (Format): a value of
// the wrong kind.
template <typename Options>
void takeJson(const OptionFields<Options>& fields, const nlohmann::json& j, const std::string& where,
              Options& options) {
  for (const auto& f : fields) {
    auto it = j.find(f.key);
    if (it == j.end()) it = j.find(oldKeyOf(f.key));
    if (it == j.end() || it->is_null()) continue;
    const auto& value = *it;
    const bool fits = std::visit(
        [&](auto member) {
          using T = std::decay_t<decltype(options.*member)>;
          if constexpr (std::is_same_v<T, bool>) {
            if (!value.is_boolean()) return false;
          } else if constexpr (std::is_same_v<T, std::string>) {
            if (!value.is_string()) return false;
          } else if constexpr (std::is_same_v<T, double>) {
            if (!value.is_number()) return false;
          } else if constexpr (std::is_same_v<T, uint64_t>) {
            if (!value.is_number_unsigned()) return false;
          } else {
            if (!value.is_number_integer() ||
                (value.is_number_unsigned() && value.template get<uint64_t>() > uint64_t(INT64_MAX)))
              return false;
          }
          options.*member = value.template get<T>();
          return true;
        },
        f.member);
    if (!fits)
      throw Error(ErrorKind::Format,
                  where + " has \"" + f.key + "\": " + jsonText(value) + ", a value of the wrong kind.");
  }
}

// Error (InvalidInput) names the flag, what it is and what would be right, for the first value out of range.
template <typename Options>
void check(const OptionFields<Options>& fields, const Options& options) {
  const auto number = [](double value) {
    return value == std::floor(value) && std::abs(value) < 1e15 ? jsonText(int64_t(value)) : jsonText(value);
  };
  for (const auto& f : fields) {
    const auto value = valueOf(f, options);
    const std::string found =
        (f.flag.empty() ? "\"" + f.key + "\"" : f.flag) + " is " + jsonText(value) + "; ";
    if (f.methods) {
      const auto name = value.template get<std::string>();
      bool known = false;
      for (const auto& [other, title] : f.valueTitles) known = known || other == name;
      bool allKnown = true;
      for (const auto& one : f.several ? namesIn(name) : std::vector{name}) {
        bool here = false;
        for (const auto& m : f.methods()) here = here || m.name == one;
        allKnown = allKnown && here;
      }
      if (!known && !allKnown)
        throw Error(ErrorKind::InvalidInput, found + "known are " + namesOf(f.methods()) + ".");
    } else if (f.onlyThose) {
      std::string names;
      bool known = false;
      for (const auto& [other, title] : f.valueTitles) {
        names += (names.empty() ? "" : ", ") + other;
        known = known || other == nameOfValue(f, options);
      }
      if (!known) throw Error(ErrorKind::InvalidInput, found + "known are " + names + ".");
    } else if (value.is_number()) {
      const double v = value.template get<double>();
      if (v >= f.least && v <= f.most) continue;
      const bool open = std::isinf(f.most);
      throw Error(ErrorKind::InvalidInput,
                  found +
                      (open ? "at least " + number(f.least)
                            : "a number from " + number(f.least) + " to " + number(f.most)) +
                      " was expected.");
    }
  }
}

// The choices that are not the same; those aside do not count.
template <typename Options>
std::vector<const OptionField<Options>*> differing(const OptionFields<Options>& fields, const Options& a,
                                                   const Options& b) {
  std::vector<const OptionField<Options>*> out;
  for (const auto& f : fields)
    if (!f.aside && valueOf(f, a) != valueOf(f, b)) out.push_back(&f);
  return out;
}

}  // namespace option_fields

}  // namespace espalier
