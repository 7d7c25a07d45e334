#pragma once

#include <iostream>
#include <streambuf>
#include <string>

namespace espalier::cli {

// Makes everything that a stream is given printable (core/text/printable.h) while this lives: captions, names
// of files and configurations can hold anything.
class PrintableOutput : public std::streambuf {
 public:
  explicit PrintableOutput(std::ostream& stream) : m_stream(stream), m_target(stream.rdbuf(this)) {}
  ~PrintableOutput() override;
  PrintableOutput(const PrintableOutput&) = delete;
  PrintableOutput& operator=(const PrintableOutput&) = delete;

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize count) override;
  int sync() override;

 private:
  bool pass(bool all);

  std::ostream& m_stream;
  std::streambuf* m_target;
  std::string m_held;  // what may be half a character
};

}  // namespace espalier::cli
