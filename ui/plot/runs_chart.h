#pragma once

#include <QWidget>
#include <memory>

#include "core/document/runs.h"

namespace espalier {

// Accuracy against what a run costs: a point for each, with its 95 % interval, and a line through those that
// no other betters. A click, or the arrow keys, chooses one.
class RunsChart : public QWidget {
  Q_OBJECT

 public:
  explicit RunsChart(QWidget* parent = nullptr);
  ~RunsChart() override;

  void setRuns(const RunsTable& table, RunCost cost);
  void setCurrent(int run);  // place in the table; -1: none
  int current() const;
  // The runs that have a point, and those on the line.
  const std::vector<size_t>& shown() const;
  const std::vector<size_t>& front() const;
  QPoint pixelOf(size_t run) const;  // in this widget; of one that is shown

  QSize sizeHint() const override { return {380, 220}; }

 Q_SIGNALS:
  void currentChanged(int run);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  struct Parts;
  void rebuild();
  QPointF placeOf(size_t run) const;  // on the axes
  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
