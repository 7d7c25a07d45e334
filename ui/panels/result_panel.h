#pragma once

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace espalier {

class EmptyState;
class ResultModel;
class Session;

// The before/after table, and a line above it that says which plan the figures are of.
class ResultPanel : public QWidget {
  Q_OBJECT

 public:
  // prune: what brings results.
  ResultPanel(Session& session, QAction* prune, QWidget* parent = nullptr);

  QSize sizeHint() const override { return {400, 260}; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fitColumns();
  void takeEvaluation();
  void updateHeadline();

  Session& m_session;
  ResultModel* m_model;
  QLabel* m_headline;
  QTableView* m_view;
  QStackedWidget* m_stack;
};

}  // namespace espalier
