#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace espalier {

bool isPictureFile(const std::filesystem::path& file);  // by its name's ending

// Whether a name is an address on the network ("https://...").
bool isAddress(const std::string& name);

// What was found for a picture that annotations name.
struct FoundPicture {
  std::filesystem::path file;  // empty: none
  std::string problem = {};    // why, as the end of a sentence that named it: "which does not exist"

  explicit operator bool() const { return !file.empty(); }
};

// Finds the pictures that annotations name. A name counts from the folder of the annotations, or from a
// folder "images" in it. Where nothing lies there, the pictures anywhere below are looked at:
// - the one whose path agrees with the name's for the most folders, counted from its end, is found; it must
//   be the only such one;
// - a picture that shares only the file's own name is found if no other below has that name, and if its
//   folders do not contradict those of the name ("val/1.jpg" is not "train/1.jpg"; "images" contradicts
//   nothing);
// - names may differ in the case of letters, and may be written as Windows does, with a drive;
// - masks and other pictures that are annotations themselves are none ("panoptic_val2014/1.png",
// "1_mask.png"). Of several that could be meant none is chosen.
class PictureFinder {
 public:
  // folder: where the annotations lie; given: the folder of the pictures if a person named it, else empty.
  PictureFinder(const std::filesystem::path& folder, const std::filesystem::path& given);

  FoundPicture byName(const std::string& name);
  // By a name without the ending: "train_images/0054c91397f2fe05".
  FoundPicture byStem(const std::string& name);
  // The picture whose name ends in this number, as COCO names them: COCO_val2014_000000000042.jpg,
  // 000000000042.jpg, 42.jpg. part: what the path holds of that picture where several end in the number
  // ("val2014"); may be empty.
  FoundPicture byNumber(int64_t number, const std::string& part = {});

 private:
  struct Picture {
    std::filesystem::path file;
    size_t foldersAbove;  // parts of its path that belong to the root
    bool amongAnnotations;
  };
  using Found = std::map<std::string, std::vector<size_t>>;  // places in m_pictures

  void makeIndex();
  FoundPicture chosen(const std::vector<std::string>& parts, const std::vector<size_t>& candidates) const;
  FoundPicture severalOf(const std::vector<size_t>& candidates) const;
  std::string shownName(size_t picture) const;

  std::vector<std::filesystem::path> m_roots;
  bool m_indexed = false;
  std::vector<Picture> m_pictures;
  Found m_byName, m_byStem;  // by names without regard to case
  std::map<int64_t, std::vector<size_t>> m_byNumber;
};

}  // namespace espalier
