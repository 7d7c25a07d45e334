#pragma once

#include <QWidget>

#include "core/document/runs.h"

class QComboBox;
class QLabel;
class QTableWidget;
class QToolButton;

namespace espalier {

class RunsChart;
class RunsController;
class Session;

// Pruned models side by side: what each can still do and what it takes, as a table and as a chart. Two chosen
// rows are compared in a sentence. Folders of models and tables of runs can be dropped on it.
class RunsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit RunsPanel(Session& session, QWidget* parent = nullptr);

  RunsController* controller() const { return m_runs; }
  RunsChart* chart() const { return m_chart; }
  QTableWidget* table() const { return m_table; }
  void importTable();
  void keepResult();  // what stands before and after, as a run
  QSize sizeHint() const override { return {520, 300}; }

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  enum Column {
    Name,
    Criterion,
    Recovery,
    Sparsity,
    Accuracy,
    Beside,
    Size,
    Memory,
    Speed,
    Took,
    From,
    Tags,
    Notes,
    Columns
  };

  QToolButton* button(const QString& name, const QString& tip, void (RunsPanel::*pressed)());
  void showRuns();
  void showState();
  void showButtons();
  void showProject();
  void addFolder();
  void chooseTable();
  void exportTable();
  void remove();
  void measure();
  void usePlan();
  std::vector<size_t> chosen() const;  // rows, in order
  RunCost cost() const;

  Session& m_session;
  RunsController* m_runs;
  RunsChart* m_chart;
  QTableWidget* m_table;
  QComboBox* m_cost;
  QLabel *m_state, *m_failure;  // what is so, and what went wrong since something was asked for last
  QToolButton *m_project, *m_keep, *m_add, *m_import, *m_export, *m_measure, *m_use, *m_remove;
  bool m_filling = false;  // the table's items change because the runs did
};

}  // namespace espalier
