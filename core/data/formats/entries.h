#pragma once

#include "core/data/formats/format.h"

namespace espalier {

// Entries that name their parts: the lines of JSONL and CSV files and the objects of a JSON list. Known
// names, of which the first that is there counts:
//   picture   file_name, image, image_path, filename, image_name, path, img
//   question  question, prompt, instruction, query
//   answer    answer, answers, response, output, completion, caption, captions, text, sentence, comment,
//             content, label
//   kind      kind
// A list of captions makes a sample of each; a list of answers to a question is what several people answered.
class Entries {
 public:
  explicit Entries(PictureFinder pictures) : m_pictures(std::move(pictures)) {}

  // Adds the samples of an entry, or the problem that keeps it out.
  void add(const nlohmann::json& entry, const std::string& place, Dataset& out);
  // After the last entry: what kind of data they are, and the numbers of their classes.
  void finish(Dataset& out);

  // What an object with these keys is; nothing if it has neither text nor picture.
  static std::optional<DataKind> kindOf(const std::set<std::string>& keys);

 private:
  PictureFinder m_pictures;
  bool m_labels = false;
  std::vector<std::string> m_places;  // of each sample
};

}  // namespace espalier
