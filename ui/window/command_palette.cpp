#include "ui/window/command_palette.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/mnemonic.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kActionRole = Qt::UserRole + 1;

QString plain(QString text) {
  return withoutMnemonic(std::move(text)).remove(QChar(0x2026));
}

// One character of Chinese says as much as a few letters, and its words stand without spaces between.
bool isIdeographic(const QString& word) {
  return !word.isEmpty() && word.front().script() == QChar::Script_Han;
}

// Words that people use for the same, a line for each; whole words.
QStringList otherWordsFor(const QString& typed) {
  static const QStringList groups = CommandPalette::tr(
                                        "dark night theme colour color appearance\n"
                                        "threads cores cpu processors workers parallel\n"
                                        "language german english translation\n"
                                        "copy clipboard spreadsheet\n"
                                        "seed random\n"
                                        "manual help guide documentation\n"
                                        "settings preferences options\n"
                                        "sparsity target budget\n"
                                        "score importance\n"
                                        "prune thin\n"
                                        "picture image photograph\n"
                                        "undo back\n"
                                        "quit exit\n"
                                        "recover restore discarded")
                                        .split('\n');
  QStringList out;
  for (const QString& group : groups) {
    const QStringList words = group.split(' ');
    for (const QString& word : words)
      if ((typed.size() >= 3 || isIdeographic(typed)) && word.startsWith(typed, Qt::CaseInsensitive))
        out << words;
  }
  return out;
}

}  // namespace

CommandPalette::CommandPalette(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent, Qt::Popup), m_field(new QLineEdit), m_list(new QListWidget) {
  setObjectName("commandPalette");
  setAccessibleName(tr("Commands"));
  for (auto* action : actions)
    if (action->isEnabled() && action->isVisible() && !action->isSeparator() && !action->text().isEmpty())
      m_actions << action;
  m_field->setPlaceholderText(tr("What do you want to do?"));
  m_field->setAccessibleName(tr("Search commands"));
  m_field->setWhatsThis(tr("A few letters of any command; arrow keys choose, Return does it, Esc closes"));
  m_field->setToolTip(m_field->whatsThis());
  m_field->installEventFilter(this);
  m_list->setFocusPolicy(Qt::NoFocus);
  m_list->setFrameShape(QFrame::NoFrame);
  m_list->setSpacing(2);
  m_list->setAccessibleName(tr("Commands"));
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(9, 9, 9, 9);
  layout->addWidget(m_field);
  layout->addWidget(m_list, 1);
  resize(520, 380);
  connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::filter);
  connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::take);
  filter();
}

int CommandPalette::fit(const QString& text, const QString& typed) {
  const QStringList words = text.toLower().split(' ', Qt::SkipEmptyParts);
  int score = 1;
  for (const QString& part : typed.toLower().split(' ', Qt::SkipEmptyParts)) {
    const auto anyBegins = [&](const QString& with) {
      return isIdeographic(with)
                 ? text.contains(with)
                 : std::any_of(words.begin(), words.end(), [&](const auto& w) { return w.startsWith(with); });
    };
    if (anyBegins(part)) {
      score += 3;
      continue;
    }
    const QStringList others = otherWordsFor(part);
    if (!text.contains(part, Qt::CaseInsensitive) && std::none_of(others.begin(), others.end(), anyBegins))
      return 0;
    score += 1;
  }
  return score;
}

void CommandPalette::filter() {
  struct Found {
    QAction* action;
    int fit;
  };
  std::vector<Found> found;
  for (const auto& action : m_actions) {
    if (!action) continue;
    const QString name = plain(action->text());
    const int own = 2 * fit(name, m_field->text());
    const int help = fit(name + ' ' + plain(action->statusTip()), m_field->text());
    if (own > 0 || help > 0) found.push_back({action, std::max(own, help)});
  }
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.fit > b.fit; });
  m_list->clear();
  for (const auto& [action, fits] : found) {
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    auto* item = new QListWidgetItem(keys.isEmpty() ? plain(action->text())
                                                    : plain(action->text()) + QStringLiteral("    ") + keys);
    item->setToolTip(action->statusTip());
    item->setData(kActionRole, QVariant::fromValue<QObject*>(action));
    m_list->addItem(item);
  }
  m_list->setCurrentRow(0);
}

void CommandPalette::take() {
  const auto* item = m_list->currentItem();
  QPointer<QAction> action =
      item ? qobject_cast<QAction*>(item->data(kActionRole).value<QObject*>()) : nullptr;
  accept();
  // When this window is gone: what is done may open one of its own.
  if (action) QTimer::singleShot(0, action, &QAction::trigger);
}

// An edge, so that it stands out from a chart of the same colour.
void CommandPalette::paintEvent(QPaintEvent* event) {
  QDialog::paintEvent(event);
  QPainter painter(this);
  painter.setPen(shadesFor(palette()).muted);
  painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_field || event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
  switch (const auto key = static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down: {
      const int by = key == Qt::Key_Up ? -1 : 1;
      m_list->setCurrentRow(std::clamp(m_list->currentRow() + by, 0, std::max(0, m_list->count() - 1)));
      return true;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
      take();
      return true;
    default:
      return false;
  }
}

}  // namespace espalier
