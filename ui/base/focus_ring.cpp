#include "ui/base/focus_ring.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>
#include <QScrollArea>
#include <QWidget>
#include <utility>

#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kRingWidth = 2;  // outside the widget where there is room

// Belongs to the window it is drawn in.
class Ring : public QWidget {
 public:
  explicit Ring(QWidget* window) : QWidget(window) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setObjectName("focusRing");
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setPen(QPen(focusColour(palette()), kRingWidth, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    const double inset = kRingWidth / 2.0;
    painter.drawRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset));
  }
};

}  // namespace

QRect seenPart(const QWidget& widget) {
  QRect seen = widget.rect();
  for (const QWidget* w = &widget; !w->isWindow() && w->parentWidget(); w = w->parentWidget())
    seen = seen.translated(w->pos()) & w->parentWidget()->rect();
  return seen;
}

void FocusRing::install() {
  static QPointer<FocusRing> installed;
  if (!installed) installed = new FocusRing(qApp);
}

FocusRing::FocusRing(QObject* parent) : QObject(parent) {
  qApp->installEventFilter(this);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { follow(now); });
}

void FocusRing::follow(QWidget* widget) {
  m_widget = widget;
  m_watched.clear();
  // A scroll area shows what the keyboard comes to from within, but not what it comes to from outside.
  if (m_byKeyboard)
    for (QWidget* w = widget; w && !w->isWindow(); w = w->parentWidget())
      if (auto* area = qobject_cast<QScrollArea*>(w)) area->ensureWidgetVisible(widget);
  for (QWidget* w = widget; w; w = w->isWindow() ? nullptr : w->parentWidget()) m_watched << w;
  place();
}

void FocusRing::place() {
  QWidget* window = m_widget ? m_widget->window() : nullptr;
  const bool marked = window && m_byKeyboard && window != m_widget && window->windowType() != Qt::Popup &&
                      m_widget->isVisible() && !seenPart(*m_widget).isEmpty();
  if (!marked) {
    if (m_ring) m_ring->hide();
    return;
  }
  if (!m_ring || m_ring->parentWidget() != window) {
    delete m_ring;
    m_ring = new Ring(window);
  }
  const QRect place = seenPart(*m_widget).adjusted(-kRingWidth, -kRingWidth, kRingWidth, kRingWidth);
  m_ring->setGeometry(place & window->rect());
  m_ring->show();
  m_ring->raise();
}

// When all that moves has moved.
void FocusRing::placeLater() {
  if (std::exchange(m_later, true)) return;
  QMetaObject::invokeMethod(
      this,
      [this] {
        m_later = false;
        place();
      },
      Qt::QueuedConnection);
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::KeyPress:
      if (!std::exchange(m_byKeyboard, true)) placeLater();
      break;
    case QEvent::MouseButtonPress:
      if (std::exchange(m_byKeyboard, false)) placeLater();
      break;
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
      if (m_byKeyboard && m_watched.contains(watched)) placeLater();
      break;
    default:
      break;
  }
  return false;
}

}  // namespace espalier
