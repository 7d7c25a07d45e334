#pragma once

#include <QString>
#include <vector>

#include "ui/plot/chart_columns.h"
#include "ui/plot/qcp.h"

namespace espalier {

// Levels to compare the bars of a pane with: a line across each column, and their names along the top of the
// pane.
class LevelMarks : public QCPLayerable {
 public:
  LevelMarks(QCPAxisRect* rect, const ChartColumns* columns);

  std::vector<ChartLevels> levels;  // in units of the y axis
  // Of all levels; 0 where there are none.
  double highest() const;

 protected:
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;

 private:
  QCPAxisRect* m_rect;
  const ChartColumns* m_columns;
};

}  // namespace espalier
