#pragma once

#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/image/preprocess.h"

namespace espalier {

// The settings of an image processor, read key by key: every getter takes the default, which stays if the key
// is missing or null, and refuses a value that does not fit by an Error with file, key and value.
class ConfigReader {
 public:
  static constexpr int kLargestSide = 16384;  // far above any vision tower, far below trouble

  // Throws Error if config is no object. Both outlive the reader.
  ConfigReader(const nlohmann::json& config, const std::string& source);

  bool has(const char* key) const;
  void boolean(const char* key, bool& value) const;
  void filter(const char* key, ResizeFilter& value) const;
  void positive(const char* key, double& value) const;
  // At least 1 and at most `largest`.
  void count(const char* key, int64_t& value, int64_t largest) const;
  // One number for all channels or a list of three. A standard deviation must be above 0.
  void channels(const char* key, std::array<double, 3>& value, bool mustBePositive) const;
  // An edge, {height, width}, [height, width], or {shortest_edge}, which only allowShortest permits and which
  // then also is the meaning of a bare number.
  void size(const char* key, ImageSize& value, std::optional<int>* shortest, bool allowShortest) const;
  // A member of an object; the key may be missing, but an object that is there must have the member.
  void member(const char* key, const char* name, int64_t& value, int64_t largest) const;
  // resample, rescaling and normalising: what all classes have.
  void scaling(ImageProcessor& processor) const;

  // Refuses any key that is neither among these nor one that says nothing about the pictures, unless it is
  // null or false.
  void requireKnown(std::initializer_list<std::string_view> keys, const std::string& className) const;
  [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;
  const std::string& source() const { return m_source; }
  const nlohmann::json& at(const char* key) const { return m_config[key]; }

 private:
  int side(const char* key, const nlohmann::json& value, const char* expected) const;

  const nlohmann::json& m_config;
  const std::string& m_source;
};

}  // namespace espalier
