#pragma once

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace espalier {

class EmptyState;
class FittedColumns;
class ResultModel;
class Session;

// The before/after table, and a line above it that says which plan the figures are of.
class ResultPanel : public QWidget {
  Q_OBJECT

 public:
  // prune: what brings results.
  ResultPanel(Session& session, QAction* prune, QWidget* parent = nullptr);

  QSize sizeHint() const override { return {400, 260}; }

 private:
  void takeEvaluation();
  void updateHeadline();

  Session& m_session;
  ResultModel* m_model;
  QLabel* m_headline;
  QTableView* m_view;
  FittedColumns* m_columns = nullptr;
  QStackedWidget* m_stack;
};

}  // namespace espalier
