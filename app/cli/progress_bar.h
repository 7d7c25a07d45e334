#pragma once

#include <chrono>
#include <string>

#include "core/base/progress.h"

namespace espalier::cli {

// One line on stderr that is drawn over; nothing where stderr is no terminal.
class ProgressBar {
 public:
  ProgressBar();
  void show(const Progress& progress);
  void clear();

 private:
  bool m_terminal;
  bool m_shown = false;
  std::chrono::steady_clock::time_point m_last;
};

// "about 20 s", "about 3 min", "about 2 h 10 min".
std::string duration(double seconds);

}  // namespace espalier::cli
