#pragma once

#include <filesystem>
#include <string>

namespace espalier {

// Where large files lie that only this process needs: $TMPDIR, else the user's cache
// ($XDG_CACHE_HOME/espalier or
// ~/.cache/espalier), which unlike /tmp does not lie in memory on any system, else the temporary directory.
// Made if it is not there.
std::filesystem::path scratchParent();

// A folder of this process's own, "<prefix><process>@<host>" in its parent ("(2)" behind that where it has
// one of that name already). It is removed with this object; those of processes of this host that were killed
// are when another of the prefix is made. Throws Error (Io) where it cannot be made, with what to do.
class ScratchFolder {
 public:
  ScratchFolder(const std::filesystem::path& parent, const std::string& prefix);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return m_path; }
  void release() { m_path.clear(); }  // not removed: it has another name now

 private:
  std::filesystem::path m_path;
  int m_fd = -1;  // locks it
};

}  // namespace espalier
