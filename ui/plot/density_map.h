#pragma once

#include <QImage>
#include <QWidget>
#include <optional>

#include "core/live/matrix_view.h"

namespace espalier {

// A matrix's mask from afar: dark where weights are kept, with how many each row and column keep along the
// edges and lines between attention heads.
class DensityMap : public QWidget {
  Q_OBJECT

 public:
  explicit DensityMap(QWidget* parent = nullptr);

  void setView(std::optional<MatrixView> view);
  const std::optional<MatrixView>& view() const { return m_view; }
  QRect mapRect() const;  // of the matrix itself

  QSize sizeHint() const override { return {260, 240}; }
  QSize minimumSizeHint() const override { return {140, 120}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void render();

  std::optional<MatrixView> m_view;
  QImage m_image;
};

// Bars of one or two histograms over each other, and a line that moves.
class HistogramView : public QWidget {
  Q_OBJECT

 public:
  HistogramView(const QString& title, const QString& help, QWidget* parent = nullptr);

  void setHistograms(const Histogram& back, const Histogram& front);
  void setThreshold(std::optional<double> at, const QString& label);  // in the histogram's unit
  std::optional<double> threshold() const { return m_threshold; }
  const Histogram& back() const { return m_back; }
  const Histogram& front() const { return m_front; }

  QSize sizeHint() const override { return {240, 110}; }
  QSize minimumSizeHint() const override { return {120, 80}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintKey(QPainter& painter) const;
  QString m_title, m_label;
  Histogram m_back, m_front;
  std::optional<double> m_threshold;
};

}  // namespace espalier
