#include <algorithm>

#include "core/data/data_text.h"
#include "core/data/formats/format.h"

namespace espalier {

namespace fs = std::filesystem;

namespace text_format {

// Longer documents are cut at a blank, so that one sample never is too much for the memory. The token behind
// a cut is predicted without what stands before it, one in some two thousand.
constexpr size_t kLongest = 8192;

std::vector<fs::path> filesOf(const DataPlace& place) {
  auto files = place.filesEnding(".txt");
  // Lists and notes that lie beside other data are not what a folder is about.
  if (place.isFolder() && (place.holdsPictures() || !place.folders().empty())) files.clear();
  return files;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  return filesOf(place).empty() ? std::nullopt : std::optional(DataKind::Text);
}

void add(std::string text, Dataset& out) {
  while (!text.empty()) {
    size_t size = text.size();
    if (size > kLongest) {
      size = text.find_last_of(" \n", kLongest);
      if (size == std::string::npos || size == 0) {
        size = kLongest;
        while (size > 1 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
          --size;  // within a character
      }
    }
    const auto piece = text.substr(0, size);
    const auto first = piece.find_first_not_of(" \t\r\n"), last = piece.find_last_not_of(" \t\r\n");
    if (first != std::string::npos)
      out.samples.push_back({{}, {}, piece.substr(first, last - first + 1), {}});
    text.erase(0, size);
  }
}

// Blank lines part the documents of one file; of several files each is a document.
void read(const DataPlace& place, Dataset& out) {
  out.kind = DataKind::Text;
  const auto files = filesOf(place);
  for (const auto& file : files) {
    auto text = readDataText(file);
    std::erase(text, '\r');
    const auto before = out.samples.size();
    if (text.find('\0') != std::string::npos) {
      out.problems.push_back({file.filename().string(), "is no text: it holds zero bytes"});
      continue;
    }
    if (files.size() > 1) {
      add(std::move(text), out);
    } else {
      for (size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find("\n\n", at), text.size());
        add(text.substr(at, end - at), out);
        at = end + 2;
      }
    }
    if (out.samples.size() == before) out.problems.push_back({file.filename().string(), "is empty"});
  }
}

}  // namespace text_format

const DataFormat kTextFormat = {"text", "Plain text: a .txt file, or a folder of them, a document each",
                                text_format::recognise, text_format::read};

}  // namespace espalier
