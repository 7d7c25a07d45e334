#include "ui/plot/architecture_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLinearGradient>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kEdgeRoom = 8, kGutter = 18, kRowGap = 6;
constexpr int kLowestBlock = 24, kHighestBlock = 150, kWidestBlock = 150, kNarrowestBlock = 3;
constexpr int kRampWidth = 96;

QColor mixed(const QColor& from, const QColor& to, double share) {
  const auto mix = [share](int a, int b) { return int(std::lround(a + share * (b - a))); };
  return QColor(mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue()));
}

// Black or white, whichever stands out more.
QColor inkOn(const QColor& fill) {
  const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  const double luminance =
      0.2126 * linear(fill.redF()) + 0.7152 * linear(fill.greenF()) + 0.0722 * linear(fill.blueF());
  return luminance > 0.179 ? Qt::black : Qt::white;
}

}  // namespace

int64_t ArchitectureBlock::weights() const {
  int64_t total = 0;
  for (const auto& p : parts) total += p.rows * p.columns;
  return total;
}

ArchitectureView::ArchitectureView(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Drawing of the model"));
  setWhatsThis(tr(
      "The model as it computes: a row for each component, its blocks from left to right, and in each block "
      "its matrices, as high as their share of its weights. Arrows lead to the component that is fed. A "
      "click "
      "chooses the block in all views."));
}

double ArchitectureView::strengthOf(const ArchitecturePart& part) {
  return std::isnan(part.value) ? -1 : std::clamp(part.value, 0.0, 1.0);
}

bool ArchitectureView::feeds(const std::string& component, const std::string& next) {
  // The text tower of a contrastive model stands beside the picture tower: only their results meet.
  return !(component == "vision" && next == "text");
}

void ArchitectureView::setBlocks(std::vector<ArchitectureBlock> blocks, int64_t otherWeights) {
  const bool resized = blocks.size() != m_blocks.size();
  m_blocks = std::move(blocks);
  m_otherWeights = otherWeights;
  m_rows.clear();
  for (int i = 0; i < int(m_blocks.size()); ++i) {
    if (i == 0 || m_blocks[size_t(i)].component != m_blocks[size_t(i - 1)].component)
      m_rows.push_back({i, i});
    m_rows.back().last = i;
  }
  if (resized) updateGeometry();
  update();
}

void ArchitectureView::setKey(const QString& title, const QString& least, const QString& most) {
  m_keyTitle = title;
  m_least = least;
  m_most = most;
  update();
}

void ArchitectureView::setCurrent(const std::string& block) {
  if (block == m_current) return;
  m_current = block;
  update();
}

int ArchitectureView::keyHeight() const {
  return 2 * fontMetrics().height() + kRowGap;
}

QSize ArchitectureView::minimumSizeHint() const {
  const int row = fontMetrics().height() + kLowestBlock + kRowGap;
  return {160, std::max(1, int(m_rows.size())) * row + keyHeight() + 2 * kEdgeRoom};
}

QSize ArchitectureView::sizeHint() const {
  return minimumSizeHint().expandedTo({480, 240});
}

QRect ArchitectureView::rowRect(int row) const {
  const int rows = std::max(1, int(m_rows.size())), title = fontMetrics().height();
  const int room = (height() - keyHeight() - 2 * kEdgeRoom) / rows - kRowGap;
  const int high = std::clamp(room, title + kLowestBlock, title + kHighestBlock);
  return QRect(kEdgeRoom + kGutter, kEdgeRoom + row * (high + kRowGap), width() - 2 * kEdgeRoom - kGutter,
               high);
}

int ArchitectureView::rowOf(int index) const {
  for (int r = 0; r < int(m_rows.size()); ++r)
    if (index >= m_rows[size_t(r)].first && index <= m_rows[size_t(r)].last) return r;
  return -1;
}

QRect ArchitectureView::blockRect(int index) const {
  const int row = rowOf(index);
  if (row < 0) return {};
  const QRect place = rowRect(row).adjusted(0, fontMetrics().height(), 0, 0);
  const int count = m_rows[size_t(row)].last - m_rows[size_t(row)].first + 1;
  const double each =
      std::clamp(double(place.width()) / count, double(kNarrowestBlock), double(kWidestBlock));
  const int at = index - m_rows[size_t(row)].first, gap = each > 12 ? 3 : 1;
  const int left = int(at * each), right = int((at + 1) * each) - gap;
  return QRect(place.left() + left, place.top(), std::max(2, right - left), place.height());
}

int ArchitectureView::indexAt(const QPoint& position) const {
  for (int i = 0; i < int(m_blocks.size()); ++i)
    if (blockRect(i).contains(position)) return i;
  return -1;
}

int ArchitectureView::currentIndex() const {
  for (int i = 0; i < int(m_blocks.size()); ++i)
    if (m_blocks[size_t(i)].name == m_current) return i;
  return -1;
}

void ArchitectureView::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.fillRect(event->rect(), palette().color(QPalette::Base));
  painter.setRenderHint(QPainter::Antialiasing);
  for (int r = 0; r < int(m_rows.size()); ++r) {
    paintRow(painter, r);
    if (r + 1 < int(m_rows.size())) paintArrow(painter, r);
  }
  paintKey(painter);
}

void ArchitectureView::paintRow(QPainter& painter, int row) const {
  const Row& blocks = m_rows[size_t(row)];
  int64_t weights = 0;
  for (int i = blocks.first; i <= blocks.last; ++i) weights += m_blocks[size_t(i)].weights();
  const QRect place = rowRect(row);
  const QString title =
      tr("%1: %n blocks, %2 weights", nullptr, blocks.last - blocks.first + 1)
          .arg(componentTitle(m_blocks[size_t(blocks.first)].component), shortCount(weights));
  painter.setPen(palette().color(QPalette::Text));
  painter.drawText(place, Qt::AlignLeft | Qt::AlignTop,
                   fontMetrics().elidedText(title, Qt::ElideRight, place.width()));
  for (int i = blocks.first; i <= blocks.last; ++i) paintBlock(painter, i);
}

void ArchitectureView::paintBlock(QPainter& painter, int index) const {
  const ArchitectureBlock& block = m_blocks[size_t(index)];
  const QRectF rect = blockRect(index);
  const QColor base = palette().color(QPalette::Base), full = componentColour(block.component, palette());
  const double weights = double(std::max<int64_t>(1, block.weights()));
  const auto fillOf = [&](double strength) {
    return strength < 0 ? palette().color(QPalette::AlternateBase)
                        : mixed(base, full, 0.06 + 0.94 * strength);
  };
  painter.setPen(Qt::NoPen);
  // Parts that would be thinner than two pixels, as of experts, become one of their mean.
  if (rect.height() < 2.0 * double(block.parts.size())) {
    double known = 0, sum = 0;
    for (const auto& part : block.parts)
      if (const double s = strengthOf(part), w = double(part.rows * part.columns); s >= 0)
        sum += s * w, known += w;
    painter.fillRect(rect, fillOf(known > 0 ? sum / known : -1));
  } else {
    double top = rect.top();
    for (const auto& part : block.parts) {
      const double high = rect.height() * double(part.rows * part.columns) / weights;
      const QRectF place(rect.left(), top, rect.width(), high);
      const QColor fill = fillOf(strengthOf(part));
      painter.fillRect(place, fill);
      if (&part != &block.parts.front())
        painter.fillRect(QRectF(place.left(), top, place.width(), 1), shadesFor(palette()).hairline);
      const QString label = shortBlockLabel(part.matrix);
      if (high >= fontMetrics().height() && rect.width() >= fontMetrics().horizontalAdvance(label) + 8) {
        painter.setPen(inkOn(fill));
        painter.drawText(place, Qt::AlignCenter, label);
        painter.setPen(Qt::NoPen);
      }
      top += high;
    }
  }
  const bool current = block.name == m_current;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(
      QPen(current ? palette().color(QPalette::Highlight) : shadesFor(palette()).axis, current ? 3 : 1));
  painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
}

// In the gutter, from a row's middle to that of the next.
void ArchitectureView::paintArrow(QPainter& painter, int row) const {
  const auto& from = m_blocks[size_t(m_rows[size_t(row)].first)].component;
  const auto& to = m_blocks[size_t(m_rows[size_t(row) + 1].first)].component;
  if (!feeds(from, to)) return;
  const QRect upper = rowRect(row), lower = rowRect(row + 1);
  const double x = kEdgeRoom + 5, y0 = upper.center().y(), y1 = lower.center().y(), right = upper.left() - 3;
  painter.setPen(QPen(shadesFor(palette()).muted, 1.5));
  painter.setBrush(shadesFor(palette()).muted);
  painter.drawPolyline(QPolygonF{{right, y0 + 6}, {x, y0 + 6}, {x, y1 - 6}, {right, y1 - 6}});
  painter.drawPolygon(QPolygonF{{right, y1 - 6}, {right - 6, y1 - 10}, {right - 6, y1 - 2}});
}

void ArchitectureView::paintKey(QPainter& painter) const {
  if (m_rows.empty()) return;
  const int high = fontMetrics().height();
  const int top = rowRect(int(m_rows.size()) - 1).bottom() + kRowGap;
  const Shades& shades = shadesFor(palette());
  int x = kEdgeRoom + kGutter;
  const auto write = [&](const QString& words, int gap) {
    painter.setPen(shades.muted);
    painter.drawText(QPoint(x, top + fontMetrics().ascent()), words);
    x += fontMetrics().horizontalAdvance(words) + gap;
  };
  write(m_keyTitle, 10);
  write(m_least, 5);
  QLinearGradient gradient(x, 0, x + kRampWidth, 0);
  const QColor base = palette().color(QPalette::Base), full = palette().color(QPalette::Text);
  gradient.setColorAt(0, mixed(base, full, 0.06));
  gradient.setColorAt(1, full);
  painter.setPen(shades.axis);
  painter.setBrush(gradient);
  painter.drawRect(QRectF(x + 0.5, top + 2.5, kRampWidth, high - 5));
  x += kRampWidth + 6;
  write(m_most, 0);
  painter.setPen(shades.muted);
  const QRect below(kEdgeRoom + kGutter, top + high, width() - 2 * kEdgeRoom - kGutter, high);
  painter.drawText(
      below, Qt::AlignLeft | Qt::AlignTop,
      fontMetrics().elidedText(tr("Outside the blocks' matrices (embeddings, norms, heads): %1 weights")
                                   .arg(shortCount(m_otherWeights)),
                               Qt::ElideRight, below.width()));
}

void ArchitectureView::mousePressEvent(QMouseEvent* event) {
  const int index = indexAt(event->position().toPoint());
  if (event->button() == Qt::LeftButton && index >= 0) Q_EMIT chosen(m_blocks[size_t(index)].name);
}

void ArchitectureView::keyPressEvent(QKeyEvent* event) {
  if (m_blocks.empty()) return QWidget::keyPressEvent(event);
  const int at = currentIndex(), last = int(m_blocks.size()) - 1;
  int next = at;
  switch (event->key()) {
    case Qt::Key_Left:
      next = at - 1;
      break;
    case Qt::Key_Right:
      next = at + 1;
      break;
    case Qt::Key_Home:
      next = 0;
      break;
    case Qt::Key_End:
      next = last;
      break;
    case Qt::Key_Up:
    case Qt::Key_Down: {
      const int row =
          std::clamp(rowOf(at) + (event->key() == Qt::Key_Up ? -1 : 1), 0, int(m_rows.size()) - 1);
      // The block of that row below or above this one.
      const int middle = at < 0 ? 0 : blockRect(at).center().x();
      next = m_rows[size_t(row)].first;
      for (int i = next; i <= m_rows[size_t(row)].last; ++i)
        if (std::abs(blockRect(i).center().x() - middle) < std::abs(blockRect(next).center().x() - middle))
          next = i;
      break;
    }
    default:
      return QWidget::keyPressEvent(event);
  }
  Q_EMIT chosen(m_blocks[size_t(at < 0 ? 0 : std::clamp(next, 0, last))].name);
}

bool ArchitectureView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  auto* help = static_cast<QHelpEvent*>(event);
  const int index = indexAt(help->pos());
  if (index < 0) {
    QToolTip::hideText();
    return true;
  }
  constexpr size_t kMost = 12;  // lines; experts have hundreds
  const ArchitectureBlock& block = m_blocks[size_t(index)];
  QStringList lines{text(block.name)};
  for (size_t i = 0; i < std::min(kMost, block.parts.size()); ++i) {
    const auto& part = block.parts[i];
    lines << tr("%1: %2 \u00d7 %3").arg(shortBlockLabel(part.matrix)).arg(part.rows).arg(part.columns);
  }
  if (block.parts.size() > kMost) lines << QStringLiteral("\u2026");
  QToolTip::showText(help->globalPos(), lines.join('\n'), this);
  return true;
}

}  // namespace espalier
