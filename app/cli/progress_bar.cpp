#include "app/cli/progress_bar.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/text/printable.h"

namespace espalier::cli {

ProgressBar::ProgressBar() : m_terminal(isatty(STDERR_FILENO)) {}

void ProgressBar::show(const Progress& p) {
  if ((!m_terminal && !m_lines) || p.total <= 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (m_shown && p.done < p.total && now - m_last < std::chrono::milliseconds(100)) return;
  m_last = now;
  m_shown = true;
  if (m_lines) {
    const nlohmann::json line{
        {"stage", p.stage},
        {"item", p.item},
        {"done", p.done},
        {"total", p.total},
        {"secondsLeft", p.secondsLeft < 0 ? nlohmann::json() : nlohmann::json(p.secondsLeft)}};
    std::fputs((jsonText(line) + "\n").c_str(), stderr);
    std::fflush(stderr);
    return;
  }
  constexpr int kWidth = 30;
  const int full = int(double(kWidth) * double(p.done) / double(p.total));
  std::string line = p.stage + " [" + std::string(size_t(full), '#') +
                     std::string(size_t(kWidth - full), '.') + "] " +
                     std::to_string(int(100.0 * double(p.done) / double(p.total))) + " %";
  if (p.secondsLeft >= 0) line += ", " + duration(p.secondsLeft) + " left";
  if (!p.item.empty()) line += "  " + p.item.substr(0, 48);
  // Around the stream, whose output is made printable.
  std::fputs(("\r\033[K" + printable(line.substr(0, 118))).c_str(), stderr);
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (m_shown && !m_lines) std::fputs("\r\033[K", stderr), std::fflush(stderr);
  m_shown = false;
}

std::string duration(double seconds) {
  const auto s = int64_t(std::ceil(seconds));
  if (s < 90) return "about " + std::to_string(s) + " s";
  const auto minutes = (s + 30) / 60;
  if (minutes < 90) return "about " + std::to_string(minutes) + " min";
  return "about " + std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

}  // namespace espalier::cli
