#include "ui/plot/explained_picture.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kAround = 6;
constexpr double kMostZoom = 16, kZoomStep = 1.25, kMove = 0.1;
constexpr int kStrongest = 200;  // of 255: the picture shows through
const QColor kFor(230, 120, 0), kAgainst(0, 114, 200);

}  // namespace

void PictureLens::set(double zoom, QPointF centre) {
  zoom = std::clamp(zoom, 1.0, kMostZoom);
  const double half = 0.5 / zoom;
  centre = {std::clamp(centre.x(), half, 1 - half), std::clamp(centre.y(), half, 1 - half)};
  if (zoom == m_zoom && centre == m_centre) return;
  m_zoom = zoom;
  m_centre = centre;
  Q_EMIT changed();
}

ExplainedPicture::ExplainedPicture(const QString& title, PictureLens& lens, QWidget* parent)
    : QWidget(parent), m_title(title), m_lens(lens) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(title);
  setWhatsThis(
      tr("The picture as the model sees it. Orange: what the chosen word of the answer rests on. Blue: what "
         "speaks against it. Wheel or plus and minus zoom, the mouse or the arrow keys move, 0 shows the "
         "whole."));
  connect(&lens, &PictureLens::changed, this, qOverload<>(&QWidget::update));
}

void ExplainedPicture::setPicture(const QImage& picture, const PictureMap& map, double range,
                                  const QString& note) {
  m_picture = picture;
  m_map = map;
  m_note = note;
  m_range = range;
  if (m_range <= 0)
    for (const float v : map.values) m_range = std::max(m_range, std::abs(double(v)));
  setAccessibleDescription(map.isEmpty() ? note : tr("largest value %1").arg(shortNumber(m_range)));
  render();
  update();
}

void ExplainedPicture::render() {
  m_heat = {};
  if (m_map.isEmpty()) return;
  m_heat = QImage(int(m_map.columns), int(m_map.rows), QImage::Format_ARGB32);
  for (int r = 0; r < m_heat.height(); ++r)
    for (int c = 0; c < m_heat.width(); ++c) {
      const double v = double(m_map.values[size_t(r) * size_t(m_map.columns) + size_t(c)]);
      const double strength = m_range > 0 ? std::min(1.0, std::abs(v) / m_range) : 0;
      QColor colour = v >= 0 ? kFor : kAgainst;
      colour.setAlpha(int(kStrongest * strength));
      m_heat.setPixelColor(c, r, colour);
    }
}

QRect ExplainedPicture::area() const {
  return rect().adjusted(kAround, fontMetrics().height() + kAround, -kAround, -kAround);
}

QRectF ExplainedPicture::pictureRect() const {
  const QRectF room = area();
  QSizeF size = m_picture.isNull() ? QSizeF(1, 1) : QSizeF(m_picture.size());
  size.scale(room.size(), Qt::KeepAspectRatio);
  size *= m_lens.zoom();
  const QPointF middle(m_lens.centre().x() * size.width(), m_lens.centre().y() * size.height());
  return {room.center() - middle, size};
}

void ExplainedPicture::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Base));
  painter.setPen(palette().color(QPalette::Text));
  const QRect head(kAround, 2, width() - 2 * kAround, fontMetrics().height());
  painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter, m_title);
  if (!m_map.isEmpty() && m_range > 0) {
    painter.setPen(shadesFor(palette()).muted);
    const int room = head.width() - fontMetrics().horizontalAdvance(m_title) - 2 * kAround;
    const QString scale = tr("full colour: %1").arg(shortNumber(m_range));
    if (fontMetrics().horizontalAdvance(scale) <= room)
      painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter, scale);
  }
  painter.setClipRect(area());
  const QRectF place = pictureRect();
  if (!m_picture.isNull()) {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_lens.zoom() < 4);
    // Less colour below, so that the map's stands out.
    painter.setOpacity(m_heat.isNull() ? 1 : 0.75);
    painter.drawImage(place, m_picture);
    painter.setOpacity(1);
  }
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  if (!m_heat.isNull()) painter.drawImage(place, m_heat);
  if (m_map.isEmpty() && !m_note.isEmpty()) {
    painter.setPen(shadesFor(palette()).muted);
    if (!m_picture.isNull()) {
      // A band as high as the words: the picture stays in sight.
      const int lines = fontMetrics().boundingRect(area(), Qt::TextWordWrap, m_note).height() + 2 * kAround;
      const QRect band = area().adjusted(0, std::max(0, area().height() - lines), 0, 0);
      painter.fillRect(band, palette().color(QPalette::Base));
      painter.drawText(band, Qt::AlignCenter | Qt::TextWordWrap, m_note);
    } else {
      painter.drawText(area(), Qt::AlignCenter | Qt::TextWordWrap, m_note);
    }
  }
}

void ExplainedPicture::zoomAt(QPointF at, double factor) {
  const QRectF before = pictureRect();
  if (before.isEmpty()) return;
  // What is under the mouse stays there.
  const QPointF part((at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height());
  const double zoom = std::clamp(m_lens.zoom() * factor, 1.0, kMostZoom);
  const QSizeF size = before.size() * (zoom / m_lens.zoom());
  const QPointF middle = QRectF(area()).center() - at;
  m_lens.set(zoom, {part.x() + middle.x() / size.width(), part.y() + middle.y() / size.height()});
}

void ExplainedPicture::wheelEvent(QWheelEvent* event) {
  zoomAt(event->position(), event->angleDelta().y() > 0 ? kZoomStep : 1 / kZoomStep);
  event->accept();
}

void ExplainedPicture::mousePressEvent(QMouseEvent* event) {
  m_grabbed = event->position();
}

void ExplainedPicture::mouseMoveEvent(QMouseEvent* event) {
  if (!(event->buttons() & Qt::LeftButton)) return;
  const QPointF by = event->position() - m_grabbed;
  m_grabbed = event->position();
  const QSizeF size = pictureRect().size();
  m_lens.set(m_lens.zoom(), m_lens.centre() - QPointF(by.x() / size.width(), by.y() / size.height()));
}

void ExplainedPicture::keyPressEvent(QKeyEvent* event) {
  const double step = kMove / m_lens.zoom();
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomAt(QRectF(area()).center(), kZoomStep);
    case Qt::Key_Minus:
      return zoomAt(QRectF(area()).center(), 1 / kZoomStep);
    case Qt::Key_0:
      return m_lens.reset();
    case Qt::Key_Left:
      return m_lens.set(m_lens.zoom(), m_lens.centre() - QPointF(step, 0));
    case Qt::Key_Right:
      return m_lens.set(m_lens.zoom(), m_lens.centre() + QPointF(step, 0));
    case Qt::Key_Up:
      return m_lens.set(m_lens.zoom(), m_lens.centre() - QPointF(0, step));
    case Qt::Key_Down:
      return m_lens.set(m_lens.zoom(), m_lens.centre() + QPointF(0, step));
    default:
      QWidget::keyPressEvent(event);
  }
}

bool ExplainedPicture::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip && !m_map.isEmpty()) {
    auto* help = static_cast<QHelpEvent*>(event);
    const QRectF place = pictureRect();
    if (place.contains(help->pos())) {
      const auto c = int64_t((help->pos().x() - place.left()) * double(m_map.columns) / place.width());
      const auto r = int64_t((help->pos().y() - place.top()) * double(m_map.rows) / place.height());
      if (r < m_map.rows && c < m_map.columns)
        QToolTip::showText(help->globalPos(),
                           tr("Row %1, column %2: %3")
                               .arg(r + 1)
                               .arg(c + 1)
                               .arg(shortNumber(double(m_map.values[size_t(r * m_map.columns + c)]))),
                           this);
      return true;
    }
  }
  return QWidget::event(event);
}

}  // namespace espalier
