#pragma once

#include <QWidget>

#include "ui/jobs/job_runner.h"

class QSortFilterProxyModel;
class QTableView;

namespace espalier {

class LayerModel;
class Session;

// The inside of the model, block by block: shapes, weights, size, operations, and how far the pruned model's
// activations part from the dense one's, again with every pruned model. The chosen block is that of the other
// views.
class LayersPanel : public QWidget {
  Q_OBJECT

 public:
  explicit LayersPanel(Session& session, QWidget* parent = nullptr);

  QTableView* view() const { return m_view; }
  LayerModel* model() const { return m_model; }
  JobRunner& runner() { return m_runner; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void takeModel();
  void takePlan();
  void measure();
  void choose();
  void showChosen();

  Session& m_session;
  LayerModel* m_model;
  QSortFilterProxyModel* m_sorted;
  QTableView* m_view;
  JobRunner m_runner;
  const void* m_measured = nullptr;  // the pruned model that the changes are of
  bool m_showing = false;
};

}  // namespace espalier
