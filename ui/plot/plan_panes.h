#pragma once

#include <map>
#include <string>
#include <vector>

#include "ui/plot/bar_marks.h"
#include "ui/plot/component_axis.h"
#include "ui/plot/level_marks.h"
#include "ui/plot/qcp.h"

namespace espalier {

// The two panes of the plan chart as QCustomPlot has them: axis rects, bars by component, error bars. Shows
// columns; no interaction.
class PlanPanes {
 public:
  PlanPanes(QCustomPlot* plot, const ChartColumns* columns);

  void fitMargins();  // after the font became another
  void rebuild();     // after the columns became others
  void showValues();  // after their numbers changed
  void applyTheme(const QPalette& palette);
  void setLogarithmic(bool logarithmic);
  // The part of the x axis in view; all of it, and a little air, after fitView().
  void setView(double left, double right);
  void fitView() { setView(fullLeft(), fullRight()); }
  bool isZoomed() const;
  double fullLeft() const { return m_columns->left() - 0.35; }
  double fullRight() const { return m_columns->right() + 0.35; }
  bool isLogarithmic() const { return m_logarithmic; }

  QCPAxisRect* importanceRect() const { return m_importance; }
  QCPAxisRect* sparsityRect() const { return m_sparsity; }
  // What other plans give each column, in percent.
  std::vector<ChartLevels>& otherSparsities() { return m_otherSparsities->levels; }
  // What other ways of scoring give it; showValues() makes room for them.
  std::vector<ChartLevels>& otherScores() { return m_otherScores->levels; }
  BarMarks::Look& look() { return m_marks->look; }
  const BarMarks::Look& look() const { return m_marks->look; }

 private:
  struct Series {
    QCPBars* importance = nullptr;
    QCPErrorBars* errors = nullptr;
    QCPBars* sparsity = nullptr;
  };

  Series makeSeries();
  void styleAxes(QCPAxisRect* rect, const QPalette& palette);
  void scaleImportance();

  QCustomPlot* m_plot;
  const ChartColumns* m_columns;
  QCPAxisRect* m_importance;
  QCPAxisRect* m_sparsity;
  LevelMarks *m_otherScores, *m_otherSparsities;
  BarMarks* m_marks;
  std::map<std::string, Series> m_series;  // by component
  bool m_logarithmic = false;
};

}  // namespace espalier
