#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/error.h"

namespace espalier {

// Plain values one behind the other, for what processes of the same program on machines of the same kind tell
// each other. Not for files.
class PackedValues {
 public:
  template <typename T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& text) {
    put(text.size());
    m_bytes += text;
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    put(values.size());
    m_bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  const std::string& bytes() const { return m_bytes; }

 private:
  std::string m_bytes;
};

// Takes them in the order they were put.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) : m_left(bytes) {}
  bool atEnd() const { return m_left.empty(); }

  template <typename T>
  T take() {
    T value{};
    copy(&value, sizeof value);
    return value;
  }
  std::string takeText() {
    std::string text(take<size_t>(), '\0');
    copy(text.data(), text.size());
    return text;
  }
  template <typename T>
  std::vector<T> takeVector() {
    std::vector<T> values(take<size_t>());
    copy(values.data(), values.size() * sizeof(T));
    return values;
  }

 private:
  void copy(void* to, size_t bytes) {
    if (bytes > m_left.size())
      throw Error(ErrorKind::Internal, "Another process told less than was expected of it.");
    if (bytes > 0) std::memcpy(to, m_left.data(), bytes);
    m_left.remove_prefix(bytes);
  }

  std::string_view m_left;
};

}  // namespace espalier
