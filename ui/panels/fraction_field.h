#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace espalier {

// A part of a whole, 0 ... 100 %, by slider and by number.
class FractionField : public QWidget {
  Q_OBJECT

 public:
  FractionField(const QString& title, const QString& help, QWidget* parent = nullptr);

  double value() const { return m_value; }
  void setValue(double fraction);  // signals nothing

  QSlider* slider() const { return m_slider; }
  QDoubleSpinBox* spinBox() const { return m_spin; }

 Q_SIGNALS:
  void edited(double fraction);  // by a person, at every step
  void released();               // of the slider, or the number is typed

 private:
  QLabel* m_title;
  QSlider* m_slider;
  QDoubleSpinBox* m_spin;
  double m_value = 0;
};

}  // namespace espalier
