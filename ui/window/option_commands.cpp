#include "ui/window/option_commands.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QStandardItemModel>
#include <QToolButton>
#include <functional>

#include "ui/base/mnemonic.h"

namespace espalier {

namespace {

QString unmarked(QString text) {
  return withoutMnemonic(std::move(text)).remove(QChar(0x2026)).trimmed();
}

QString named(const QString& of, const QString& what) {
  return QStringLiteral("%1: %2").arg(unmarked(of), unmarked(what));
}

// The pane or the button's menu that it is in is shown, and it has the keyboard.
void reveal(QWidget& widget) {
  for (QWidget* w = widget.parentWidget(); w; w = w->parentWidget()) {
    if (auto* dock = qobject_cast<QDockWidget*>(w)) {
      dock->show();
      dock->raise();
    }
    if (auto* menu = qobject_cast<QMenu*>(w)) {
      const QWidget* button = menu->parentWidget();
      if (button && !menu->isVisible()) menu->popup(button->mapToGlobal(QPoint(0, button->height())));
    }
  }
  widget.setFocus(Qt::ShortcutFocusReason);
}

class Collector {
 public:
  explicit Collector(QObject* owner) : m_owner(owner) {}

  QList<QAction*> actions;

  void add(const QString& title, const QString& tip, const std::function<void()>& act) {
    auto* action = new QAction(title, m_owner);
    action->setStatusTip(tip);
    QObject::connect(action, &QAction::triggered, action, act);
    actions << action;
  }

  void addValues(QComboBox* box) {
    const auto* items = qobject_cast<QStandardItemModel*>(box->model());
    for (int i = 0; i < box->count(); ++i) {
      if (items && !(items->item(i)->flags() & Qt::ItemIsEnabled)) continue;
      add(named(box->accessibleName(), box->itemText(i)), box->itemData(i, Qt::ToolTipRole).toString(),
          [box = QPointer(box), i] {
            if (!box) return;
            reveal(*box);
            box->setCurrentIndex(i);
            Q_EMIT box->activated(i);
          });
    }
  }

  void addField(QWidget* field, const QString& name) {
    add(unmarked(name), field->toolTip(), [field = QPointer(field)] {
      if (field) reveal(*field);
    });
  }

  void addSubmenu(QMenu* menu) {
    for (QAction* action : menu->actions()) {
      if (action->menu()) {
        addSubmenu(action->menu());
      } else if (action->isEnabled() && !action->isSeparator() && !action->text().isEmpty()) {
        add(named(menu->title(), action->text()), action->statusTip(), [action = QPointer(action)] {
          if (action) action->trigger();
        });
      }
    }
  }

 private:
  QObject* m_owner;
};

}  // namespace

QList<QAction*> optionCommands(QWidget& window, QObject* owner) {
  Collector found(owner);
  if (const auto* main = qobject_cast<QMainWindow*>(&window))
    for (QAction* top : main->menuBar()->actions())
      if (top->menu())
        for (QAction* action : top->menu()->actions())
          if (action->menu()) found.addSubmenu(action->menu());
  for (auto* box : window.findChildren<QComboBox*>())
    if (!box->accessibleName().isEmpty() && box->isEnabled()) found.addValues(box);
  for (auto* field : window.findChildren<QAbstractSpinBox*>())
    if (!field->accessibleName().isEmpty() && field->isEnabled())
      found.addField(field, field->accessibleName());
  for (auto* box : window.findChildren<QCheckBox*>())
    if (box->isEnabled() && !box->text().isEmpty()) found.addField(box, box->text());
  for (auto* view : window.findChildren<QAbstractItemView*>())
    for (QAction* action : view->actions())
      if (!view->accessibleName().isEmpty())
        found.add(named(action->text(), view->accessibleName()), action->statusTip(),
                  [action = QPointer(action)] {
                    if (action) action->trigger();
                  });
  return found.actions;
}

}  // namespace espalier
