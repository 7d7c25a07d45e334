#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "app/cli/command.h"
#include "core/base/processes.h"

namespace espalier::cli {

// --processes and --process-timeout.
struct ProcessFlags {
  int processes = 0;  // to start on this machine; 0: none but those that a launcher started
  int timeout = 120;  // seconds
};
void addProcessFlags(CLI::App& app, ProcessFlags& flags);

// Starts this program so many times on this machine, with the same arguments, and waits for all. What ends
// one ends all. Returns the exit status.
int runProcesses(const ProcessFlags& flags, char** arguments);

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
// The same as j["processes"], called by all.
void addPeakMemory(const JobControl& control, nlohmann::json& j);

}  // namespace espalier::cli
