#pragma once

#include <QWidget>
#include <functional>
#include <string>

namespace espalier {

class PlanChart;
class Session;

// What a lesson shows and does, as far as it is the window's.
struct LessonStage {
  Session& session;
  PlanChart* chart;
  std::function<QWidget*(const char* name)> pane;  // brings it to front
  std::function<void()> openSample;
  std::function<void(const std::string& method)> score;  // by the session's options; empty: their method
  std::function<void()> watchEstimate;
  std::function<void()> takeEstimate;  // ends that with the draws there are
  std::function<void()> prune;
  std::function<void()> measureSensitivity;
};

}  // namespace espalier
