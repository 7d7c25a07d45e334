#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;

namespace espalier {

// What a view shows while it has nothing: what would be here, and one button that brings it.
class EmptyState : public QWidget {
  Q_OBJECT

 public:
  // The button does what the action does, and can be pressed when it can. Without an action there is none.
  EmptyState(const QString& title, const QString& text, QAction* action, QWidget* parent = nullptr);

  void setText(const QString& title, const QString& text);
  void setAction(QAction* action);

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void applyTheme();
  void fitText();

  QLabel* m_title;
  QLabel* m_text;
  QPushButton* m_button;
  QMetaObject::Connection m_clicked, m_changed;
};

}  // namespace espalier
