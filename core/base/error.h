#pragma once

#include <stdexcept>
#include <string>

namespace espalier {

// What went wrong, so that a caller can choose an exit code or an icon without reading the text.
enum class ErrorKind {
  InvalidInput,  // an option or file content a person can correct
  Format,        // a file that is not what it says it is
  Io,            // the operating system refused (missing file, no permission, disk full)
  Unsupported,   // a valid model or file that asks for something not built
  Internal,      // a defect of ours
};

// Every error of the engine. what() is one sentence that names the file or flag, what was found and what
// would be right.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& sentence) : std::runtime_error(sentence), m_kind(kind) {}
  ErrorKind kind() const { return m_kind; }

 private:
  ErrorKind m_kind;
};

// Thrown when a stop was requested. Not an Error: nothing went wrong.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

}  // namespace espalier
