#pragma once

#include <chrono>
#include <string>

#include "core/base/progress.h"

namespace espalier::cli {

// One line on stderr that is drawn over; nothing where stderr is no terminal. For programs, one JSON object a
// line instead, at most ten a second and the last of each stage: stage, item, done, total, secondsLeft.
class ProgressBar {
 public:
  ProgressBar();
  void tellPrograms() { m_lines = true; }
  void show(const Progress& progress);
  void clear();

 private:
  bool m_terminal;
  bool m_lines = false;
  bool m_shown = false;
  std::chrono::steady_clock::time_point m_last;
};

// "about 20 s", "about 3 min", "about 2 h 10 min".
std::string duration(double seconds);

}  // namespace espalier::cli
