#pragma once

#include "core/base/scratch_folder.h"
#include "core/checkpoint/checkpoint.h"

namespace espalier {

// A model folder that is being written: made aside, and under its name only when it is whole. Unless
// finished it leaves nothing behind.
class ExportFolder {
 public:
  // folder: must not exist or be empty; links are followed. neededBytes: that must be free there; 0 where it
  // is not known. Throws Error naming the folder.
  ExportFolder(const std::filesystem::path& folder, int64_t neededBytes);

  const std::filesystem::path& path() const {
    return m_scratch->path();
  }  // where files are written meanwhile
  const std::filesystem::path& target() const { return m_target; }

  // Copies what lies beside a model's weights, but for names that are not wanted. Returns a sentence where
  // something was left out: links are followed within the model's folder and into the blobs of a Hub cache
  // only.
  std::vector<std::string> copyCompanions(const Checkpoint& checkpoint, const std::string& but = {});
  void finish();  // it takes its name

 private:
  void copyFolder(const std::filesystem::path& from);  // its files, if it is there

  std::filesystem::path m_target;
  std::unique_ptr<ScratchFolder> m_scratch;
};

// Which shard holds which tensor. Always made anew: shards of state dicts become shards of safetensors, and
// total_size counts what is written, tied weights under each name.
void writeShardIndex(const Checkpoint& checkpoint, const std::filesystem::path& file);

}  // namespace espalier
