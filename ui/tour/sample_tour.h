#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ui/tour/tour.h"

namespace espalier {

class PlanChart;
class Session;

// What the tour on the sample shows and does, as far as it is the window's.
struct TourStage {
  Session& session;
  PlanChart* chart;
  std::function<QWidget*(const char* name)> pane;  // brings it to front
  std::function<void()> openSample;
  std::function<void(const std::string& method)> score;  // by the session's options; empty: their method
  std::function<void()> watchEstimate;
  std::function<void()> takeEstimate;  // ends that with the draws there are
  std::function<void()> prune;
  std::function<bool()> isBusy;  // any job
  std::function<bool()> isLive;  // what follows a change of the plan prunes by itself
};

// The tour on the bundled sample: global score, its estimate, budget, cap, local pruning, and the same for
// every block in comparison. Each step does the thing in the window. What is said of the model is read from
// this very run; a difference within chance is called that.
std::vector<TourStep> sampleTour(TourStage stage);

}  // namespace espalier
