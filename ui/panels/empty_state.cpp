#include "ui/panels/empty_state.h"

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/theme.h"

namespace espalier {

EmptyState::EmptyState(const QString& title, const QString& text, QAction* action, QWidget* parent)
    : QWidget(parent), m_title(new QLabel), m_text(new QLabel), m_button(new QPushButton) {
  QFont bold = m_title->font();
  bold.setBold(true);
  m_title->setFont(bold);
  for (QLabel* label : {m_title, m_text}) {
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
  }
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 4, 16, 4);
  layout->setSpacing(6);
  layout->addStretch(1);
  layout->addWidget(m_title);
  layout->addWidget(m_text);
  layout->addWidget(m_button, 0, Qt::AlignHCenter);
  layout->addStretch(1);
  setText(title, text);
  setAction(action);
  applyTheme();
}

void EmptyState::setText(const QString& title, const QString& text) {
  m_title->setText(title);
  m_text->setText(text);
  fitText();
}

// Where the pane is too low for all of it, the explanation becomes the tooltip: the title and the button
// count more.
void EmptyState::fitText() {
  const QMargins margins = layout()->contentsMargins();
  const int width = std::max(1, this->width() - margins.left() - margins.right());
  const int spacing = layout()->spacing();
  int needed = margins.top() + margins.bottom() + m_title->heightForWidth(width) + spacing +
               m_text->heightForWidth(width);
  if (!m_button->isHidden()) needed += spacing + m_button->sizeHint().height();
  const bool fits = needed <= height();
  m_text->setVisible(fits && !m_text->text().isEmpty());
  setToolTip(fits ? QString() : m_text->text());
}

void EmptyState::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitText();
}

void EmptyState::setAction(QAction* action) {
  disconnect(m_clicked);
  disconnect(m_changed);
  m_button->setVisible(action != nullptr);
  fitText();
  m_button->setFocusPolicy(action ? Qt::StrongFocus : Qt::NoFocus);
  if (!action) return;
  const auto follow = [this, action] {
    m_button->setText(action->iconText());
    m_button->setIcon(action->icon());
    m_button->setToolTip(action->toolTip());
    m_button->setWhatsThis(action->whatsThis());
    m_button->setEnabled(action->isEnabled());
  };
  follow();
  m_clicked = connect(m_button, &QPushButton::clicked, action, &QAction::trigger);
  m_changed = connect(action, &QAction::changed, this, follow);
}

void EmptyState::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) applyTheme();
}

void EmptyState::applyTheme() {
  QPalette muted = palette();
  muted.setColor(QPalette::WindowText, shadesFor(palette()).muted);
  m_text->setPalette(muted);
}

}  // namespace espalier
