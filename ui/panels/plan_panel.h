#pragma once

#include <QWidget>
#include <set>
#include <string>
#include <vector>

class QAction;
class QDoubleSpinBox;
class QMenu;
class QToolButton;

namespace espalier {

class ElidedLabel;
class EmptyState;
class FractionField;
class PlanChart;
class Session;
struct Scores;

// The plan chart with a strip above it: the current block, its sparsity as a number, pin and reset.
class PlanPanel : public QWidget {
  Q_OBJECT

 public:
  // score: what fills the importance pane.
  PlanPanel(Session& session, QAction* score, QWidget* parent = nullptr);

  PlanChart* chart() const { return m_chart; }
  void setLogarithmic(bool logarithmic);
  // In presentation the target stands below the chart: the budget is out of sight.
  void setPresenting(bool presenting);

  // What the menus do, on the selection.
  void togglePins();
  void toggleLock();
  void resetSelected();
  void toggleOpened();  // the current block as its matrices, or closed again

  // The importance by a method that was scored by before, beside the one shown.
  void compareScores(const std::string& method);

  // Other plans over this one, by the names in the Compare menu.
  QMenu* compareMenu() const { return m_compareMenu; }

 private:
  QWidget* makeStrip();
  QWidget* makeTarget();
  void connectChart();
  void showPlan();
  void showNotice();
  void showCurrent();
  std::string currentGroup() const;
  void takeSelection();
  void showSelection();
  void setOpened(const std::string& group);
  void listComparisons();
  void showOverlays();
  void showOtherScores();
  std::vector<const Scores*> otherScores() const;
  void toggleAllPins(const std::vector<std::string>& groups, bool component);

  Session& m_session;
  QAction* m_score;
  PlanChart* m_chart;
  EmptyState* m_hint;
  ElidedLabel* m_name = nullptr;
  QDoubleSpinBox* m_sparsity = nullptr;
  QToolButton* m_pin = nullptr;
  QToolButton* m_reset = nullptr;
  FractionField* m_target = nullptr;
  QMenu* m_compareMenu = nullptr;
  std::set<std::string> m_opened;    // groups shown as their matrices
  std::set<std::string> m_compared;  // "allocator:...", "plan:..." and "scores:..."
};

}  // namespace espalier
