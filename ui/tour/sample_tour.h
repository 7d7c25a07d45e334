#pragma once

#include <vector>

#include "ui/tour/tour.h"

namespace espalier {

class MainWindow;

// The tour on the bundled sample: global score, its estimate, budget, cap, local pruning, and why the same
// for every block fails. Each step does the thing in the window.
std::vector<TourStep> sampleTour(MainWindow& window);

}  // namespace espalier
