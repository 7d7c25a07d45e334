#pragma once

#include <QWidget>
#include <memory>

#include "ui/plot/chart_columns.h"

namespace espalier {

// Importance above, sparsity below, of all groups of a plan on one x axis. Knows no plan document: it shows
// columns and says what a person wants of them.
//
// Mouse: a sparsity bar's top is dragged up and down; a click makes a column current. Keys, on the current
// column: left and right move on, up and down 1 %, with Shift 10 %, Home resets, P pins, Escape gives a drag
// up.
class PlanChart : public QWidget {
  Q_OBJECT

 public:
  explicit PlanChart(QWidget* parent = nullptr);
  ~PlanChart() override;

  void setColumns(ChartColumns columns);
  const ChartColumns& columns() const;
  void setBudget(double target, double cap);
  void setLogarithmic(bool logarithmic);
  bool isLogarithmic() const;
  // Shown over the importance pane while no column has a score. Becomes a child of the chart.
  void setImportanceHint(QWidget* hint);
  // What cannot be met, at the handle; empty for nothing.
  void setRemark(const QString& remark);

  int current() const;  // column, -1 for none
  void setCurrent(int column);
  bool isDragging() const;

  // Where a column's bar top and middle are, in this widget's pixels.
  QPoint handleOf(int column) const;
  QString describe(int column) const;  // for the tooltip and for screen readers: HTML

  QSize sizeHint() const override { return {760, 360}; }
  QSize minimumSizeHint() const override { return {360, 200}; }

 Q_SIGNALS:
  void currentChanged(int column);
  void dragBegan(const std::string& group);
  void dragged(double sparsity);
  void dragEnded();
  void dragCancelled();
  void nudged(const std::string& group, double by);
  void resetRequested(const std::string& group);
  void pinToggled(const std::string& group);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Parts;

  void applyTheme();
  void placeHint();
  void pressAt(const QPoint& position);
  void moveTo(const QPoint& position);
  void release();
  void hover(const QPoint& position);
  void unhover();
  int gripAt(const QPoint& position) const;  // column whose bar top is under the pointer
  int columnAt(const QPoint& position) const;
  double sparsityAt(const QPoint& position) const;
  void redraw();

  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
