#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace espalier {

// Where a long job keeps its finished steps, so that a job that was killed goes on from there.
struct JournalOptions {
  std::filesystem::path path;  // a file, or a folder where steps are large; empty: no journal
  bool restart = false;        // begin anew whatever there is
  // Told one sentence when an earlier job is gone on with, or a journal cannot be used.
  std::function<void(const std::string&)> onNote;
};

// Finished steps of a job as a file of JSON lines: the first says what the job is, each further one is a
// step. Lines are appended whole and flushed to disk; what a killed process left of one is cut off.
class Journal {
 public:
  Journal() = default;  // keeps nothing
  // kind: "score", "prune", ...; inputs: everything the steps depend on. A journal of other inputs is begun
  // anew, as is one with `restart`. Throws Error naming the file where it cannot be written.
  Journal(const std::filesystem::path& file, const std::string& kind, const nlohmann::json& inputs,
          const JournalOptions& options);
  ~Journal();
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;

  explicit operator bool() const { return m_fd >= 0; }
  const std::vector<nlohmann::json>& finished() const { return m_finished; }  // steps of earlier runs
  void append(const nlohmann::json& step);
  // The job is done: removes the file.
  void remove();

 private:
  std::filesystem::path m_file;
  std::vector<nlohmann::json> m_finished;
  int m_fd = -1;
};

}  // namespace espalier
