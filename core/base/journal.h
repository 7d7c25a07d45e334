#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/owner.h"
#include "core/base/processes.h"

namespace espalier {

// Where a long job keeps its finished steps, so that a job that was killed goes on from there.
struct JournalOptions {
  std::filesystem::path path;  // a file, or a folder where steps are large; empty: no journal
  bool restart = false;        // begin anew whatever there is
  // Told one sentence when an earlier job is gone on with, or a journal cannot be used.
  std::function<void(const std::string&)> onNote;
  // The hold on `path` of a job that goes on after its journal is done with; empty: the journal takes its
  // own.
  std::shared_ptr<const PlaceLock> lock = {};
};

// Takes hold of options.path for as long as the options (or a copy) live. Throws as PlaceLock does.
void holdJournal(JournalOptions& options);

// Finished steps of a job as a file of JSON lines: the first says what the job is, each further one is a
// step. Lines are appended whole and flushed to disk; what a killed process left of one is cut off. Each line
// ends with a checksum of itself and of the line before it, so that a changed, missing or foreign line is
// found. No two processes have one journal at a time.
//
// A job that is refused before its first step leaves nothing and takes nothing: a file that was made for it
// goes with the object, and what another job had in the file stays until the first step.
class Journal {
 public:
  Journal() = default;  // keeps nothing
  // kind: "score", "prune", ...; inputs: everything the steps depend on. A journal of other inputs is begun
  // anew, as is one with `restart`. Throws Error naming the file where it cannot be written, is in use, is
  // damaged (what to do is --restart), or is a file of something else, which stays as it is.
  Journal(const std::filesystem::path& file, const std::string& kind, const nlohmann::json& inputs,
          const JournalOptions& options);
  // Of a job that several processes do: rank 0 keeps it, the others know its finished steps. Nothing is kept
  // where rank 0 has no file for it.
  static Journal shared(Processes& processes, const std::filesystem::path& file, const std::string& kind,
                        const nlohmann::json& inputs, const JournalOptions& options);
  ~Journal();
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;

  explicit operator bool() const { return m_fd >= 0; }
  const std::vector<nlohmann::json>& finished() const { return m_finished; }  // steps of earlier runs
  void append(const nlohmann::json& step);
  // Makes room for the first step: from here on what the file held of other inputs is gone. append() does so
  // by itself; a job that keeps files beside the journal calls it before it removes those of other inputs.
  void begin();
  // The job is done: removes the file.
  void remove();

  // The journal, or what it tells of, is not what was written: throws Error. what: "line 3 is not ...".
  [[noreturn]] void refuse(const std::string& what) const;
  // Calls `read`, which takes steps apart; a step that is not as it should be is refused.
  void readSteps(const std::function<void()>& read) const;

  // Whether the file is a journal, whole or torn, or empty: by its beginning, not by its name.
  static bool isOne(const std::filesystem::path& file);

 private:
  void write(const nlohmann::json& line);
  void close();

  std::filesystem::path m_file;
  std::vector<nlohmann::json> m_finished;
  std::shared_ptr<const PlaceLock> m_lock;
  std::string m_checksum;         // of the last line
  std::optional<size_t> m_sound;  // until it is begun: how many bytes of the file are this job's
  nlohmann::json m_head;          // the first line of a file that has none of this job
  bool m_made = false;            // here, and it holds no step
  int m_fd = -1;
};

// Removes a journal of a job that is done: the file, where it is a journal.
void removeJournal(const std::filesystem::path& file);

}  // namespace espalier
