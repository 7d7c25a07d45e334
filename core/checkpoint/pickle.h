#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace espalier {

// A Python pickle read as data. The machine calls nothing: where a pickle asks for a function to be called or
// an object to be made, the value says so (Call), and names that are not on the reader's list are refused as
// soon as they appear. Values live in one table and refer to each other by number, so that neither reading
// nor destroying a deeply nested one recurses.
struct PickleValue {
  enum class Kind { None, Bool, Int, BigInt, Real, Text, Bytes, Tuple, List, Dict, Global, Persistent, Call };
  Kind kind = Kind::None;
  int64_t number = 0;  // Bool, Int
  double real = 0;     // Real
  std::string text;  // Text; Bytes and BigInt (little-endian two's complement, or digits) as they lie in the
                     // file; Global and Call: "module.name"
  std::vector<int> items;  // Tuple, List; Dict: key, value, key, value, ...; Persistent: its id; Call: the
                           // arguments
};

class Pickle {
 public:
  // Reads one pickle, up to its STOP. allowed: which "module.name" may appear. Throws Error naming the file:
  // damaged, a name that is not allowed, an opcode of no use in a state dict, or more values than a model
  // has.
  static Pickle read(std::span<const std::byte> bytes, const std::filesystem::path& path,
                     const std::function<bool(const std::string&)>& allowed);

  const PickleValue& root() const { return m_values[size_t(m_root)]; }
  const std::vector<PickleValue>& values() const { return m_values; }
  const PickleValue& at(int index) const { return m_values[size_t(index)]; }
  size_t bytesRead() const { return m_bytesRead; }  // several pickles may lie in one file

 private:
  friend class PickleStack;
  std::vector<PickleValue> m_values;
  int m_root = 0;
  size_t m_bytesRead = 0;
};

}  // namespace espalier
