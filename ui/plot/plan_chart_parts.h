#pragma once

#include <QRubberBand>
#include <memory>
#include <set>
#include <utility>

#include "ui/plot/plan_chart.h"
#include "ui/plot/plan_panes.h"

namespace espalier {

// What the two files of the plan chart share: what it shows (plan_chart.cpp) and what the mouse and keys do
// with that (plan_chart_input.cpp).
struct PlanChart::Parts {
  ChartColumns columns;
  QCustomPlot* plot = nullptr;
  std::unique_ptr<PlanPanes> panes;
  QWidget* hint = nullptr;
  double grabOffset = 0;  // of the pointer from the bar's top, as sparsity
  enum class Hand { Free, Band, Pan } hand = Hand::Free;
  QPoint from;                         // where the button went down
  std::pair<double, double> viewThen;  // of a pan
  std::set<int> selectedThen;          // what a band adds to
  QRubberBand* band = nullptr;
};

}  // namespace espalier
