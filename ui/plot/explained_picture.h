#pragma once

#include <QImage>
#include <QObject>
#include <QWidget>

#include "core/explain/explain.h"

namespace espalier {

// What part of a picture several views show: all of them the same.
class PictureLens : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;
  double zoom() const { return m_zoom; }       // 1: the whole picture
  QPointF centre() const { return m_centre; }  // in parts of the picture, 0 ... 1
  void set(double zoom, QPointF centre);       // kept within 1 ... 16 and the picture
  void reset() { set(1, {0.5, 0.5}); }

 Q_SIGNALS:
  void changed();

 private:
  double m_zoom = 1;
  QPointF m_centre{0.5, 0.5};
};

// A picture under a map of what matters in it. Wheel or plus and minus zoom, the mouse or the arrow keys
// move, 0 shows the whole. Positive values are orange, negative ones blue, each as strong as it is large
// against `range`.
class ExplainedPicture : public QWidget {
  Q_OBJECT

 public:
  ExplainedPicture(const QString& title, PictureLens& lens, QWidget* parent = nullptr);

  // range: the value of the full colour; 0: the largest there is.
  void setPicture(const QImage& picture, const PictureMap& map, double range, const QString& note = {});
  const PictureMap& map() const { return m_map; }
  double range() const { return m_range; }
  QRectF pictureRect() const;  // where the whole picture lies, beyond the widget when zoomed

  QSize sizeHint() const override { return {280, 300}; }
  QSize minimumSizeHint() const override { return {120, 140}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  QRect area() const;
  void zoomAt(QPointF at, double factor);
  void render();

  QString m_title, m_note;
  PictureLens& m_lens;
  QImage m_picture, m_heat;
  PictureMap m_map;
  double m_range = 0;
  QPointF m_grabbed;
};

}  // namespace espalier
