#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace espalier {

// What a JSON file looks like: the keys of its top object, and those of the first object below each. Only as
// much of the file is read as that takes. Of a list the one entry is "".
struct JsonSketch {
  bool isList = false;
  std::map<std::string, std::set<std::string>> keys;
  std::set<std::string> lists;  // keys of the top object that hold a list

  bool has(const std::string& top) const { return keys.contains(top); }
  bool has(const std::string& top, const std::string& inner) const {
    const auto it = keys.find(top);
    return it != keys.end() && it->second.contains(inner);
  }
  bool isListAt(const std::string& top) const { return lists.contains(top); }
};
JsonSketch sketchJson(const std::filesystem::path& file);  // empty where the file is no JSON

// A JSON file with the line each record begins at. Records are the objects directly in the top list, or in
// the lists and objects below the top object.
struct JsonRecords {
  nlohmann::json json;
  std::map<std::string, std::vector<int64_t>> lines;  // by the key of the list ("" for the top list)

  // "captions.json, line 1, annotations[17]".
  std::string placeOf(const std::string& list, size_t index) const;
  // "problems.json, line 7, entry 42", of a record that is a member of the top object.
  std::string placeOfNamed(const std::string& key) const;
  std::string fileName;
};
// Keeps only the members named, at any depth, also where they are written with capital letters, so that large
// files take no more memory than they must; the keys of the top object are all kept if keepTop. Read as
// parsedJson() reads. Throws Error naming file and line of a fault.
JsonRecords readJsonRecords(const std::filesystem::path& file, const std::set<std::string>& members,
                            bool keepTop = false);

}  // namespace espalier
