#pragma once

#include <QWidget>
#include <memory>

#include "ui/plot/chart_columns.h"

namespace espalier {

// Two plans over the same blocks: their sparsities beside each other above, the difference below. The wheel
// zooms, dragging moves; a click chooses a block. The same numbers stand in a table for the keyboard.
class CompareChart : public QWidget {
  Q_OBJECT

 public:
  explicit CompareChart(QWidget* parent = nullptr);
  ~CompareChart() override;

  struct Side {
    QString name;
    std::vector<double> sparsity;  // fractions, one for each column
  };
  void setSides(ChartColumns columns, Side a, Side b);
  void setCurrent(const std::string& group);

  QPoint pixelOf(int column) const;  // in this widget: at the foot of the upper pane
  QString csv() const;
  QString exportTo(
      const QString& file) const;  // as svg, pdf, png or csv by the suffix; a sentence where it failed

  QSize sizeHint() const override { return {760, 300}; }
  QSize minimumSizeHint() const override { return {360, 180}; }

 Q_SIGNALS:
  void chosen(const std::string& group);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Parts;
  void applyTheme();
  void hover(const QPoint& position);
  int columnAt(const QPoint& position) const;

  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
