#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "core/base/error.h"

namespace espalier {

class Processes;

// How far a job is. secondsLeft is negative until there is enough behind us to extrapolate.
struct Progress {
  std::string stage;  // what is being done, for people: "Scoring"
  std::string item;   // what of it: the name of a block, may be empty
  int64_t done = 0;   // 0 ... total
  int64_t total = 0;
  double secondsLeft = -1;
};

using ProgressCallback = std::function<void(const Progress&)>;

// What every long function of the engine takes: where to report and when to stop. The callback is called from
// the thread that runs the job (never from two threads at once) and must not block.
struct JobControl {
  ProgressCallback onProgress;
  std::stop_token stop;
  std::shared_ptr<Processes> processes = {};  // that share the work; null: this one is alone

  void throwIfCancelled() const {
    if (stop.stop_requested()) throw Cancelled();
  }
};

// The processes of a job, which may be one.
Processes& processesOf(const JobControl& control);
// The same job done by this process alone.
JobControl alone(const JobControl& control);

// The control for one of several parts of a job that take about the same time each: what it reports counts as
// the part's share of the whole. part: from 0. The control given must outlive it.
JobControl partOf(const JobControl& control, int64_t part, int64_t parts);

// Counts the steps of one stage and extrapolates the time left from the steps so far. Safe to advance from
// several threads; the callback runs under a lock.
class ProgressMeter {
 public:
  // Steps: of a stage that this process does alone, or of one whose steps are split among processes.
  enum class Steps { Own, Split };
  ProgressMeter(const JobControl& control, std::string stage, int64_t total, Steps steps = Steps::Own);
  ~ProgressMeter();
  ProgressMeter(const ProgressMeter&) = delete;
  ProgressMeter& operator=(const ProgressMeter&) = delete;

  // Adds steps done and reports. Throws Cancelled if a stop was requested, and Error where a mapped file that
  // the steps may have read has changed (core/base/mapping.h).
  void advance(int64_t steps = 1, const std::string& item = {});

 private:
  struct State;
  State* m_state;
};

}  // namespace espalier
