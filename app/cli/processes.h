#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "app/cli/command.h"
#include "core/base/processes.h"

namespace espalier::cli {

// --processes, --process-timeout and --own-blocks.
struct ProcessFlags {
  int processes = 0;  // to start on this machine; 0: none but those that a launcher started
  int timeout = 120;  // seconds
  bool ownBlocks = false;
};
void addProcessFlags(CLI::App& app, ProcessFlags& flags);

// Divides this program, before it has any thread, into so many more that go on from here: what was loaded is
// loaded once. In each of them: its place among them. In the one that divided itself: nothing, when all have
// ended, and the exit status; what ends one ends all.
std::optional<ProcessPlace> divideIntoProcesses(const ProcessFlags& flags, int& status);

// Where this process stands, if it is one of several; a launcher of other programs or our own started it.
std::optional<ProcessPlace> placeOf(const ProcessFlags& flags);

// Whether the one that started the processes has told that one of them was lost, and ends the others.
bool wasLossReported(const std::optional<ProcessPlace>& place);

// What another rank than 0 prints goes nowhere, for as long as this lives.
class QuietUnlessFirst {
 public:
  explicit QuietUnlessFirst(bool first);
  ~QuietUnlessFirst();
  QuietUnlessFirst(const QuietUnlessFirst&) = delete;
  QuietUnlessFirst& operator=(const QuietUnlessFirst&) = delete;

 private:
  std::streambuf *m_out = nullptr, *m_errors = nullptr;
};

// The highest memory that each process took, as a sentence on standard error; nothing for one process.
void tellPeakMemory(const JobControl& control);
// The same and what else each process cost (core/base/processes.h), as j["processes"]; called by all.
void addProcesses(const JobControl& control, nlohmann::json& j);

}  // namespace espalier::cli
