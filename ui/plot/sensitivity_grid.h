#pragma once

#include <QWidget>
#include <optional>
#include <set>
#include <vector>

#include "core/live/loss_prediction.h"

namespace espalier {

// Small multiples: for each group the loss against its own sparsity, all on one scale, with a mark at the
// sparsity that the plan gives it. A click, or the arrow keys, choose one.
class SensitivityGrid : public QWidget {
  Q_OBJECT

 public:
  struct Cell {
    std::string group;
    std::string component;
    double sparsity = 0;
    std::optional<Curve> curve;  // nothing: not measured yet
  };

  explicit SensitivityGrid(QWidget* parent = nullptr);

  void setCells(std::vector<Cell> cells);
  const std::vector<Cell>& cells() const { return m_cells; }
  void setSelection(const std::set<std::string>& groups, const std::string& current);
  void setShared(bool shared);  // one scale for all, or each its own
  QRect cellRect(int index) const;
  double highest() const;  // of the shared scale
  QString csv() const;
  QString exportTo(const QString& file);  // as PlanChart::exportTo

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {480, heightForWidth(480)}; }

 Q_SIGNALS:
  void chosen(const std::string& group, bool more);  // more: beside those selected

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  int columnsFor(int width) const;
  int at(const QPoint& position) const;
  QRectF paintAxes(QPainter& painter, const QRect& place, double most) const;
  void paintCell(QPainter& painter, const Cell& cell, const QRect& rect) const;

  std::vector<Cell> m_cells;
  std::set<std::string> m_selected;
  std::string m_current;
  bool m_shared = true;
};

}  // namespace espalier
