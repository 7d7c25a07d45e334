#pragma once

#include <QList>
#include <QWidget>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/document/study.h"
#include "ui/jobs/job_runner.h"

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace espalier {

class ElidedLabel;
class SweepChart;
class SweepController;
class SweepModel;
class Session;

// The sweep: which methods, sparsities and seeds, start, pause and stop, what is still to come and in which
// order, and the chart that fills as points arrive.
class SweepPanel : public QWidget {
  Q_OBJECT

 public:
  SweepPanel(Session& session, SweepController& sweeps, QAction* run, QWidget* parent = nullptr);

  SweepChart* chart() const { return m_chart; }
  QTableView* table() const { return m_table; }
  void run();  // what is still missing
  QSize sizeHint() const override { return {460, 260}; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  StudyOptions options() const;
  void showKeys();
  void fitList();
  void showState();
  void showChosen();
  void showPlanPlace();
  void showView();
  void compare();  // the points, on a worker thread
  QWidget* makeTable();
  void offerMethod(const std::string& name, bool chosen);  // a box for it, if there is none
  void addMethod();

  Session& m_session;
  SweepController& m_sweeps;
  SweepChart* m_chart;
  struct MethodBox {
    std::string name;
    QCheckBox* box;
  };
  QList<MethodBox> m_methods;
  QVBoxLayout* m_boxes = nullptr;  // that they stand in
  QScrollArea* m_list = nullptr;   // of the methods
  QLineEdit *m_sparsities, *m_seeds;
  QPushButton* m_pause;
  QComboBox* m_shown;
  QComboBox* m_view;
  QTableView* m_table = nullptr;
  SweepModel* m_tableModel = nullptr;
  QStackedWidget* m_pages = nullptr;
  JobRunner m_compareRunner;
  QPushButton* m_stop;
  QLabel* m_state;
  ElidedLabel* m_chosen;
  QToolButton* m_use;
  // Which point the plan was taken from, and what it was then.
  struct Taken {
    std::string method;
    double sparsity = 0;
    std::unordered_map<std::string, double> plan;
  };
  std::optional<Taken> m_taken;
};

}  // namespace espalier
