#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QMessageBox>
#include <QTimer>

namespace espalier {

// Answers the next question that a window asks, by a standard button or, for Accept, by the one that goes on.
class Answer : public QObject {
 public:
  explicit Answer(QMessageBox::StandardButton button) : m_button(button) {
    connect(&m_timer, &QTimer::timeout, this, &Answer::look);
    m_timer.start(10);
  }
  bool wasAsked() const { return m_asked; }
  const QString& text() const { return m_text; }

 private:
  void look() {
    auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
    if (!box) return;
    m_timer.stop();
    m_asked = true;
    m_text = box->text() + '\n' + box->informativeText();
    QAbstractButton* button = box->button(m_button);
    if (!button)
      for (auto* other : box->buttons())
        if (box->buttonRole(other) == QMessageBox::AcceptRole) button = other;
    button->click();
  }

  QMessageBox::StandardButton m_button;
  QTimer m_timer;
  bool m_asked = false;
  QString m_text;
};

}  // namespace espalier
