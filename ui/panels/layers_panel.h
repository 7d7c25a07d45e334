#pragma once

#include <QWidget>

#include "ui/jobs/job_runner.h"

class QComboBox;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace espalier {

class ArchitectureView;
class FittedColumns;
class LayerModel;
class Session;

// The inside of the model, as a drawing or as a table of its blocks: shapes, weights, size, operations, and
// how far the pruned model's activations part from the dense one's, again with every pruned model. The
// drawing is coloured by sparsity, importance or that change. The chosen block is that of the other views.
class LayersPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LayersPanel(Session& session, QWidget* parent = nullptr);

  QTableView* view() const { return m_view; }
  LayerModel* model() const { return m_model; }
  ArchitectureView* drawing() const { return m_drawing; }
  JobRunner& runner() { return m_runner; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void takeModel();
  void takePlan();
  void measure();
  void draw();
  void choose();
  void chooseBlock(int row);  // of the model of layers
  void showChosen();

  Session& m_session;
  LayerModel* m_model;
  QSortFilterProxyModel* m_sorted;
  QTableView* m_view;
  ArchitectureView* m_drawing;
  QComboBox* m_colouring;
  QStackedWidget* m_pages;
  FittedColumns* m_columns = nullptr;
  JobRunner m_runner;
  const void* m_measured = nullptr;  // the pruned model that the changes are of
  bool m_showing = false;
};

}  // namespace espalier
