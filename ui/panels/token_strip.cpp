#include "ui/panels/token_strip.h"

#include <QKeyEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kPad = 6, kTokenGap = 4, kLeastWidth = 120;
constexpr int kFull = 110;  // of 255: the text stands out from it

}  // namespace

TokenStrip::TokenStrip(const QString& name, bool choosable, QWidget* parent)
    : QWidget(parent), m_choosable(choosable) {
  setAccessibleName(name);
  setFocusPolicy(choosable ? Qt::StrongFocus : Qt::NoFocus);
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void TokenStrip::setTokens(std::vector<Token> tokens) {
  m_tokens = std::move(tokens);
  if (m_choosable) m_chosen = m_tokens.empty() ? -1 : std::clamp(m_chosen, 0, int(m_tokens.size()) - 1);
  QStringList said;
  for (const auto& t : m_tokens) said << (t.below.isEmpty() ? t.text : t.text + ' ' + t.below);
  setAccessibleDescription(said.join(QStringLiteral(", ")));
  m_boxes = boxesFor(width());
  updateGeometry();
  update();
}

void TokenStrip::choose(int token) {
  if (!m_choosable || token < 0 || token >= int(m_tokens.size()) || token == m_chosen) return;
  m_chosen = token;
  update();
  Q_EMIT chosenChanged(token);
}

std::vector<QRect> TokenStrip::boxesFor(int width) const {
  std::vector<QRect> out;
  const auto metrics = fontMetrics();
  bool second = false;
  for (const auto& t : m_tokens) second = second || !t.below.isEmpty();
  const int high = metrics.height() * (second ? 2 : 1) + kPad;
  int x = 0, y = 0;
  for (const auto& t : m_tokens) {
    const int wide =
        std::max(metrics.horizontalAdvance(t.text), metrics.horizontalAdvance(t.below)) + 2 * kPad;
    if (x > 0 && x + wide > width) x = 0, y += high + kTokenGap;
    out.emplace_back(x, y, std::min(wide, std::max(width, kLeastWidth)), high);
    x += wide + kTokenGap;
  }
  return out;
}

QRect TokenStrip::boxOf(int token) const {
  return token >= 0 && token < int(m_boxes.size()) ? m_boxes[size_t(token)] : QRect();
}

int TokenStrip::heightForWidth(int width) const {
  const auto boxes = boxesFor(width);
  return boxes.empty() ? fontMetrics().height() : boxes.back().bottom() + 2;
}

QSize TokenStrip::sizeHint() const {
  const int wide = std::max(width(), kLeastWidth);
  return {wide, heightForWidth(wide)};
}

QSize TokenStrip::minimumSizeHint() const {
  return {kLeastWidth, heightForWidth(std::max(width(), kLeastWidth))};
}

void TokenStrip::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  m_boxes = boxesFor(width());
  updateGeometry();
}

void TokenStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Shades& shades = shadesFor(palette());
  for (size_t i = 0; i < m_tokens.size() && i < m_boxes.size(); ++i) {
    const auto& t = m_tokens[i];
    const QRect box = m_boxes[i];
    painter.fillRect(box, palette().color(QPalette::Base));
    QColor fill = t.weight >= 0 ? QColor(230, 120, 0) : QColor(0, 114, 200);
    fill.setAlpha(int(kFull * std::min(1.0, std::abs(t.weight))));
    painter.fillRect(box, fill);
    const bool chosen = int(i) == m_chosen;
    painter.setPen(QPen(
        chosen ? (hasFocus() ? focusColour(palette()) : palette().color(QPalette::Text)) : shades.hairline,
        chosen ? 2 : 1));
    painter.drawRect(box.adjusted(1, 1, -1, -1));
    painter.setPen(palette().color(QPalette::Text));
    const int line = fontMetrics().height();
    const QRect first(box.left() + kPad / 2, box.top() + kPad / 2, box.width() - kPad, line);
    painter.drawText(first, Qt::AlignCenter, fontMetrics().elidedText(t.text, Qt::ElideRight, first.width()));
    if (!t.below.isEmpty()) painter.drawText(first.translated(0, line), Qt::AlignCenter, t.below);
  }
}

void TokenStrip::mousePressEvent(QMouseEvent* event) {
  for (size_t i = 0; i < m_boxes.size(); ++i)
    if (m_boxes[i].contains(event->pos())) choose(int(i));
}

void TokenStrip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Left) return choose(m_chosen - 1);
  if (event->key() == Qt::Key_Right) return choose(m_chosen + 1);
  QWidget::keyPressEvent(event);
}

}  // namespace espalier
