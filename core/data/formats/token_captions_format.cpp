#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/data/data_text.h"
#include "core/data/formats/format.h"
#include "core/data/formats/table.h"
#include "core/text/utf8.h"

namespace espalier {

namespace fs = std::filesystem;

namespace token_captions_format {

// A line "1000092795.jpg#0<tab>Two young guys ...": the picture, and the caption.
struct TokenLine {
  std::string picture, caption;
};
std::optional<TokenLine> tokenLine(const std::string& line) {
  const auto mark = line.find('#'), tab = line.find('\t');
  if (mark == std::string::npos || tab == std::string::npos || mark == 0 || mark > tab) return {};
  const auto number = withoutBlanks(line.substr(mark + 1, tab - mark - 1));
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) return {};
  return TokenLine{line.substr(0, mark), withoutBlanks(line.substr(tab + 1))};
}

bool isTokenFile(const fs::path& file) {
  const auto ending = lowerCase(file.extension().string());
  if (ending != ".token" && ending != ".txt") return false;
  std::ifstream in(file, std::ios::binary);
  std::string start(4096, '\0');
  in.read(start.data(), std::streamsize(start.size()));
  start.resize(size_t(std::max<std::streamsize>(0, in.gcount())));
  start = dataTextOf(start);
  const auto line = tokenLine(start.substr(0, start.find('\n')));
  return line && isPictureFile(line->picture);
}

// Lemmatised captions are not what a model should say.
std::vector<fs::path> filesOf(const DataPlace& place) {
  std::vector<fs::path> out, lemmas;
  for (const auto& f : place.files())
    if (isTokenFile(f))
      (lowerCase(f.filename().string()).find("lemma") == std::string::npos ? out : lemmas).push_back(f);
  return out.empty() ? lemmas : out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  return filesOf(place).empty() ? std::nullopt : std::optional(DataKind::Captions);
}

// Flickr8k lists the pictures of its splits in files beside the captions: Flickr_8k.testImages.txt.
std::map<std::string, fs::path> listsBeside(const fs::path& file) {
  std::map<std::string, fs::path> out;
  std::error_code ec;
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const auto name = lowerCase(it->path().filename().string());
    for (const auto& [ending, split] :
         {std::pair{".trainimages.txt", "train"}, std::pair{".devimages.txt", "val"},
          std::pair{".testimages.txt", "test"}})
      if (name.ends_with(ending)) out[split] = it->path();
  }
  return out;
}

void read(const DataPlace& place, Dataset& out) {
  out.kind = DataKind::Captions;
  const auto files = filesOf(place);
  const auto lists = listsBeside(files[0]);
  const auto file = lists.empty() ? fileOfSplit(files, place, out) : files[0];
  std::set<std::string> wanted;
  if (!lists.empty()) {
    std::vector<std::string> names;
    for (const auto& [split, list] : lists) names.push_back(split);
    const auto& split = names[chosenSplit(names, place.options(), out)];
    std::istringstream in(readDataText(lists.at(split)));
    for (std::string line; std::getline(in, line);) wanted.insert(withoutBlanks(line));
    out.notes.push_back("The split \"" + split + "\" was taken; --split chooses another.");
  }
  auto pictures = place.pictures();
  std::istringstream in(readDataText(file));
  int64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (withoutBlanks(line).empty()) continue;
    const auto problem = [&](const std::string& what) {
      out.problems.push_back({file.filename().string() + ", line " + std::to_string(number), what});
    };
    const auto entry = tokenLine(line);
    if (!entry || entry->caption.empty()) {
      problem("is no picture's name, \"#\", a number, a tab and a caption");
      continue;
    }
    if (!wanted.empty() && !wanted.contains(entry->picture)) continue;
    const auto found = pictures.byName(entry->picture);
    if (found)
      out.samples.push_back({found.file, {}, entry->caption, "caption"});
    else
      problem("names the picture " + entry->picture + ", " + found.problem);
  }
}

}  // namespace token_captions_format

const DataFormat kTokenCaptionsFormat = {
    "token-captions", "Captions of Flickr30k or Flickr8k: a line \"1.jpg#0\" and a caption each",
    token_captions_format::recognise, token_captions_format::read};

}  // namespace espalier
