#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QRect>

class QWidget;

namespace espalier {

// The part of a widget that lies within all that it lies in, in the coordinates of its window.
QRect seenPart(const QWidget& widget);

// The mark of the widget that has the keyboard: a ring around it, of a colour that stands out by 3:1 from
// what controls are drawn in (focusColour), in every window of the program. It shows while a person steers by
// keyboard, and a click takes it away. What the keyboard comes to is scrolled into sight.
class FocusRing : public QObject {
  Q_OBJECT

 public:
  static void install();  // once for the program; further calls do nothing

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  explicit FocusRing(QObject* parent);
  void follow(QWidget* widget);
  void place();
  void placeLater();

  QPointer<QWidget> m_widget, m_ring;
  QList<QPointer<QObject>> m_watched;  // the widget and what it lies in: it moves with these
  bool m_byKeyboard = false, m_later = false;
};

}  // namespace espalier
