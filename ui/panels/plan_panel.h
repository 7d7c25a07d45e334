#pragma once

#include <QWidget>

class QAction;
class QDoubleSpinBox;
class QToolButton;

namespace espalier {

class ElidedLabel;
class EmptyState;
class PlanChart;
class Session;

// The plan chart with a strip above it: the current block, its sparsity as a number, pin and reset.
class PlanPanel : public QWidget {
  Q_OBJECT

 public:
  // score: what fills the importance pane.
  PlanPanel(Session& session, QAction* score, QWidget* parent = nullptr);

  PlanChart* chart() const { return m_chart; }
  void setLogarithmic(bool logarithmic);

 private:
  QWidget* makeStrip();
  void connectChart();
  void showPlan();
  void showNotice();
  void showCurrent();
  std::string currentGroup() const;

  Session& m_session;
  QAction* m_score;
  PlanChart* m_chart;
  EmptyState* m_hint;
  ElidedLabel* m_name = nullptr;
  QDoubleSpinBox* m_sparsity = nullptr;
  QToolButton* m_pin = nullptr;
  QToolButton* m_reset = nullptr;
};

}  // namespace espalier
