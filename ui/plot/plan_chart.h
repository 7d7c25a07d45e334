#pragma once

#include <QWidget>
#include <memory>
#include <set>
#include <vector>

#include "ui/plot/chart_columns.h"

namespace espalier {

// Importance above, sparsity below, of all groups of a plan on one x axis. Knows no plan document: it shows
// columns and says what a person wants of them.
//
// Mouse: a sparsity bar's top is dragged up and down, and with it the tops of all that are selected; a click
// selects, with Ctrl one more, with Shift all up to there; dragging over the background selects a range; a
// click under the axis selects a component; a double click opens a block into its matrices. The wheel zooms,
// with Shift or the middle button the chart is moved.
//
// Keys: left and right move on, with Shift they select; up and down 1 %, with Shift 10 %; Home resets, P
// pins, L locks the component, C selects it, Enter opens a block, plus, minus and 0 zoom, Escape gives up a
// drag or the selection.
class PlanChart : public QWidget {
  Q_OBJECT

 public:
  explicit PlanChart(QWidget* parent = nullptr);
  ~PlanChart() override;

  void setColumns(ChartColumns columns);
  // The same columns with what this plan gives them, for every move of a drag; false, and nothing done, where
  // the columns are of other groups.
  bool showSparsities(const Plan& plan);
  const ChartColumns& columns() const;
  void setBudget(double target, double cap);
  void setLogarithmic(bool logarithmic);
  bool isLogarithmic() const;
  // Shown over the importance pane while no column has a score. Becomes a child of the chart.
  void setImportanceHint(QWidget* hint);
  // What cannot be met, at the handle; empty for nothing.
  void setRemark(const QString& remark);

  // What other plans give each column, as fractions, and what other ways of scoring give it. Gone with the
  // columns they are of.
  void setOtherSparsities(std::vector<ChartLevels> levels);
  void setOtherScores(std::vector<ChartLevels> levels);
  const std::vector<ChartLevels>& otherScores() const;

  int current() const;                    // column, -1 for none
  void setCurrent(int column);            // and nothing else selected
  const std::set<int>& selected() const;  // columns, the current one among them
  void select(std::set<int> columns, int current);
  void selectAll();
  void selectComponent();                           // of the current column
  std::vector<std::string> selectedGroups() const;  // the current column's first
  std::vector<std::string> componentGroups() const;
  bool isDragging() const;

  // As svg, pdf, png or csv by the file's suffix; a sentence where that failed.
  QString exportTo(const QString& file) const;
  QString csv() const;

  void zoom(double factor);  // about the current column, or the middle; above 1 is nearer
  void fit();
  bool isZoomed() const;
  std::pair<double, double> view() const;  // what of the x axis is shown

  // Where a column's bar top and middle are, in this widget's pixels.
  QPoint handleOf(int column) const;
  QString describe(int column) const;  // for the tooltip and for screen readers: HTML

  QSize sizeHint() const override { return {760, 360}; }
  QSize minimumSizeHint() const override { return {360, 200}; }

 Q_SIGNALS:
  void currentChanged(int column);
  void selectionChanged();
  void dragBegan(const std::string& group, const std::vector<std::string>& with);
  void dragged(double sparsity);
  void dragEnded();
  void dragCancelled();
  void nudged(const std::vector<std::string>& groups, double by);
  void resetRequested(const std::vector<std::string>& groups);
  void pinToggled(const std::vector<std::string>& groups);
  void lockToggled(const std::vector<std::string>& groups);  // of a component
  void openToggled(const std::string& group);

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
  void pressAt(const QPoint& position, Qt::KeyboardModifiers modifiers);
  void moveTo(const QPoint& position);
  void release();
  void wheel(const QPointF& position, const QPoint& angle, Qt::KeyboardModifiers modifiers);
  void takeBand(const QPoint& to);
  void reveal(int column);
  bool handleKey(int key, Qt::KeyboardModifiers modifiers);
  double xAt(double pixel) const;
  int spanAt(const QPoint& position) const;  // whose name under the axis is here
  void hover(const QPoint& position);
  void unhover();
  int gripAt(const QPoint& position) const;  // column whose bar top is under the pointer
  int columnAt(const QPoint& position) const;
  double sparsityAt(const QPoint& position) const;
  void redraw();

  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
