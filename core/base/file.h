#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace espalier {

// The whole file as text. Throws Error naming the file if it is missing, unreadable, no regular file
// (core/base/input_file.h) or larger than maxBytes.
std::string readTextFile(const std::filesystem::path& path, int64_t maxBytes = int64_t(1) << 30);

// Parses a JSON file; an error names the file, and the line and column of the fault.
nlohmann::json readJsonFile(const std::filesystem::path& path);

// Why a file cannot be written, and what to do: free so and so much, choose another folder. `error` is an
// errno, `missingBytes` what was still to be written. Ends a sentence: "the disk is full; free ... ".
std::string writeAdvice(const std::filesystem::path& target, int error, int64_t missingBytes);

// Writes to a temporary name beside the target, flushes to disk, renames: after a crash the target is the old
// file or the new one. Throws Error naming the target; the temporary file is removed then.
void writeFileAtomically(const std::filesystem::path& path, std::string_view content);

// The project's own JSON files: an object with "format": "espalier/<kind>" and "version": N. Reading refuses
// another kind or a newer version by name; keys that are not known stay in the object and so survive a
// rewrite.
nlohmann::json readEspalierJson(const std::filesystem::path& path, const std::string& kind,
                                int newestVersion = 1);
void writeEspalierJson(const std::filesystem::path& path, const std::string& kind, nlohmann::json content,
                       int version = 1);

// Whether a file of results can lie there: nothing does yet, or a regular file, be it by a link. Not so
// devices, pipes and sockets, which are written into.
bool isFileTarget(const std::filesystem::path& path);

// Where a link leads, through any number of them, whether or not anything is there; other paths as they are.
std::filesystem::path linkTarget(const std::filesystem::path& path);

// A file under construction, written in pieces; it takes the target's name only on commit(). Unless committed
// it leaves nothing behind. A link stays, and what it leads to is written; an existing file's permissions
// stay. Devices, pipes and sockets are never replaced: what is written goes into them at once. Every failure
// is an Error naming the target.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  // Writes over bytes that were written before; what is written next still goes to the end. Not into devices
  // and pipes.
  void overwrite(int64_t place, std::string_view text);
  void commit();

 private:
  [[noreturn]] void fail(const std::string& doing, int error, int64_t missingBytes = 0);

  std::filesystem::path m_target;
  std::filesystem::path m_temporary;  // empty: written into the target itself
  int m_fd = -1;
};

}  // namespace espalier
