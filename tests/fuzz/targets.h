#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace espalier::fuzz {

// One reader of files that strangers write, as a function of the file's bytes. It has to come back: with a
// value or with an Error of a kind other than Internal. Anything else (another exception, a signal, ten
// seconds, more memory than is allowed) is a defect.
struct Target {
  std::string name;  // "safetensors"
  size_t maxBytes;   // inputs are no longer: most faults need few bytes, and short inputs run fast
  void (*run)(std::span<const uint8_t> bytes);
  // Valid files to begin with, made from the program's own writers and the files under tests/data. Those in
  // tests/data/fuzz/<name>, which hold what was found, come on top.
  std::vector<std::string> (*seeds)();
};

const std::vector<Target>& targets();
const Target& targetNamed(const std::string& name);  // ends the program with the list where there is none

// The seeds of the target and the files in tests/data/fuzz/<name>.
std::vector<std::string> seedsOf(const Target& target);

// Runs it and ends the process (abort) with a sentence where the input shows a defect.
void check(const Target& target, std::span<const uint8_t> bytes);

}  // namespace espalier::fuzz
