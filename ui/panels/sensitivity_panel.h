#pragma once

#include <QWidget>

class QAction;
class QStackedWidget;

namespace espalier {

class ElidedLabel;
class ImproveSteps;
class ProbeController;
class SensitivityGrid;
class Session;

// Each block's loss against its own sparsity, and the search that moves budget by them, step by step.
class SensitivityPanel : public QWidget {
  Q_OBJECT

 public:
  SensitivityPanel(Session& session, ProbeController& probes, QAction* measure, QAction* improve,
                   QWidget* parent = nullptr);

  SensitivityGrid* grid() const { return m_grid; }
  ImproveSteps* steps() const { return m_steps; }
  QSize sizeHint() const override { return {460, 260}; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void showCells();

  Session& m_session;
  SensitivityGrid* m_grid;
  ElidedLabel* m_log;
  QStackedWidget* m_stack;
  ImproveSteps* m_steps;
  double m_firstLoss = 0;
};

}  // namespace espalier
