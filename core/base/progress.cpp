#include "core/base/progress.h"

#include <algorithm>
#include <chrono>
#include <mutex>

#include "core/base/mapping.h"
#include "core/base/processes.h"

namespace espalier {

namespace {
using Clock = std::chrono::steady_clock;
// An estimate from less than this says nothing.
constexpr double kMinimumSeconds = 0.5;
}  // namespace

struct ProgressMeter::State {
  const JobControl control;  // its own: callers pass what lives as long as the call
  Progress progress;
  Clock::time_point start = Clock::now();
  std::mutex mutex;
  int64_t stage = -1;  // number of one that is split; -1: it is not
  int64_t own = 0;     // steps of this process
};

Processes& processesOf(const JobControl& control) {
  return control.processes ? *control.processes : oneProcess();
}

JobControl alone(const JobControl& control) {
  return {control.onProgress, control.stop};
}

JobControl partOf(const JobControl& control, int64_t part, int64_t parts) {
  JobControl out{{}, control.stop, control.processes};
  if (control.onProgress)
    out.onProgress = [&control, part, parts](Progress p) {
      if (p.secondsLeft >= 0 && p.done > 0) {
        const double perStep = p.total > p.done ? p.secondsLeft / double(p.total - p.done) : 0;
        p.secondsLeft = perStep > 0 ? perStep * double((parts - part) * p.total - p.done) : -1;
      }
      p.done += part * p.total;
      p.total *= parts;
      control.onProgress(p);
    };
  return out;
}

ProgressMeter::ProgressMeter(const JobControl& control, std::string stage, int64_t total, Steps steps)
    : m_state(new State{control, {std::move(stage), {}, 0, total, -1}, Clock::now(), {}}) {
  if (control.processes) control.processes->enterStage(m_state->progress.stage);
  if (steps == Steps::Split && processesOf(control).several())
    m_state->stage = processesOf(control).beginStage();
  if (control.onProgress) control.onProgress(m_state->progress);
}

ProgressMeter::~ProgressMeter() {
  delete m_state;
}

void ProgressMeter::advance(int64_t steps, const std::string& item) {
  m_state->control.throwIfCancelled();
  checkMappings();
  std::lock_guard lock(m_state->mutex);
  Progress& p = m_state->progress;
  m_state->own += steps;
  p.done = m_state->own;
  if (m_state->stage >= 0) {
    auto& processes = processesOf(m_state->control);
    processes.report(m_state->stage, m_state->own);
    p.done = std::min(p.total, m_state->own + processes.doneByOthers(m_state->stage));
  }
  if (!item.empty()) p.item = item;
  const double elapsed = std::chrono::duration<double>(Clock::now() - m_state->start).count();
  if (elapsed >= kMinimumSeconds && p.done > 0)
    p.secondsLeft = elapsed / double(p.done) * double(p.total - p.done);
  if (m_state->control.onProgress) m_state->control.onProgress(p);
}

}  // namespace espalier
