#pragma once

#include <QScrollArea>

#include "core/engine/engine.h"

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace espalier {

class ChoiceField;
class ComponentCaps;
class FractionField;
class PlanDocument;
class Session;

// How much is removed, how it is shared out among the blocks, and by what rule a weight goes.
class BudgetPanel : public QScrollArea {
  Q_OBJECT

 public:
  // criteria: those that pruning offers.
  BudgetPanel(Session& session, const std::vector<Method>& criteria, QWidget* parent = nullptr);

  QSize sizeHint() const override { return {280, 480}; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void keepRoom();
  QWidget* makeBudget();
  QWidget* makeSharing();
  QWidget* makePruning(const std::vector<Method>& criteria);
  QLayout* makeCalibration();
  void showPlan();
  void showNotice();
  void showOptions();
  void takeOptions();

  Session& m_session;
  PlanDocument& m_plan;
  FractionField* m_target = nullptr;
  FractionField* m_cap = nullptr;
  QCheckBox* m_capFollows = nullptr;
  ComponentCaps* m_componentCaps = nullptr;
  QLabel* m_notice = nullptr;
  QLabel* m_achieved = nullptr;
  QLabel* m_counts = nullptr;
  QLabel* m_size = nullptr;
  ChoiceField* m_allocator = nullptr;
  ChoiceField* m_granularity = nullptr;
  ChoiceField* m_aggregate = nullptr;
  QPushButton* m_reset = nullptr;
  ChoiceField* m_criterion = nullptr;
  ChoiceField* m_refinement = nullptr;
  ChoiceField* m_inputs = nullptr;
  ChoiceField* m_fit = nullptr;
  ChoiceField* m_pattern = nullptr;
  QLabel* m_patternNote = nullptr;
  ChoiceField* m_comparison = nullptr;
  QSpinBox* m_samples = nullptr;
  QDoubleSpinBox* m_pictureShare = nullptr;
};

}  // namespace espalier
