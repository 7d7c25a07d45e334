#pragma once

#include <functional>

#include "core/data/formats/format.h"

namespace espalier {

// Entries that name their parts: the lines of JSONL and CSV files and the objects of a JSON list. The names
// that are known are those of entry_fields.h, or the columns that a person named.
// - A list of captions makes a sample of each; a list of answers to a question is what several people
// answered.
// - A whole number as answer beside "choices" is the place of the answer among them.
// - "conversations" and "messages" make a pair of each question and its answer; what was said before is not
//   kept.
// - Of a table's cells those that hold a list, as JSON or Python write it, are lists.
class Entries {
 public:
  Entries(PictureFinder pictures, const DataOptions& options)
      : m_pictures(std::move(pictures)), m_options(options) {}

  // An entry, its place ("data.jsonl, line 3"), and its name where it has one.
  using Each =
      std::function<void(const nlohmann::json& entry, const std::string& place, const std::string& id)>;
  using ForEach = std::function<void(const Each&)>;
  struct Source {
    bool isTable = false;      // whose cells are text
    bool marksSplits = false;  // entries say which split they are of
  };
  // Reads what `forEach` gives, twice where entries are marked with splits: those of one are taken. Samples,
  // problems, kind, classes, notes and choices go to `out`.
  void read(const ForEach& forEach, Source source, Dataset& out);

  // The first key (lower case) whose values name pictures although it was not taken for that; may be empty.
  const std::string& likePicture() const { return m_likePicture; }

 private:
  struct Parts;
  void chooseSplit(const ForEach& forEach, Dataset& out);
  void add(const nlohmann::json& entry, const std::string& place, const std::string& id, Dataset& out);
  std::string addPicture(const Parts& parts, Sample& sample);
  std::string addTurns(const Parts& parts, const Sample& sample, const std::string& place, Dataset& out);
  void addSample(Sample sample, const std::string& place, Dataset& out);
  void dropIncomplete(Dataset& out);
  void finish(Dataset& out);

  PictureFinder m_pictures;
  const DataOptions& m_options;
  bool m_fromTable = false, m_labels = false;
  std::string m_split;  // entries of others are passed over
  bool m_bySplit = false;
  std::vector<std::string> m_places;  // of each sample
  std::vector<bool> m_unanswered;     // of each sample: a question without an answer
  std::string m_likePicture;
};

}  // namespace espalier
