#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/json_records.h"
#include "core/data/picture_finder.h"

namespace espalier {

// A file or folder that may hold data, looked at once for all formats.
class DataPlace {
 public:
  DataPlace(std::filesystem::path path, DataOptions options);

  const std::filesystem::path& path() const { return m_path; }
  const DataOptions& options() const { return m_options; }
  bool isFolder() const { return m_isFolder; }
  const std::filesystem::path& folder() const { return m_folder; }  // the path itself, or the file's
  // The files that are meant: the one, or those of the folder and of a folder "annotations" in it. Sorted.
  const std::vector<std::filesystem::path>& files() const { return m_files; }
  const std::vector<std::filesystem::path>& folders() const { return m_folders; }   // in the folder; sorted
  std::vector<std::filesystem::path> filesEnding(const std::string& ending) const;  // ".json", in any case
  const JsonSketch& sketch(const std::filesystem::path& file) const;
  PictureFinder pictures() const { return {m_folder, m_options.pictures}; }
  bool holdsPictures() const;  // directly in the folder

 private:
  std::filesystem::path m_path, m_folder;
  DataOptions m_options;
  bool m_isFolder = false;
  std::vector<std::filesystem::path> m_files, m_folders;
  mutable std::map<std::filesystem::path, JsonSketch> m_sketches;
};

// One kind of data set. A kind is a file here and a line in formats.cpp.
struct DataFormat {
  const char* name;
  const char* summary;
  // What the data are if they are of this format; nothing if they are not.
  std::optional<DataKind> (*recognise)(const DataPlace& place);
  // Fills samples, problems, format, kind and notes.
  void (*read)(const DataPlace& place, Dataset& out);
};

extern const DataFormat kMetadataFormat, kRecordsFormat, kQuestionsFormat, kGqaFormat, kKarpathyFormat,
    kCocoCaptionsFormat, kTokenCaptionsFormat, kTextCaptionsFormat, kClassFoldersFormat, kPicturesFormat,
    kTextFormat;

// The first of the names that is a split's ("test" of "karpathy_test.json"); one that is called just so comes
// before one that only holds it.
std::optional<size_t> ofSplit(const std::vector<std::string>& names, const std::string& split);

// The index of the split that the options ask for. By default the test split, or else validation, or the
// first. Writes the possible choices to `out`. Throws Error naming a split that does not exist.
size_t chosenSplit(const std::vector<std::string>& names, const DataOptions& options, Dataset& out);

// Of several files the one whose name holds the split (options), with a note which; where none is asked for,
// the test split, or else validation, or the first. Throws Error naming a split that is not there. marked:
// entries say which split they are of, so that one file may hold all.
std::filesystem::path fileOfSplit(const std::vector<std::filesystem::path>& files, const DataPlace& place,
                                  Dataset& out, bool marked = false);

// The columns of the table, lines or JSON list at a place, as they are written; empty where there is none.
std::vector<std::string> tableColumns(const DataPlace& place);
std::vector<std::string> recordColumns(const DataPlace& place);
// Of the first list of entries in a JSON file.
std::vector<std::string> recordColumns(const JsonSketch& sketch);

// Whether a file has one of the names under which the names of classes are looked for.
bool isClassNamesFile(const std::filesystem::path& file);

// Whether a file's ending is one that tables have besides .csv and .tsv: .txt, .tab, .psv, .dat, .lst.
bool mayHoldTable(const std::filesystem::path& file);

// Tells, in out.notes, which tables and lists of entries lie among data that were taken for something that
// has none (pictures alone, say), with what is wrong with them and what to do. The columns of the only one
// whose columns are not known go to out.choices, for a person to say which is which.
void tellUnreadTables(const DataPlace& place, const DataFormat& taken, Dataset& out);

// Tells, in out.notes, that entries were read without their pictures, though they seem to have some: one of
// their columns (likePicture, in lower case) names files of pictures, or pictures lie beside them.
void tellUnusedPictures(const DataPlace& place, const std::string& likePicture, Dataset& out);

// What a file of this name is refused as, as the end of a sentence; empty where that is nothing known.
std::string refusalOfName(const std::filesystem::path& file);
// What entries of these columns are refused as.
std::string refusalOfKeys(const std::vector<std::string>& columns);

// What keeps data of a known kind from being used, as the end of a sentence that names them, with what to do:
// "is a Parquet table, ..."; empty where they are of none that is known to be refused.
std::string refusalOf(const DataPlace& place);

// Whether a name ("val2014") is of a split ("val"; "validation" and "dev" count as "val").
bool isOfSplit(const std::string& name, const std::string& split);

std::string lowerCase(std::string text);  // ASCII

// A member as text: a string, or a number as it is written. Empty if it is neither or not there.
std::string textOf(const nlohmann::json& object, const char* key);
// A number, or a string that is one.
std::optional<int64_t> numberOf(const nlohmann::json& object, const char* key);

}  // namespace espalier
