#pragma once

#include <QString>
#include <set>
#include <vector>

#include "ui/plot/chart_columns.h"
#include "ui/plot/qcp.h"

namespace espalier {

// What is drawn over the sparsity bars: the grip at a bar's top, pins, the target and cap lines, and the
// remark at a handle that can go no further.
class BarMarks : public QCPLayerable {
 public:
  struct Look {
    int hovered = -1;  // columns
    int current = -1;
    int dragged = -1;
    bool focused = false;
    double target = 0, cap = 0;  // fractions
    QString remark;              // at the dragged or current column
    std::set<int> selected;      // columns
  };

  BarMarks(QCPAxisRect* rect, const ChartColumns* columns);

  Look look;

  // Beside the lines, at the right.
  static QString targetWords(const QString& target);
  static QString capWords(const QString& cap);

 protected:
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;

 private:
  void drawLine(QCPPainter* painter, double at, const QColor& colour, Qt::PenStyle style,
                const QString& label, bool labelBelow) const;
  void drawGrip(QCPPainter* painter, int column) const;
  void drawPin(QCPPainter* painter, const ChartColumn& column) const;
  bool isVisible(const ChartColumn& column) const;
  void drawRemark(QCPPainter* painter, const ChartColumn& column) const;
  QRectF barOf(const ChartColumn& column) const;

  QCPAxisRect* m_rect;
  const ChartColumns* m_columns;
};

// The faint band behind the hovered and the current column, through a pane's whole height.
class ColumnBand : public QCPLayerable {
 public:
  ColumnBand(QCPAxisRect* rect, const ChartColumns* columns, const BarMarks::Look* look);

 protected:
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;
  QRect clipRect() const override { return m_rect->rect().adjusted(0, 0, 1, 1); }

 private:
  QCPAxisRect* m_rect;
  const ChartColumns* m_columns;
  const BarMarks::Look* m_look;
};

}  // namespace espalier
