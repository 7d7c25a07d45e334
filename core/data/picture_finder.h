#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace espalier {

bool isPictureFile(const std::filesystem::path& file);  // by its name's ending

// Finds the pictures that annotations name, near the annotations: beside them, in a folder "images", and
// anywhere below by the file's own name.
class PictureFinder {
 public:
  // folder: where the annotations lie; given: the folder of the pictures if a person named it, else empty.
  PictureFinder(const std::filesystem::path& folder, const std::filesystem::path& given);

  std::optional<std::filesystem::path> byName(const std::string& name);
  // The picture whose name ends in this number, as COCO names them: COCO_val2014_000000000042.jpg,
  // 000000000042.jpg, 42.jpg.
  std::optional<std::filesystem::path> byNumber(int64_t number);

 private:
  void makeIndex();

  std::vector<std::filesystem::path> m_roots;
  bool m_indexed = false;
  std::map<std::string, std::filesystem::path> m_byName;
  std::map<int64_t, std::filesystem::path> m_byNumber;
};

}  // namespace espalier
