#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace espalier {

// This machine's name, "unknown" where it has none.
std::string hostName();

// Which process something on disk belongs to, told in a name or a file: "1234@host".
std::string ownerTag();

// Whether the process of a tag is known to be gone. Only a process of this host can be: of another host's, or
// of a tag that says no host, nobody here knows.
bool isOwnerGone(const std::string& tag);

// "process 1234 on host"; the tag itself where it is none.
std::string ownerText(const std::string& tag);

// One process's hold on a place where results are kept: a file "<place>.lock" that says who holds it, locked
// by the system for as long as the process lives. What a killed process leaves of it holds nobody up.
class PlaceLock {
 public:
  // Takes the place. Throws Error (InvalidInput) naming the place and who holds it, or (Io) where the lock
  // cannot be made.
  explicit PlaceLock(const std::filesystem::path& place);
  ~PlaceLock();
  PlaceLock(const PlaceLock&) = delete;
  PlaceLock& operator=(const PlaceLock&) = delete;

 private:
  std::filesystem::path m_file;
  int m_fd = -1;
};

}  // namespace espalier
