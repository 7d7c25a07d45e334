#pragma once

#include <QList>
#include <QWidget>

#include "core/document/study.h"

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace espalier {

class SweepChart;
class SweepController;
class Session;

// The sweep: which methods, how many seeds, start and stop, and the chart that fills as points arrive.
class SweepPanel : public QWidget {
  Q_OBJECT

 public:
  SweepPanel(Session& session, SweepController& sweeps, QAction* run, QWidget* parent = nullptr);

  SweepChart* chart() const { return m_chart; }
  void run();  // what is still missing
  QSize sizeHint() const override { return {460, 260}; }

 private:
  StudyOptions options() const;
  void showState();

  Session& m_session;
  SweepController& m_sweeps;
  SweepChart* m_chart;
  QList<QCheckBox*> m_methods;
  QSpinBox* m_seeds;
  QComboBox* m_shown;
  QPushButton* m_stop;
  QLabel* m_state;
};

}  // namespace espalier
