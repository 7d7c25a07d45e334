#include "ui/panels/welcome_page.h"

#include <QAction>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/icons.h"
#include "ui/base/recent_folders.h"
#include "ui/base/theme.h"
#include "ui/panels/section.h"

namespace espalier {

namespace {

constexpr int kMostShown = 5;
constexpr int kTextWidth = 520;
constexpr int kButtonWidth = 170;  // at least, and as large type needs

QPushButton* buttonOf(QAction* action, const QString& title) {
  auto* button = new QPushButton(action->icon(), title);
  button->setToolTip(action->toolTip());
  button->setMinimumHeight(36);
  button->setMinimumWidth(kButtonWidth);
  button->setEnabled(action->isEnabled());
  QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
  QObject::connect(action, &QAction::changed, button,
                   [button, action] { button->setEnabled(action->isEnabled()); });
  return button;
}

}  // namespace

WelcomePage::WelcomePage(RecentFolders& recent, const SampleActions& samples, QAction* openModel,
                         QWidget* parent)
    : QWidget(parent), m_recent(recent), m_what(new QLabel), m_drop(new QLabel), m_recentBox(new QWidget) {
  auto* title = new QLabel(tr("Espalier"));
  QFont large = title->font();
  large.setPointSizeF(large.pointSizeF() * 2.4);
  large.setBold(true);
  title->setFont(large);
  m_what->setText(
      tr("Prune vision-language models to a plan. Score every block, share a budget among them, change it by "
         "hand, and see at once how the model's answers change."));
  m_what->setWordWrap(true);
  m_drop->setText(tr("Or drop a model folder, as Hugging Face writes it, onto this window."));
  m_drop->setWordWrap(true);

  auto* sample = buttonOf(samples.first, tr("Try the sample"));
  sample->setDefault(true);
  auto* open = buttonOf(openModel, tr("Open a model\u2026"));
  m_buttons = new QHBoxLayout;
  m_buttons->setSpacing(10);
  m_buttons->addWidget(sample);
  if (samples.modern) m_buttons->addWidget(buttonOf(samples.modern, tr("Try a modern VLM")));
  m_buttons->addWidget(buttonOf(samples.emoji, tr("Try the emoji CLIP")));
  m_buttons->addWidget(open);
  m_buttons->addStretch(1);

  auto* recentLayout = new QVBoxLayout(m_recentBox);
  recentLayout->setContentsMargins(0, 14, 0, 0);
  recentLayout->setSpacing(2);
  recentLayout->addWidget(sectionTitle(tr("Recent")));
  m_recentList = new QVBoxLayout;
  m_recentList->setSpacing(0);
  recentLayout->addLayout(m_recentList);

  m_column = new QWidget;
  auto* layout = new QVBoxLayout(m_column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(14);
  layout->addWidget(title);
  layout->addWidget(m_what);
  layout->addSpacing(4);
  layout->addLayout(m_buttons);
  layout->addWidget(m_drop);
  layout->addWidget(m_recentBox);
  auto* page = new QVBoxLayout(this);
  page->addStretch(2);
  page->addWidget(m_column, 0, Qt::AlignHCenter);
  page->addStretch(3);

  connect(&m_recent, &RecentFolders::changed, this, &WelcomePage::listRecent);
  listRecent();
  applyTheme();
  fitColumn();
}

void WelcomePage::setDropHighlighted(bool highlighted) {
  m_highlighted = highlighted;
  update();
}

// As wide as lines are read well, or as the buttons need.
void WelcomePage::fitColumn() {
  for (int i = 0; i < m_buttons->count(); ++i)
    if (auto* button = m_buttons->itemAt(i)->widget())
      button->setMinimumWidth(std::max(kButtonWidth, button->sizeHint().width()));
  const int width = std::max(kTextWidth, m_buttons->minimumSize().width());
  m_column->setFixedWidth(width);
  // A layout that centres its item does not ask how high lines that wrap become.
  for (QLabel* label : {m_what, m_drop}) label->setMinimumHeight(label->heightForWidth(width));
}

void WelcomePage::listRecent() {
  while (QLayoutItem* item = m_recentList->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  int shown = 0;
  for (const QString& folder : m_recent.folders()) {
    if (shown++ == kMostShown) break;
    auto* button = new QPushButton;
    button->setFlat(true);
    button->setStyleSheet(QStringLiteral("QPushButton { text-align: left; padding: 4px 6px; }"));
    button->setText(
        button->fontMetrics().elidedText(QDir::toNativeSeparators(folder), Qt::ElideMiddle, kTextWidth - 24));
    button->setToolTip(QDir::toNativeSeparators(folder));
    button->setAccessibleName(tr("Open %1").arg(folder));
    button->setEnabled(QFileInfo::exists(folder));
    connect(button, &QPushButton::clicked, this, [this, folder] { Q_EMIT folderChosen(folder); });
    m_recentList->addWidget(button);
  }
  m_recentBox->setVisible(shown > 0);
}

void WelcomePage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  listRecent();  // another window may have opened something
}

void WelcomePage::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) applyTheme();
  if (event->type() == QEvent::FontChange) fitColumn();
}

void WelcomePage::applyTheme() {
  QPalette muted = palette();
  muted.setColor(QPalette::WindowText, shadesFor(palette()).muted);
  m_what->setPalette(muted);
  m_drop->setPalette(muted);
}

void WelcomePage::paintEvent(QPaintEvent* event) {
  QWidget::paintEvent(event);
  if (!m_highlighted) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(palette().color(QPalette::Highlight), 3, Qt::DashLine));
  painter.drawRoundedRect(rect().adjusted(12, 12, -12, -12), 10, 10);
}

}  // namespace espalier
