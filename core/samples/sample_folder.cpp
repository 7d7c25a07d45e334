#include "core/samples/sample_folder.h"

#include <cstdlib>

#include "core/base/copy_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/samples/conversation_training.h"
#include "core/samples/emoji_training.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

enum class WhatIsThere { Stays, IsReplaced };

void copyFolder(const fs::path& from, const fs::path& to, WhatIsThere existing) {
  std::error_code ec;
  fs::create_directories(to, ec);
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const auto target = to / entry.path().lexically_relative(from);
    if (entry.is_directory())
      fs::create_directories(target, ec);
    else if (existing == WhatIsThere::IsReplaced || !fs::exists(target, ec))
      copyFile(entry.path(), target);
  }
}

// Of the third sample, beside the first.
fs::path conversationFolder() {
  return sampleFolder().parent_path() / "sample-vlm";
}

}  // namespace

// $ESPALIER_SAMPLE, the installed copy beside the program, or the source tree's.
fs::path sampleFolder() {
  std::vector<fs::path> places;
  if (const char* given = std::getenv("ESPALIER_SAMPLE")) places.emplace_back(given);
  std::error_code ec;
  const auto program = fs::read_symlink("/proc/self/exe", ec);
  if (!ec) places.push_back(program.parent_path().parent_path() / "share" / "espalier" / "sample");
  places.emplace_back(fs::path(ESPALIER_SOURCE_DIR) / "resources" / "sample");
  for (const auto& p : places)
    if (fs::exists(p / "model" / "config.json", ec)) return p;
  throw Error(ErrorKind::Io, "The bundled sample is not installed: " + places.back().string() +
                                 " holds no model; name another folder in ESPALIER_SAMPLE.");
}

void writeSample(const fs::path& folder) {
  copyFolder(sampleFolder(), folder, WhatIsThere::Stays);
}

void writeEmojiSample(const fs::path& folder, const fs::path& font, const fs::path& list) {
  const auto sample = sampleFolder().parent_path() / "sample-clip";
  std::error_code ec;
  // Written last of the data sets.
  if (!fs::exists(folder / "pairs" / "metadata.jsonl", ec) || !font.empty() || !list.empty())
    writeEmojiData(readJsonFile(sample / "training.json"), font, list, folder);
  copyFolder(sample / "model", folder / "model", WhatIsThere::IsReplaced);
}

bool hasConversationSample() {
  std::error_code none;
  return fs::exists(conversationFolder() / "model" / "model.safetensors", none);
}

void writeConversationSample(const fs::path& folder) {
  const auto sample = conversationFolder();
  if (!hasConversationSample())
    throw Error(ErrorKind::Io,
                "The sample that converses is not installed: " + sample.string() +
                    " holds no model; espalier-cli train makes one from the training.json there.");
  writeConversationData(readJsonFile(sample / "training.json"), folder);
  copyFolder(sample / "model", folder / "model", WhatIsThere::IsReplaced);
}

}  // namespace espalier
