#pragma once

#include <QDialog>
#include <QPointer>

class QAction;
class QLineEdit;
class QListWidget;

namespace espalier {

// Everything the window can do, found by typing a few letters of it, or another word for it.
class CommandPalette : public QDialog {
  Q_OBJECT

 public:
  // Offers the actions that can be done now.
  CommandPalette(const QList<QAction*>& actions, QWidget* parent);

  QLineEdit* field() const { return m_field; }
  QListWidget* list() const { return m_list; }

  // How well a text fits what was typed: 0 not at all; every word typed has to begin a word of it, or stand
  // in it, or be another word for one of it.
  static int fit(const QString& text, const QString& typed);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void filter();
  void take();

  QList<QPointer<QAction>> m_actions;
  QLineEdit* m_field;
  QListWidget* m_list;
};

}  // namespace espalier
