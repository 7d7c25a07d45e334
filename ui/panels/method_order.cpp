#include "ui/panels/method_order.h"

#include <QAction>
#include <QHBoxLayout>
#include <QListWidget>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"

namespace espalier {

MethodOrder::MethodOrder(const std::vector<Method>& methods, const QString& title, QWidget* parent)
    : QWidget(parent),
      m_methods(methods),
      m_list(new QListWidget),
      m_earlier(new QToolButton),
      m_later(new QToolButton) {
  m_list->setAccessibleName(title);
  m_list->setToolTip(tr("Tick one or several. They run from top to bottom"));
  m_list->setWhatsThis(m_list->toolTip());
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setTextElideMode(Qt::ElideRight);
  m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  const auto button = [this](QToolButton* b, Qt::ArrowType arrow, const QString& name, const QString& tip,
                             int key, int by) {
    b->setArrowType(arrow);
    b->setAccessibleName(name);
    b->setToolTip(tip);
    b->setWhatsThis(tip);
    b->setFocusPolicy(Qt::TabFocus);
    b->setAutoRaise(true);
    connect(b, &QToolButton::clicked, this, [this, by] { move(by); });
    auto* action = new QAction(name, m_list);
    action->setShortcut(QKeySequence(Qt::ALT | key));
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setStatusTip(tip);
    connect(action, &QAction::triggered, this, [this, by] { move(by); });
    m_list->addAction(action);
  };
  button(m_earlier, Qt::UpArrow, tr("Earlier"), tr("Run the current method earlier (Alt+Up)"), Qt::Key_Up,
         -1);
  button(m_later, Qt::DownArrow, tr("Later"), tr("Run the current method later (Alt+Down)"), Qt::Key_Down, 1);
  auto* side = new QVBoxLayout;
  side->setSpacing(2);
  side->addWidget(m_earlier);
  side->addWidget(m_later);
  side->addStretch(1);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addWidget(m_list, 1);
  layout->addLayout(side);
  connect(m_list, &QListWidget::itemChanged, this, &MethodOrder::edited);
  connect(m_list, &QListWidget::currentRowChanged, this, &MethodOrder::updateButtons);
  setChosen({});
  m_list->setCurrentRow(0);
}

std::vector<std::string> MethodOrder::chosen() const {
  std::vector<std::string> names;
  for (int i = 0; i < m_list->count(); ++i)
    if (m_list->item(i)->checkState() == Qt::Checked)
      names.push_back(m_list->item(i)->data(Qt::UserRole).toString().toStdString());
  return names;
}

void MethodOrder::setChosen(const std::vector<std::string>& names) {
  if (m_list->count() > 0 && names == chosen()) return;
  const QSignalBlocker quiet(m_list);
  const QString current =
      m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toString() : QString();
  // The others where they were, or as the program lists them.
  std::vector<std::string> order = names;
  const auto add = [&](const std::string& name) {
    if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
  };
  for (int i = 0; i < m_list->count(); ++i) add(m_list->item(i)->data(Qt::UserRole).toString().toStdString());
  for (const auto& method : m_methods) add(method.name);
  m_list->clear();
  for (size_t i = 0; i < order.size(); ++i) {
    const auto method =
        std::find_if(m_methods.begin(), m_methods.end(), [&](const Method& m) { return m.name == order[i]; });
    if (method == m_methods.end()) continue;
    auto* item = new QListWidgetItem(engineText(method->title), m_list);
    item->setData(Qt::UserRole, text(method->name));
    item->setToolTip(engineText(method->summary));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(i < names.size() ? Qt::Checked : Qt::Unchecked);
    if (item->data(Qt::UserRole).toString() == current) m_list->setCurrentItem(item);
  }
  fitHeight();
  updateButtons();
}

void MethodOrder::move(int by) {
  const int from = m_list->currentRow(), to = from + by;
  if (from < 0 || to < 0 || to >= m_list->count()) return;
  {
    const QSignalBlocker quiet(m_list);
    auto* item = m_list->takeItem(from);
    m_list->insertItem(to, item);
    m_list->setCurrentRow(to);
  }
  updateButtons();
  Q_EMIT edited();
}

void MethodOrder::updateButtons() {
  const int row = m_list->currentRow();
  m_earlier->setEnabled(row > 0);
  m_later->setEnabled(row >= 0 && row + 1 < m_list->count());
}

// As high as its lines.
void MethodOrder::fitHeight() {
  int height = 2 * m_list->frameWidth() + 2;
  for (int i = 0; i < m_list->count(); ++i) height += m_list->sizeHintForRow(i);
  m_list->setFixedHeight(height);
}

}  // namespace espalier
