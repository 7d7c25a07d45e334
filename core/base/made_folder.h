#pragma once

#include <filesystem>
#include <vector>

namespace espalier {

// A folder for what a job keeps, made with the folders above it where there is none. Those that were made go
// with the object where they are empty: a job that is refused leaves no folder behind.
class MadeFolder {
 public:
  MadeFolder() = default;  // none
  // An empty path: none. Throws Error (Io) naming the folder where it cannot be made.
  explicit MadeFolder(const std::filesystem::path& folder);
  ~MadeFolder() { leave(); }
  MadeFolder(const MadeFolder&) = delete;
  MadeFolder& operator=(const MadeFolder&) = delete;

  // As when the object goes; what is not empty yet is tried again then.
  void leave();

 private:
  std::vector<std::filesystem::path> m_made;  // innermost first
};

}  // namespace espalier
