#pragma once

#include <QWidget>

#include "ui/jobs/job_runner.h"
#include "ui/session/plan_side.h"

class QAction;
class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace espalier {

class CompareAnswerFilter;
class CompareAnswerModel;
class CompareChart;
class CompareController;
class CompareResultModel;
class FittedColumns;
class MessageBar;
class Session;

// Two plans side by side: one chart of both with their difference, their results in one table, and the
// answers in which they agree and differ. A window of its own beside the main window.
class CompareWindow : public QWidget {
  Q_OBJECT

 public:
  CompareWindow(Session& session, CompareController& controller, QWidget* parent);

  CompareChart* chart() const { return m_chart; }
  QComboBox* first() const { return m_first; }
  QComboBox* second() const { return m_second; }
  QTableView* results() const { return m_results; }
  QTableView* answers() const { return m_answers; }
  QComboBox* shown() const { return m_shown; }
  QPushButton* measureButton() const { return m_measure; }
  QLabel* chance() const { return m_chance; }  // whether chance explains what parts the two

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QWidget* makeBar();
  QWidget* makeTables();
  void listSides();
  void showSides();
  void countAnswers();
  void judge(const PlanSide* a, const PlanSide* b);  // null: there is nothing to judge
  void chooseOther();
  void exportChart();

  Session& m_session;
  CompareController& m_controller;
  std::vector<PlanSide> m_sides;
  MessageBar* m_messages;
  CompareChart* m_chart;
  QComboBox *m_first, *m_second, *m_shown;
  QPushButton* m_measure;
  QLabel *m_headline, *m_count, *m_chance;
  JobRunner m_judging;
  CompareResultModel* m_resultModel;
  CompareAnswerModel* m_answerModel;
  CompareAnswerFilter* m_filter;
  QTableView *m_results, *m_answers;
  FittedColumns* m_resultColumns = nullptr;
};

}  // namespace espalier
