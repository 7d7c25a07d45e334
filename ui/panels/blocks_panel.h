#pragma once

#include <QWidget>

class QSortFilterProxyModel;
class QTableView;

namespace espalier {

class BlockModel;
class Session;

// The plan as a table that can be sorted, with the same selection as the chart. A bar in it is dragged as one
// in the chart is.
class BlocksPanel : public QWidget {
  Q_OBJECT

 public:
  explicit BlocksPanel(Session& session, QWidget* parent = nullptr);

  QTableView* table() const { return m_view; }
  QSize sizeHint() const override { return {460, 260}; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  bool press(const QPoint& position);
  void takeSelection();
  void showSelection();
  std::string groupAt(const QModelIndex& index) const;

  Session& m_session;
  BlockModel* m_model;
  QSortFilterProxyModel* m_sorted;
  QTableView* m_view;
  QRect m_bar;  // that is dragged
  bool m_showing = false;
};

}  // namespace espalier
