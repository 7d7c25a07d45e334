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

// What another process sent is not what this one expects; what: "its list has 3 values where 4 were
// expected".
[[noreturn]] inline void refuseMessage(const std::string& what) {
  throw Error(ErrorKind::Io,
              "Another process sent what this one cannot use (" + what +
                  "); all processes must be the same program, with the same options and files.");
}

// Takes them in the order they were put. Whatever the bytes are: what is not there is refused (refuseMessage)
// before any memory is taken for it.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) : m_left(bytes) {}
  bool atEnd() const { return m_left.empty(); }

  template <typename T>
  T take() {
    static_assert(std::is_arithmetic_v<T>);
    // A byte of another value than 0 and 1 is no bool.
    if constexpr (std::is_same_v<T, bool>) {
      return take<unsigned char>() != 0;
    } else {
      T value{};
      copy(&value, sizeof value);
      return value;
    }
  }
  std::string takeText() {
    std::string text(takeCount(1), '\0');
    copy(text.data(), text.size());
    return text;
  }
  template <typename T>
  std::vector<T> takeVector() {
    std::vector<T> values(takeCount(sizeof(T)));
    copy(values.data(), values.size() * sizeof(T));
    return values;
  }
  template <typename T>
  std::vector<T> takeVector(size_t expected) {
    auto values = takeVector<T>();
    if (values.size() != expected)
      refuseMessage("a list has " + std::to_string(values.size()) + " values where " +
                    std::to_string(expected) + " were expected");
    return values;
  }
  // How many things follow that take at least so many bytes each.
  size_t takeCount(size_t bytesOfEach) {
    const auto count = take<size_t>();
    if (count > m_left.size() / bytesOfEach) refuseEnd();
    return count;
  }

 private:
  [[noreturn]] static void refuseEnd() { refuseMessage("it ends before all is told"); }
  void copy(void* to, size_t bytes) {
    if (bytes > m_left.size()) refuseEnd();
    if (bytes > 0) std::memcpy(to, m_left.data(), bytes);
    m_left.remove_prefix(bytes);
  }

  std::string_view m_left;
};

}  // namespace espalier
