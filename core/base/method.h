#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"

// Marks a text that people read, so that the window's translations find it. The value is the text itself.
#define ENGINE_TEXT(context, text) text

namespace espalier {

// One line of a method's arithmetic.
struct Formula {
  std::string html;  // with <i>, <b>, <sub> and <sup> only; the same in every language
  // What the symbols mean, in words. {samples}, {target} and the like stand for the values of the run at
  // hand; a reader without them leaves the name.
  std::string note = {};
};

// The description of a method for people: a criterion, a refinement, a scoring method or an allocator. The
// method's own file holds it. Command line, window, reports and documents read it there.
struct Method {
  std::string name;                    // in files and flags: "sparsegpt"
  std::string title;                   // for people: "SparseGPT"
  std::string summary = {};            // one line
  std::vector<Formula> formulas = {};  // in the order to read them
  std::string reference = {};          // the publication it is taken from; empty: none
};

// The names of a list of methods, for messages and help: "wanda, ria".
template <typename Methods>
std::string namesOf(const Methods& methods) {
  std::string names;
  for (const auto& m : methods) names += (names.empty() ? "" : ", ") + m.name;
  return names;
}

// The method of this name. Error (InvalidInput) says what was asked for, as `kind`, and which names there
// are.
template <typename Methods>
const auto& methodNamed(const Methods& methods, const std::string& kind, const std::string& name) {
  for (const auto& m : methods)
    if (m.name == name) return m;
  throw Error(ErrorKind::InvalidInput,
              "The " + kind + " \"" + name + "\" is not known; there are " + namesOf(methods) + ".");
}

}  // namespace espalier
