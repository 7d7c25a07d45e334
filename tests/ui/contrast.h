#pragma once

#include <QImage>
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <vector>

// Measures how far text stands out from what it is painted on, by painting: whatever is drawn goes to a
// canvas, and each text is compared with the canvas below it. What a delegate or widget does with selection,
// opacity or translucent fills is in it.
namespace espalier {

inline double luminance(const QColor& c) {
  const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

// WCAG 2: 1 ... 21.
inline double contrast(const QColor& a, const QColor& b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

struct PaintedText {
  QString text;
  QColor ink, ground;
  double ratio = 0;
};

class ContrastEngine : public QPaintEngine {
 public:
  explicit ContrastEngine(QImage& canvas) : QPaintEngine(AllFeatures), m_canvas(canvas) {}

  std::vector<PaintedText> texts;

  bool begin(QPaintDevice*) override { return m_painter.begin(&m_canvas); }
  bool end() override { return m_painter.end(); }
  Type type() const override { return User; }
  void updateState(const QPaintEngineState& state) override {
    m_painter.setPen(state.pen());
    m_painter.setBrush(state.brush());
    m_painter.setBrushOrigin(state.brushOrigin());
    m_painter.setOpacity(state.opacity());
    m_painter.setRenderHints(m_painter.renderHints(), false);
    m_painter.setRenderHints(state.renderHints());
    m_painter.setCompositionMode(state.compositionMode());
    m_painter.setTransform(state.transform());
    m_opacity = state.opacity();
    m_pen = state.pen();
    clip(state);
  }
  void drawPath(const QPainterPath& path) override { m_painter.drawPath(path); }
  void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override {
    mode == PolylineMode ? m_painter.drawPolyline(points, count) : m_painter.drawPolygon(points, count);
  }
  void drawRects(const QRectF* rects, int count) override { m_painter.drawRects(rects, count); }
  void drawLines(const QLineF* lines, int count) override { m_painter.drawLines(lines, count); }
  void drawPixmap(const QRectF& to, const QPixmap& pixmap, const QRectF& from) override {
    m_painter.drawPixmap(to, pixmap, from);
  }
  void drawTiledPixmap(const QRectF& to, const QPixmap& pixmap, const QPointF& from) override {
    m_painter.drawTiledPixmap(to, pixmap, from);
  }
  void drawImage(const QRectF& to, const QImage& image, const QRectF& from,
                 Qt::ImageConversionFlags) override {
    m_painter.drawImage(to, image, from);
  }
  void drawTextItem(const QPointF& at, const QTextItem& item) override {
    if (item.text().trimmed().isEmpty()) return;
    const double height = item.ascent();
    double worst = 22;
    PaintedText painted{item.text(), {}, {}, 0};
    int inside = 0;
    for (double share : {0.02, 0.25, 0.5, 0.75, 0.98}) {
      const QPoint p = m_painter.transform().map(at + QPointF(item.width() * share, -height * 0.4)).toPoint();
      if (!m_canvas.rect().contains(p) || (m_clipped && !m_clip.contains(p))) continue;
      ++inside;
      const QColor ground = m_canvas.pixelColor(p);
      const QColor pen = m_pen.color();
      const double a = pen.alphaF() * m_opacity;
      const auto mix = [&](double ink, double below) {
        return std::clamp(ink * a + below * (1 - a), 0.0, 1.0);
      };
      const QColor ink =
          QColor::fromRgbF(float(mix(pen.redF(), ground.redF())), float(mix(pen.greenF(), ground.greenF())),
                           float(mix(pen.blueF(), ground.blueF())));
      if (const double ratio = contrast(ink, ground); ratio < worst) {
        worst = ratio;
        painted.ink = ink;
        painted.ground = ground;
        painted.ratio = ratio;
      }
    }
    if (inside > 0) texts.push_back(painted);
  }

 private:
  void clip(const QPaintEngineState& state) {
    m_clip = systemClip();
    m_clipped = !m_clip.isEmpty();
    if (state.isClipEnabled()) {
      const QRegion region = state.state() & DirtyClipPath
                                 ? QRegion(state.clipPath().toFillPolygon().toPolygon())
                                 : state.clipRegion();
      if (!region.isEmpty()) {
        const QRegion mapped = state.transform().map(region);
        m_clip = m_clipped ? m_clip & mapped : mapped;
        m_clipped = true;
      }
    }
    const QTransform now = m_painter.transform();
    m_painter.resetTransform();
    m_clipped ? m_painter.setClipRegion(m_clip) : m_painter.setClipping(false);
    m_painter.setTransform(now);
  }

  QImage& m_canvas;
  QPainter m_painter;
  QPen m_pen;
  double m_opacity = 1;
  QRegion m_clip;
  bool m_clipped = false;
};

class ContrastDevice : public QPaintDevice {
 public:
  explicit ContrastDevice(const QSize& size)
      : m_canvas(size, QImage::Format_ARGB32_Premultiplied), m_engine(m_canvas) {
    m_canvas.fill(Qt::white);
  }
  QPaintEngine* paintEngine() const override { return const_cast<ContrastEngine*>(&m_engine); }
  const std::vector<PaintedText>& texts() const { return m_engine.texts; }
  const QImage& canvas() const { return m_canvas; }

 protected:
  int metric(PaintDeviceMetric what) const override {
    switch (what) {
      case PdmWidth:
        return m_canvas.width();
      case PdmHeight:
        return m_canvas.height();
      case PdmDpiX:
      case PdmDpiY:
      case PdmPhysicalDpiX:
      case PdmPhysicalDpiY:
        return 96;
      case PdmDepth:
        return 32;
      case PdmNumColors:
        return INT_MAX;
      case PdmDevicePixelRatio:
        return 1;
      case PdmDevicePixelRatioScaled:
        return int(devicePixelRatioFScale());
      case PdmWidthMM:
        return m_canvas.width() * 254 / 960;
      default:
        return m_canvas.height() * 254 / 960;
    }
  }

 private:
  QImage m_canvas;
  ContrastEngine m_engine;
};

}  // namespace espalier
