#include "ui/tour/tour.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kBubbleWidth = 400, kGap = 14, kWatchMs = 120;

}  // namespace

Tour::Tour(QWidget* window, std::vector<TourStep> steps)
    : QWidget(window),
      m_steps(std::move(steps)),
      m_bubble(new QWidget(this)),
      m_title(new QLabel),
      m_text(new QLabel),
      m_waits(new QLabel),
      m_place(new QLabel),
      m_back(new QPushButton(tr("Back"))),
      m_next(new QPushButton(tr("Next"))),
      m_close(new QPushButton(tr("End the Tour"))) {
  setObjectName("tour");
  setAccessibleName(tr("Guided tour"));
  setFocusPolicy(Qt::StrongFocus);
  m_bubble->setAutoFillBackground(true);
  m_bubble->setObjectName("tourBubble");
  QFont large = m_title->font();
  large.setBold(true);
  large.setPointSizeF(large.pointSizeF() * 1.2);
  m_title->setFont(large);
  m_title->setWordWrap(true);
  m_text->setWordWrap(true);
  m_waits->setWordWrap(true);
  m_waits->setAccessibleName(tr("What the tour waits for"));
  m_next->setDefault(true);
  m_back->setToolTip(tr("The step before (left arrow)"));
  m_next->setToolTip(tr("The next step, done in this window (right arrow)"));
  m_close->setToolTip(tr("End the tour and keep its results (Esc)"));
  setWhatsThis(
      tr("Each step explains a part of the method and does it in this window. Arrow keys go on and back, Esc "
         "ends."));
  for (auto* button : {m_back, m_next, m_close}) button->setWhatsThis(button->toolTip());
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(m_close);
  buttons->addWidget(m_place, 1, Qt::AlignCenter);
  buttons->addWidget(m_back);
  buttons->addWidget(m_next);
  auto* layout = new QVBoxLayout(m_bubble);
  layout->setContentsMargins(18, 14, 18, 14);
  layout->setSpacing(8);
  layout->addWidget(m_title);
  layout->addWidget(m_text);
  layout->addWidget(m_waits);
  layout->addLayout(buttons);
  connect(m_back, &QPushButton::clicked, this, [this] { go(m_at - 1); });
  connect(m_next, &QPushButton::clicked, this, &Tour::goOn);
  connect(m_close, &QPushButton::clicked, this, &Tour::end);
  window->installEventFilter(this);
  m_watch.setInterval(kWatchMs);
  connect(&m_watch, &QTimer::timeout, this, &Tour::follow);
  m_watch.start();
  resize(window->size());
  show();
  raise();
  setFocus();
  go(0);
}

void Tour::end() {
  if (m_ended) return;
  m_ended = true;
  m_watch.stop();
  hide();
  // All that was dimmed, also where a pane keeps a picture of itself.
  parentWidget()->update();
  deleteLater();
  Q_EMIT ended();
}

void Tour::goOn() {
  const TourStep& now = m_steps[size_t(m_at)];
  if (now.waitsFor && !now.waitsFor().isEmpty()) return;
  go(m_at + 1);
}

void Tour::go(int step) {
  if (step < 0 || m_ended) return;
  if (step >= count()) return end();
  m_at = step;
  const TourStep& now = m_steps[size_t(step)];
  if (now.act) now.act();
  m_where = now.where ? now.where() : nullptr;
  m_title->setText(now.title);
  m_place->setText(tr("%1 of %2").arg(step + 1).arg(count()));
  m_back->setEnabled(step > 0);
  m_next->setText(step + 1 == count() ? tr("Done") : tr("Next"));
  raise();
  m_placedAt = {};
  follow();
  // Again when what was shown or hidden has found its place.
  QTimer::singleShot(0, this, &Tour::place);
}

QString Tour::text() const {
  return m_text->text();
}

void Tour::follow() {
  const TourStep& now = m_steps[size_t(m_at)];
  const QString said = now.text(), waits = now.waitsFor ? now.waitsFor() : QString();
  const bool same = said == m_text->text() && waits == m_waits->text();
  if (!same) {
    m_text->setText(said);
    m_waits->setText(waits);
    m_waits->setVisible(!waits.isEmpty());
  }
  m_next->setEnabled(waits.isEmpty());
  if (!same || target() != m_placedAt) place();
}

QRect Tour::target() const {
  if (!m_where || !m_where->isVisible()) return {};
  return QRect(mapFromGlobal(m_where->mapToGlobal(QPoint())), m_where->size()).adjusted(-4, -4, 4, 4) &
         rect();
}

void Tour::place() {
  // The labels wrap: how high it is follows from how wide it is.
  const int bubbleWidth = std::min(kBubbleWidth, width() - 2 * kGap);
  m_bubble->setFixedSize(bubbleWidth, m_bubble->layout()->totalHeightForWidth(bubbleWidth));
  const QSize size = m_bubble->size();
  const QRect hole = m_placedAt = target();
  QPoint at = rect().center() - QPoint(size.width() / 2, size.height() / 2);
  if (!hole.isNull()) {
    // Beside it where there is room, else over its lower edge.
    if (width() - hole.right() > size.width() + 2 * kGap)
      at = QPoint(hole.right() + kGap, hole.center().y() - size.height() / 2);
    else if (hole.left() > size.width() + 2 * kGap)
      at = QPoint(hole.left() - kGap - size.width(), hole.center().y() - size.height() / 2);
    else if (height() - hole.bottom() > size.height() + 2 * kGap)
      at = QPoint(hole.center().x() - size.width() / 2, hole.bottom() + kGap);
    else if (hole.top() > size.height() + 2 * kGap)
      at = QPoint(hole.center().x() - size.width() / 2, hole.top() - kGap - size.height());
    else
      at = QPoint(hole.right() - size.width() - kGap, hole.bottom() - size.height() - kGap);
  }
  at.setX(std::clamp(at.x(), kGap, std::max(kGap, width() - size.width() - kGap)));
  at.setY(std::clamp(at.y(), kGap, std::max(kGap, height() - size.height() - kGap)));
  m_bubble->move(at);
  m_bubble->show();
  // What is pointed at takes the mouse: the window under the hole is the real one.
  QRegion mask(rect());
  if (!hole.isNull()) mask -= hole;
  setMask(mask + m_bubble->geometry());
  update();
}

void Tour::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), QColor(0, 0, 0, 110));
  if (const QRect hole = target(); !hole.isNull()) {
    painter.setPen(QPen(palette().color(QPalette::Highlight), 3));
    painter.drawRect(hole.adjusted(-2, -2, 1, 1));
  }
}

void Tour::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Return:
    case Qt::Key_Enter:
      return goOn();
    case Qt::Key_Left:
      return go(m_at - 1);
    case Qt::Key_Escape:
      return end();
    default:
      QWidget::keyPressEvent(event);
  }
}

bool Tour::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parent() && event->type() == QEvent::Resize) {
    resize(parentWidget()->size());
    place();
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace espalier
