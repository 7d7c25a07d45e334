#pragma once

#include <QWidget>
#include <string>
#include <vector>

class QCheckBox;
class QDoubleSpinBox;
class QGridLayout;

namespace espalier {

class PlanDocument;

// A cap for each component of the plan: ticked, its blocks have this one in place of the plan's. Hidden where
// there is but one component.
class ComponentCaps : public QWidget {
  Q_OBJECT

 public:
  explicit ComponentCaps(PlanDocument& plan, QWidget* parent = nullptr);

  void showPlan();

 private:
  struct Row {
    std::string component;
    QCheckBox* own;
    QDoubleSpinBox* cap;
  };
  void makeRows(const std::vector<std::string>& components);

  PlanDocument& m_plan;
  QGridLayout* m_grid;
  std::vector<Row> m_rows;
};

}  // namespace espalier
