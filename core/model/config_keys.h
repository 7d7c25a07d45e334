#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace espalier {

class Checkpoint;

// Which keys of config.json a family looks at. The functions of layers/config_value.h note each; a family
// that looks at one otherwise notes it itself.
void noteConfigKey(const char* key);

// While one lives, the keys that this thread looks at are kept in it; of several the latest has them.
class ConfigReads {
 public:
  ConfigReads();
  ~ConfigReads();
  ConfigReads(const ConfigReads&) = delete;
  ConfigReads& operator=(const ConfigReads&) = delete;

  bool has(const std::string& key) const { return m_keys.contains(key); }

 private:
  friend void noteConfigKey(const char* key);
  std::set<std::string> m_keys;
  ConfigReads* m_before;
};

// Why a key that no family looks at changes nothing that is computed here: "sets how training begins". Empty
// where that is not known.
std::string whyHarmless(const std::string& key);

// Keys of a configuration, sections as "text_config.depth", that were not looked at and are not known to be
// harmless. Absent and null are the same, and what begins with "_" is the library's own.
std::vector<std::string> unknownKeys(const nlohmann::json& config, const ConfigReads& reads);
// The same of a checkpoint that a family makes a model of.
std::vector<std::string> unknownKeys(const Checkpoint& checkpoint);

// Of generation_config.json what the reference's generate() would heed and this program, which decodes by its
// own options, does not: `"repetition_penalty": 1.2`.
std::vector<std::string> unheededGeneration(const nlohmann::json& generation);

}  // namespace espalier
