// What lies beside data and was not read, though it may be what a person means.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/base/error.h"
#include "core/data/data_columns.h"
#include "core/data/data_text.h"
#include "core/data/formats/entry_fields.h"
#include "core/data/formats/format.h"
#include "core/data/formats/table.h"
#include "core/text/utf8.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr size_t kToldFiles = 5;    // of each kind; the rest are counted
constexpr size_t kStart = 1 << 16;  // bytes of a file that tell whether it is a table
constexpr size_t kFewestLines = 2;  // that must agree in how many cells they have

bool readsTables(const DataFormat& format) {
  return &format != &kPicturesFormat && &format != &kClassFoldersFormat && &format != &kTextCaptionsFormat &&
         &format != &kTextFormat;
}

std::string firstLinesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string start(kStart, '\0');
  in.read(start.data(), std::streamsize(start.size()));
  const bool whole = in.gcount() < std::streamsize(start.size());
  start.resize(size_t(std::max<std::streamsize>(0, in.gcount())));
  start = dataTextOf(start);
  if (!whole) start.resize(start.rfind('\n') == std::string::npos ? 0 : start.rfind('\n') + 1);
  return start;
}

// The first line of what has another ending than tables have, and is one: each line has the same number of
// cells, or one of them names a picture.
std::vector<std::string> headerOfLikeTable(const fs::path& file) {
  const auto start = firstLinesOf(file);
  if (holdsNoText(start)) return {};
  const auto rows = tableOf(start).rows;
  if (rows.size() < kFewestLines || rows[0].size() < 2) return {};
  const bool even =
      std::all_of(rows.begin(), rows.end(), [&](const auto& r) { return r.size() == rows[0].size(); });
  // Running text has commas, too.
  const bool separated = start.substr(0, start.find('\n')).find_first_of(";|\t") != std::string::npos;
  const bool names =
      std::any_of(rows[1].begin(), rows[1].end(), [](const auto& c) { return isPictureFile(c); });
  return names || (even && separated) ? rows[0] : std::vector<std::string>();
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kToldFiles); ++i) out += (i ? ", " : "") + names[i];
  if (names.size() > kToldFiles) out += " and " + std::to_string(names.size() - kToldFiles) + " more";
  return out;
}

constexpr const char* kWhatToSay =
    "; say which of them holds what, for instance --columns picture=NAME,text=NAME or "
    "picture=NAME,question=NAME,answer=NAME.";

// A file that was not read.
struct Unread {
  std::string name;
  std::vector<std::string> columns;  // empty: none are known
  std::string why;                   // the end of a sentence about the file; empty: its columns are not known
};

// Whether a .json of which no list is known is none; one too large to look through counts as some.
bool isNoJson(const fs::path& file) {
  constexpr int64_t kMost = int64_t(16) << 20;
  try {
    return parsedJson(readDataText(file, kMost)).is_discarded();
  } catch (const Error&) {
    return false;
  }
}

std::optional<Unread> unreadOf(const DataPlace& place, const fs::path& file) {
  Unread out{file.filename().string(), {}, refusalOfName(file)};
  if (!out.why.empty()) return out;
  const auto ending = lowerCase(file.extension().string());
  const bool isNamedTable = ending == ".csv" || ending == ".tsv" || ending == ".jsonl" || ending == ".ndjson";
  if (!isNamedTable && ending != ".json" && !mayHoldTable(file)) return {};
  DataOptions columns;
  columns.columns = place.options().columns;
  const DataPlace alone(file, columns);
  for (const auto* format : {&kMetadataFormat, &kQuestionsFormat, &kGqaFormat, &kKarpathyFormat,
                             &kCocoCaptionsFormat, &kRecordsFormat, &kTokenCaptionsFormat})
    if (format->recognise(alone)) {
      out.why = "holds entries of its own; name the file instead of the folder to have them";
      return out;
    }
  if (isNamedTable) {
    out.columns = tableColumns(alone);
    if (out.columns.empty())
      out.why = holdsNoText(firstLinesOf(file))
                    ? "is no text in UTF-8, or in UTF-16 with its mark: it holds zero bytes"
                    : "is empty, or no table";
  } else if (ending == ".json") {
    out.columns = tableColumns(alone);
    if (out.columns.empty()) out.columns = recordColumns(place.sketch(file));
    if (out.columns.empty() && isNoJson(file)) out.why = "is not valid JSON";
    // Settings and lists of names are no entries.
    if (out.columns.empty() && out.why.empty()) return {};
  } else {
    out.columns = headerOfLikeTable(file);
    if (out.columns.empty()) return {};
  }
  if (out.why.empty()) out.why = refusalOfKeys(out.columns);
  return out;
}

// Whether what was taken uses the file: captions in a file for each picture, texts, names of classes.
bool isUsedBy(const DataFormat& taken, const DataPlace& place, const fs::path& file) {
  if (&taken == &kClassFoldersFormat) return isClassNamesFile(file);
  if (&taken == &kTextFormat) return lowerCase(file.extension().string()) == ".txt";
  if (&taken != &kTextCaptionsFormat || file.extension() != ".txt") return false;
  return std::any_of(place.files().begin(), place.files().end(), [&](const auto& f) {
    return isPictureFile(f) && fs::path(f).replace_extension(".txt") == file;
  });
}

}  // namespace

bool mayHoldTable(const fs::path& file) {
  const auto ending = lowerCase(file.extension().string());
  return ending == ".txt" || ending == ".tab" || ending == ".psv" || ending == ".dat" || ending == ".lst";
}

void tellUnreadTables(const DataPlace& place, const DataFormat& taken, Dataset& out) {
  if (readsTables(taken)) return;
  // A person, or the kind of the model, chose this instead of a table that is read.
  if (std::any_of(out.choices.formats.begin(), out.choices.formats.end(), [](const auto& name) {
        return name != kPicturesFormat.name && name != kClassFoldersFormat.name &&
               name != kTextCaptionsFormat.name && name != kTextFormat.name;
      }))
    return;
  std::vector<Unread> unread;
  for (const auto& file : place.files()) {
    if (isPictureFile(file) || (place.isFolder() && isUsedBy(taken, place, file))) continue;
    if (const auto found = unreadOf(place, file)) unread.push_back(*found);
  }
  std::vector<std::string> unknown;
  std::map<std::string, std::vector<std::string>> others;  // names by what is wrong with them
  for (const auto& each : unread) {
    if (!each.why.empty()) {
      others[each.why].push_back(each.name);
      continue;
    }
    unknown.push_back(each.name);
    out.choices.columns = each.columns, out.choices.unread = each.name;
  }
  if (unknown.size() == 1)
    out.notes.push_back(place.isFolder()
                            ? unknown[0] + " was not read: its columns " + listed(out.choices.columns) +
                                  " are not known by these names" + kWhatToSay
                            : "The file looks like a table with the columns " + listed(out.choices.columns) +
                                  ", and was read as text" + kWhatToSay);
  if (unknown.size() > 1) {
    out.choices.columns.clear(), out.choices.unread.clear();
    out.notes.push_back(
        listed(unknown) +
        " were not read: their columns are not known by their names. Name the file that is meant "
        "instead of the folder, and say which column holds what by --columns.");
  }
  for (const auto& [why, names] : others)
    out.notes.push_back(
        (names.size() == 1 ? names[0] + " was not read: it " : listed(names) + " were not read: each ") +
        why + ".");
}

void tellUnusedPictures(const DataPlace& place, const std::string& likePicture, Dataset& out) {
  const auto& asked = place.options().columns;
  if (asked.any() ||
      std::any_of(out.samples.begin(), out.samples.end(), [](const Sample& s) { return !s.image.empty(); }))
    return;
  auto columns = out.choices.taken;
  if (!likePicture.empty()) {
    const auto written = std::find_if(out.choices.columns.begin(), out.choices.columns.end(),
                                      [&](const auto& c) { return lowerCase(c) == likePicture; });
    columns.picture = written == out.choices.columns.end() ? likePicture : *written;
    out.notes.push_back("The entries were read without pictures, although the column " + columns.picture +
                        " names some: --columns " + toText(columns) + " takes them from there.");
    return;
  }
  const bool beside =
      place.holdsPictures() || std::any_of(place.folders().begin(), place.folders().end(),
                                           [](const auto& f) { return DataPlace(f, {}).holdsPictures(); });
  if (!beside || out.choices.columns.size() < 2) return;
  out.notes.push_back("The entries were read without the pictures beside them, since none of the columns " +
                      listed(out.choices.columns) +
                      " is known to name pictures; --columns says which one does.");
}

}  // namespace espalier
