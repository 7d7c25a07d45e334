#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/checkpoint/pickle.h"

namespace espalier {

// What the opcodes of a pickle work on: the bytes as they are read, the table of values, the stack with its
// marks, and the memo of values that may be named again. Whatever does not come out even throws Error and
// names the file.
class PickleStack {
 public:
  using Kind = PickleValue::Kind;

 protected:
  PickleStack(std::span<const std::byte> bytes, const std::filesystem::path& path)
      : m_bytes(bytes), m_path(path) {}

  [[noreturn]] void bad(const std::string& what) const;
  const std::filesystem::path& path() const { return m_path; }

  std::span<const std::byte> take(uint64_t size);
  uint64_t unsignedNumber(size_t size);  // little-endian
  std::string text(uint64_t size);
  std::string line();  // up to a line feed, which goes

  int add(PickleValue value);  // into the table; its number there
  PickleValue& value(int index) { return m_out.m_values[size_t(index)]; }

  void push(int index) { m_stack.push_back(index); }
  void push(PickleValue value) { m_stack.push_back(add(std::move(value))); }
  void push(Kind kind);
  void pushInt(int64_t number, Kind kind = Kind::Int);
  void pushReal(double number);
  void pushText(std::string text, Kind kind = Kind::Text);
  // Up to eight bytes, two's complement; longer ones stay as they lie.
  void pushLong(uint64_t size);
  void pushItems(Kind kind, std::vector<int> items);
  void pushTuple(int size);  // of the topmost values
  void pushMark();

  int pop();
  int top() const;
  // What lies above the last mark, which goes.
  std::vector<int> popToMark();

  // Into the list, or the dictionary, on top.
  void append(const std::vector<int>& items);
  void setItems(const std::vector<int>& items);

  void remember(uint64_t key) { m_memo[key] = top(); }
  void rememberNext() { remember(m_memo.size()); }
  void recall(uint64_t key);

  Pickle finished();  // when the pickle has stopped

 private:
  std::span<const std::byte> m_bytes;
  const std::filesystem::path& m_path;
  size_t m_at = 0, m_items = 0;
  std::vector<int> m_stack;
  std::unordered_map<uint64_t, int> m_memo;
  Pickle m_out;
};

}  // namespace espalier
