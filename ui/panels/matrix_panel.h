#pragma once

#include <QWidget>

#include "ui/jobs/job_runner.h"

class QComboBox;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace espalier {

class DensityMap;
class HistogramView;
class MatrixErrorsPanel;
class Session;

// Inside one matrix of the current block: where its mask keeps weights, how large they are, and where the
// threshold of the plan cuts the criterion's scores; or what each way to prune it loses of its output. Looked
// at only while it is seen.
class MatrixPanel : public QWidget {
  Q_OBJECT

 public:
  explicit MatrixPanel(Session& session, QWidget* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  DensityMap* map() const { return m_map; }
  HistogramView* scoreHistogram() const { return m_scores; }
  QComboBox* choice() const { return m_choice; }
  QToolButton* errorsShown() const { return m_errorsShown; }
  MatrixErrorsPanel* errors() const { return m_errors; }
  // What is shown, map and histograms or errors, as svg, pdf, png or csv by the file's suffix; a sentence
  // where that failed.
  QString exportTo(const QString& file);
  QString csv() const;
  QSize sizeHint() const override { return {460, 300}; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void listMatrices();
  void load();
  void showThreshold();

  Session& m_session;
  JobRunner m_runner;
  QComboBox* m_choice;
  QLabel* m_facts;
  QWidget* m_charts;
  DensityMap* m_map;
  HistogramView* m_weights;
  HistogramView* m_scores;
  QToolButton* m_errorsShown;
  MatrixErrorsPanel* m_errors;
  QStackedWidget* m_views;
  QStackedWidget* m_stack;
};

}  // namespace espalier
