#pragma once

#include <stdexcept>
#include <string>

namespace espalier::jinja {

// What keeps a template from being read or going on: what() is the end of a sentence about it. The public
// face adds the template's name and the line.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// At a line that is known where it is thrown.
struct SyntaxFailure : Failure {
  SyntaxFailure(int at, const std::string& what) : Failure(what), line(at) {}
  int line;
};
// The template itself refuses what it is given (raise_exception).
struct Refusal : Failure {
  using Failure::Failure;
};

[[noreturn]] void fail(const std::string& what);

}  // namespace espalier::jinja
