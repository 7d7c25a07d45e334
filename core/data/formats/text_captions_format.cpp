#include <sstream>

#include "core/data/data_text.h"
#include "core/data/formats/format.h"

namespace espalier {

namespace fs = std::filesystem;

namespace text_captions_format {

std::optional<DataKind> recognise(const DataPlace& place) {
  if (!place.isFolder()) return {};
  std::error_code ec;
  for (const auto& f : place.files())
    if (isPictureFile(f) && fs::is_regular_file(fs::path(f).replace_extension(".txt"), ec))
      return DataKind::Captions;
  return {};
}

// Each line that is not blank is a caption.
void read(const DataPlace& place, Dataset& out) {
  out.kind = DataKind::Captions;
  std::error_code ec;
  for (const auto& picture : place.files()) {
    if (!isPictureFile(picture)) continue;
    const auto file = fs::path(picture).replace_extension(".txt");
    const auto name = file.filename().string();
    if (!fs::is_regular_file(file, ec)) {
      out.problems.push_back({picture.filename().string(), "has no " + name + " beside it"});
      continue;
    }
    std::istringstream in(readDataText(file, int64_t(1) << 20));
    bool any = false;
    for (std::string line; std::getline(in, line);) {
      const auto first = line.find_first_not_of(" \t\r"), last = line.find_last_not_of(" \t\r");
      if (first == std::string::npos) continue;
      out.samples.push_back({picture, {}, line.substr(first, last - first + 1), "caption"});
      any = true;
    }
    if (!any) out.problems.push_back({name, "is empty"});
  }
}

}  // namespace text_captions_format

const DataFormat kTextCaptionsFormat = {"text-captions",
                                        "A folder of pictures with captions in .txt files of the same names",
                                        text_captions_format::recognise, text_captions_format::read};

}  // namespace espalier
