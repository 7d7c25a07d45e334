#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>

#include "core/live/matrix_errors.h"

class QCustomPlot;

namespace espalier {

// What is lost of a matrix's output against sparsity, a line for each way to prune it, on a logarithmic
// scale. A line across marks one sparsity; the legend says each way's loss there.
class MatrixErrorChart : public QWidget {
  Q_OBJECT

 public:
  explicit MatrixErrorChart(QWidget* parent = nullptr);

  void setErrors(const std::optional<MatrixErrors>& errors);
  const std::optional<MatrixErrors>& errors() const { return m_errors; }
  // Which of the sparsities is looked at.
  void setMarked(size_t index);
  double markedSparsity() const;  // 0 without errors
  QStringList legendTexts() const;

  QString csv() const;
  QString exportTo(const QString& file) const;  // as PlanChart::exportTo

  QSize sizeHint() const override { return {420, 220}; }
  QSize minimumSizeHint() const override { return {240, 110}; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void draw();
  void showMarked();
  QString titleOf(size_t curve) const;

  QCustomPlot* m_plot;
  std::optional<MatrixErrors> m_errors;
  size_t m_marked = 0;
};

}  // namespace espalier
