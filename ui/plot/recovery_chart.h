#pragma once

#include <QWidget>
#include <vector>

#include "core/recover/report.h"

class QCustomPlot;

namespace espalier {

// The losses of a recovery against its steps: a line for what is trained on, marks with a line for what is
// held out. The scale is logarithmic where they span more than a decade.
class RecoveryChart : public QWidget {
  Q_OBJECT

 public:
  explicit RecoveryChart(QWidget* parent = nullptr);

  // Of one method and one block. measure: what the loss is, for the axis; may be empty.
  void setPoints(const std::vector<RecoveryPoint>& points, const QString& measure);
  int trainedPoints() const;  // that are drawn
  int heldOutPoints() const;
  QString csv() const;
  QString exportTo(const QString& file) const;  // as PlanChart::exportTo

  QSize sizeHint() const override { return {240, 200}; }
  QSize minimumSizeHint() const override { return {150, 110}; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void draw();

  QCustomPlot* m_plot;
  std::vector<RecoveryPoint> m_points;
  QString m_measure;
};

}  // namespace espalier
