#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/image/picture_view.h"

namespace espalier {

// What the entries of a data set are, and so what a model can be asked about it.
enum class DataKind {
  Pairs,      // pictures or texts with a question and its answer, of any kind
  Questions,  // questions about pictures, answered by several people where Sample::answers holds them, or
              // without any answer
  Captions,   // pictures and texts that describe them; a picture may stand in several entries
  Classes,    // pictures and the class each belongs to
  Pictures,   // pictures alone
  Text,       // text alone
};
std::string nameOf(DataKind kind);  // "questions", "captions", ...

// One image-text pair: a picture, what is asked about it and what is to be answered.
struct Sample {
  std::filesystem::path image;              // empty for text alone
  std::string question;                     // what the model is given; may be empty
  std::string answer;                       // what it should say; empty: nobody knows (questions alone)
  std::string kind;                         // the question's kind ("colour", "caption", ...), may be empty
  std::vector<std::string> answers = {};    // what several people answered (VQA: ten); empty: `answer` alone
  int64_t classIndex = -1, classCount = 0;  // in class folders: which of how many; -1: in none
  PictureView view = {};                    // the part of the picture that is meant
};

// Which column of a table, or which key of entries, holds what; empty: known names are looked for
// (core/data/formats/entry_fields.h). Columns are compared without regard to the case of ASCII letters.
struct DataColumns {
  std::string picture, question;
  std::string text;  // the caption, or the answer to the question
  bool any() const { return !picture.empty() || !question.empty() || !text.empty(); }
};

// Which data of a place is meant where it holds more than one.
struct DataOptions {
  std::string format;  // a name of dataFormats(); empty: the first that is recognised
  std::string split;   // "train", "val", "test", or a name of DataChoices; empty: the test split, or else
                       // validation, or all
  std::filesystem::path pictures;   // the folder of the pictures; empty: looked for near the data
  std::vector<DataKind> preferred;  // kinds to take before others
  DataColumns columns = {};         // of tables and entries; with any, only they are looked for
};

// What lies at a place, of which one was taken: for a person to choose from.
struct DataChoices {
  std::vector<std::string> formats;  // those recognised, in the order they are tried; names of dataFormats()
  std::string format;                // the one taken
  std::vector<std::string> splits;   // each can be asked for by DataOptions::split; empty: there are none
  std::string split;                 // the one taken
  std::vector<std::string>
      columns;              // of a table or of the first entry, as they are written; empty: of neither
  DataColumns taken = {};   // those that were taken
  std::string unread = {};  // the file the columns are of, where it lies beside what was read instead
};

// Samples in a fixed order, and what was wrong with the entries that had to be skipped.
struct Dataset {
  std::filesystem::path path;
  std::vector<Sample> samples;
  struct Problem {
    std::string place;  // file and line
    std::string what;
  };
  std::vector<Problem> problems;  // one for each entry that was skipped

  DataKind kind = DataKind::Pairs;
  std::string format = {};                   // what it was recognised as: "COCO captions"
  std::vector<std::string> classNames = {};  // of class folders, by classIndex
  std::vector<std::string> notes = {};       // sentences about the whole: which split, which of several files
  DataOptions options = {};                  // with which `path` gives these entries again
  DataChoices choices = {};                  // what else is there
};

// Data whose columns are not known by their names: a person can say which is which (DataOptions::columns).
class UnknownColumns : public Error {
 public:
  UnknownColumns(const std::string& sentence, DataChoices choices)
      : Error(ErrorKind::InvalidInput, sentence), m_choices(std::move(choices)) {}
  const DataChoices& choices() const { return m_choices; }

 private:
  DataChoices m_choices;
};

// Reads a data set by looking at the folder or file; what can be recognised is listed by dataFormats() and
// described in docs/data.md. Entries that cannot be used (no such picture, a wrong type) are skipped and
// listed. Throws Error naming the folder or file where nothing is recognised or no entry can be used.
Dataset openDataset(const std::filesystem::path& path, const DataOptions& options = {});

// How many different pictures its entries have.
int64_t pictureCount(const Dataset& dataset);

struct DataFormatDescription {
  std::string name;     // "coco-captions"
  std::string summary;  // one line for people
};
const std::vector<DataFormatDescription>& dataFormats();

// The names of the formats recognised at a place, in the order they are tried.
std::vector<std::string> formatsAt(const std::filesystem::path& path);

// The samples at `count` places drawn without repetition by the seed, in drawn order; all of them, shuffled,
// if there are fewer.
Dataset drawSamples(const Dataset& dataset, int64_t count, uint64_t seed);

// All entries of `count` pictures drawn by the seed (an entry without a picture counts as one), in their
// order: a part of a set whose captions and questions stay together.
Dataset drawPictures(const Dataset& dataset, int64_t count, uint64_t seed);

}  // namespace espalier
