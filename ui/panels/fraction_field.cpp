#include "ui/panels/fraction_field.h"

#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <cmath>

namespace espalier {

namespace {

constexpr int kStepsPerUnit = 200;  // of the slider: half a per cent

}  // namespace

FractionField::FractionField(const QString& title, const QString& help, QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel(title)),
      m_slider(new QSlider(Qt::Horizontal)),
      m_spin(new QDoubleSpinBox) {
  m_slider->setRange(0, kStepsPerUnit);
  m_slider->setSingleStep(kStepsPerUnit / 100);
  m_slider->setPageStep(kStepsPerUnit / 10);
  m_slider->setAccessibleName(tr("%1, slider").arg(title));
  m_spin->setRange(0, 100);
  m_spin->setDecimals(1);
  m_spin->setSuffix(tr(" %"));
  m_spin->setSingleStep(1);
  m_spin->setKeyboardTracking(false);
  m_spin->setAlignment(Qt::AlignRight);
  m_spin->setAccessibleName(title);
  m_title->setBuddy(m_spin);
  for (QWidget* w :
       {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_spin), static_cast<QWidget*>(m_title)}) {
    w->setToolTip(help);
    w->setWhatsThis(help);
  }

  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setVerticalSpacing(2);
  layout->addWidget(m_title, 0, 0);
  layout->addWidget(m_spin, 0, 1, Qt::AlignRight);
  layout->addWidget(m_slider, 1, 0, 1, 2);
  layout->setColumnStretch(0, 1);

  connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
    m_value = double(value) / kStepsPerUnit;
    const QSignalBlocker quiet(m_spin);
    m_spin->setValue(m_value * 100);
    Q_EMIT edited(m_value);
  });
  connect(m_slider, &QSlider::sliderReleased, this, &FractionField::released);
  connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    m_value = value / 100;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(int(std::lround(m_value * kStepsPerUnit)));
    Q_EMIT edited(m_value);
  });
  connect(m_spin, &QDoubleSpinBox::editingFinished, this, &FractionField::released);
}

void FractionField::setValue(double fraction) {
  m_value = fraction;
  const QSignalBlocker quietSlider(m_slider), quietSpin(m_spin);
  m_slider->setValue(int(std::lround(fraction * kStepsPerUnit)));
  m_spin->setValue(fraction * 100);
}

}  // namespace espalier
