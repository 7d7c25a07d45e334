#include "core/base/made_folder.h"

#include <unistd.h>

#include "core/base/error.h"

namespace espalier {

namespace fs = std::filesystem;

MadeFolder::MadeFolder(const fs::path& folder) {
  if (folder.empty()) return;
  std::error_code ec;
  for (auto at = fs::absolute(folder).lexically_normal(); !at.empty() && !fs::exists(at, ec);
       at = at.parent_path()) {
    if (at.has_filename()) m_made.push_back(at);
  }
  fs::create_directories(folder, ec);
  if (!ec) return;
  leave();
  throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be made: " + ec.message() + ".");
}

void MadeFolder::leave() {
  // The first that is not empty stays, and those above it.
  while (!m_made.empty() && ::rmdir(m_made.front().c_str()) == 0) m_made.erase(m_made.begin());
}

}  // namespace espalier
