#include "ui/panels/filter_bar.h"

#include <QEvent>
#include <QGridLayout>
#include <algorithm>

namespace espalier {

FilterBar::FilterBar(QWidget* field, const QList<QWidget*>& choices, QWidget* remark, QWidget* parent)
    : QWidget(parent), m_field(field), m_choices(choices), m_remark(remark), m_grid(new QGridLayout(this)) {
  m_grid->setContentsMargins(6, 6, 6, 4);
  m_grid->setSpacing(6);
  arrange();
}

// In the order of the keyboard: field, choices.
void FilterBar::arrange() {
  for (QWidget* w : QList<QWidget*>{m_field, m_remark} + m_choices) m_grid->removeWidget(w);
  const int count = int(m_choices.size());
  if (m_two) {
    m_grid->addWidget(m_field, 0, 0, 1, std::max(1, count));
    m_grid->addWidget(m_remark, 0, count);
    for (int i = 0; i < count; ++i) m_grid->addWidget(m_choices[i], 1, i, 1, i + 1 == count ? 2 : 1);
  } else {
    m_grid->addWidget(m_field, 0, 0);
    for (int i = 0; i < count; ++i) m_grid->addWidget(m_choices[i], 0, i + 1);
    m_grid->addWidget(m_remark, 0, count + 1);
  }
  m_grid->setColumnStretch(0, 1);
  for (int i = 1; i < count; ++i) m_grid->setColumnStretch(i, m_two ? 1 : 0);
}

// The room for some words in the field, with its sign and its button.
int FilterBar::widthOfField() const {
  return fontMetrics().horizontalAdvance(QStringLiteral("a search of some words")) + 48;
}

int FilterBar::widthOfOneRow() const {
  const QMargins margins = m_grid->contentsMargins();
  int width = margins.left() + margins.right() + widthOfField();
  for (QWidget* w : m_choices + QList<QWidget*>{m_remark}) width += w->sizeHint().width() + m_grid->spacing();
  return width;
}

// What two rows need: the pane may be made that narrow.
QSize FilterBar::minimumSizeHint() const {
  const QMargins margins = m_grid->contentsMargins();
  int choices = m_grid->spacing() * std::max(0, int(m_choices.size()) - 1);
  int height = m_field->sizeHint().height();
  for (const QWidget* w : m_choices) {
    choices += w->minimumSizeHint().width();
    if (m_two)
      height = std::max(height, m_field->sizeHint().height() + m_grid->spacing() + w->sizeHint().height());
  }
  const int first = widthOfField() + m_grid->spacing() + m_remark->sizeHint().width();
  return {std::max(first, choices) + margins.left() + margins.right(),
          height + margins.top() + margins.bottom()};
}

void FilterBar::decide() {
  const bool two = width() < widthOfOneRow();
  if (two == m_two) return;
  m_two = two;
  arrange();
  updateGeometry();
}

void FilterBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  decide();
}

// Other fonts and texts need other room.
bool FilterBar::event(QEvent* event) {
  const bool handled = QWidget::event(event);
  if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::FontChange) decide();
  return handled;
}

}  // namespace espalier
