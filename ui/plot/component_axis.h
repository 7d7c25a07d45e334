#pragma once

#include "ui/plot/chart_columns.h"
#include "ui/plot/qcp.h"

namespace espalier {

// What stands under the shared x axis: short labels of the columns, as many as fit, and below them a coloured
// bracket for each component with its name and how many columns it has.
class ComponentAxis : public QCPLayerable {
 public:
  ComponentAxis(QCPAxisRect* rect, const ChartColumns* columns);

  static int heightFor(const QFontMetrics& metrics);  // the margin it needs below the axis rect

 protected:
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;

 private:
  void drawLabels(QCPPainter* painter, const ColumnSpan& span) const;
  void drawBracket(QCPPainter* painter, const ColumnSpan& span) const;
  double pixelOf(double x) const;

  QCPAxisRect* m_rect;
  const ChartColumns* m_columns;
};

}  // namespace espalier
