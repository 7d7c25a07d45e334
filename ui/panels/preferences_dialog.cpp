#include "ui/panels/preferences_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/base/device.h"
#include "ui/base/format.h"
#include "ui/base/mnemonic.h"
#include "ui/base/preferences.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"

namespace espalier {

namespace {

constexpr int kMostGigabytes = 4096;
constexpr int64_t kGigabyte = 1'000'000'000;

template <class Value>
void choose(QComboBox* box, const Value& value) {
  box->setCurrentIndex(std::max(0, box->findData(value)));
}

}  // namespace

PreferencesDialog::PreferencesDialog(QWidget* parent)
    : QDialog(parent),
      m_language(new QComboBox),
      m_appearance(new QComboBox),
      m_font(new QSpinBox),
      m_threads(new QSpinBox),
      m_memory(new QSpinBox),
      m_device(new QComboBox) {
  setWindowTitle(tr("Preferences"));
  m_language->addItem(tr("As the system"), QString());
  for (const auto& language : languages()) m_language->addItem(language.name, language.code);
  choose(m_language, chosenLanguage());
  m_appearance->addItem(tr("As the system"), int(Appearance::System));
  m_appearance->addItem(tr("Light"), int(Appearance::Light));
  m_appearance->addItem(tr("Dark"), int(Appearance::Dark));
  choose(m_appearance, int(savedAppearance()));
  m_font->setRange(kLeastFontPercent, kMostFontPercent);
  m_font->setSingleStep(10);
  m_font->setSuffix(tr(" %"));
  m_font->setValue(chosenFontPercent());
  m_font->setToolTip(tr("100 % is the size that the system uses"));
  m_threads->setRange(0, 1024);
  m_threads->setSpecialValueText(tr("One for each core"));
  m_threads->setValue(chosenThreads());
  m_threads->setToolTip(tr("How many cores the program computes on. Results do not depend on it"));
  m_memory->setRange(0, kMostGigabytes);
  m_memory->setSpecialValueText(tr("Automatic"));
  m_memory->setSuffix(tr(" GB"));
  m_memory->setValue(int(std::min<int64_t>(kMostGigabytes, chosenMemoryLimit() / kGigabyte)));
  m_memory->setToolTip(
      tr("The memory that the program may use. Automatic sets a limit only for models that need one"));
  for (const auto& device : devices()) {
    const QString name = text(nameOf(device));
    m_device->addItem(device.isCpu() ? tr("Processor") : name, device.isCpu() ? QString() : name);
  }
  choose(m_device, chosenDevice());
  m_device->setToolTip(tr("Where models compute"));

  const auto addRow = [](QFormLayout* form, const QString& label, QWidget* field) {
    form->addRow(label, field);
    field->setAccessibleName(withoutMnemonic(label));
    field->setWhatsThis(field->toolTip());
  };
  auto* look = new QGroupBox(tr("Look"));
  auto* lookForm = new QFormLayout(look);
  addRow(lookForm, tr("&Language"), m_language);
  addRow(lookForm, tr("&Appearance"), m_appearance);
  addRow(lookForm, tr("&Font size"), m_font);
  auto* computing = new QGroupBox(tr("Computing"));
  auto* computingForm = new QFormLayout(computing);
  addRow(computingForm, tr("&Threads"), m_threads);
  addRow(computingForm, tr("&Memory limit"), m_memory);
  addRow(computingForm, tr("&Device"), m_device);
  auto* note = new QLabel(tr("Language, threads, memory limit and device change at the next start."));
  note->setWordWrap(true);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  connect(buttons, &QDialogButtonBox::accepted, this, &PreferencesDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  for (QWidget* w : std::initializer_list<QWidget*>{look, computing, note, buttons}) layout->addWidget(w);
}

void PreferencesDialog::focus(Field field) {
  (field == Field::Language ? static_cast<QWidget*>(m_language) : m_threads)
      ->setFocus(Qt::ShortcutFocusReason);
}

void PreferencesDialog::accept() {
  chooseLanguage(m_language->currentData().toString());
  chooseThreads(m_threads->value());
  chooseMemoryLimit(m_memory->value() * kGigabyte);
  chooseDevice(m_device->currentData().toString());
  chooseFontPercent(m_font->value());
  applyFontPercent(*qApp, m_font->value());
  const auto appearance = Appearance(m_appearance->currentData().toInt());
  saveAppearance(appearance);
  applyAppearance(*qApp, appearance);
  QDialog::accept();
}

}  // namespace espalier
