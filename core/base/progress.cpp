#include "core/base/progress.h"

#include <chrono>
#include <mutex>

#include "core/base/mapping.h"

namespace espalier {

namespace {
using Clock = std::chrono::steady_clock;
// An estimate from less than this says nothing.
constexpr double kMinimumSeconds = 0.5;
}  // namespace

struct ProgressMeter::State {
  const JobControl& control;
  Progress progress;
  Clock::time_point start = Clock::now();
  std::mutex mutex;
};

JobControl partOf(const JobControl& control, int64_t part, int64_t parts) {
  JobControl out{{}, control.stop};
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

ProgressMeter::ProgressMeter(const JobControl& control, std::string stage, int64_t total)
    : m_state(new State{control, {std::move(stage), {}, 0, total, -1}, Clock::now(), {}}) {
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
  p.done += steps;
  if (!item.empty()) p.item = item;
  const double elapsed = std::chrono::duration<double>(Clock::now() - m_state->start).count();
  if (elapsed >= kMinimumSeconds && p.done > 0)
    p.secondsLeft = elapsed / double(p.done) * double(p.total - p.done);
  if (m_state->control.onProgress) m_state->control.onProgress(p);
}

}  // namespace espalier
