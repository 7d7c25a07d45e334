#include "ui/panels/choice_field.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QStandardItemModel>

namespace espalier {

ChoiceField::ChoiceField(const QString& title, const QString& help, QWidget* parent)
    : QWidget(parent), m_combo(new QComboBox), m_help(help) {
  auto* label = new QLabel(title);
  label->setBuddy(m_combo);
  label->setToolTip(help);
  m_combo->setAccessibleName(title);
  m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  m_combo->setMinimumContentsLength(12);
  m_combo->setWhatsThis(help);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(label);
  layout->addStretch(0);
  layout->addWidget(m_combo, 1);
  label->setMinimumWidth(label->fontMetrics().horizontalAdvance(QStringLiteral("Criterion of any")));
  connect(m_combo, &QComboBox::activated, this, [this] {
    updateSummary();
    Q_EMIT chosen(current());
  });
}

void ChoiceField::setChoices(const std::vector<Choice>& choices) {
  const std::string before = current();
  m_combo->clear();
  m_summaries.clear();
  for (const auto& choice : choices) {
    m_combo->addItem(choice.title, QString::fromStdString(choice.name));
    m_combo->setItemData(m_combo->count() - 1, choice.summary, Qt::ToolTipRole);
    m_summaries << choice.summary;
  }
  setCurrent(before);
}

void ChoiceField::setUnavailable(const std::string& name, const QString& reason) {
  auto* items = qobject_cast<QStandardItemModel*>(m_combo->model());
  const int at = m_combo->findData(QString::fromStdString(name));
  if (!items || at < 0) return;
  items->item(at)->setEnabled(reason.isEmpty());
  m_combo->setItemData(at, reason.isEmpty() ? m_summaries.value(at) : reason, Qt::ToolTipRole);
}

std::string ChoiceField::current() const {
  return m_combo->currentData().toString().toStdString();
}

void ChoiceField::setCurrent(const std::string& name) {
  m_combo->setCurrentIndex(m_combo->findData(QString::fromStdString(name)));
  updateSummary();
}

void ChoiceField::updateSummary() {
  const QString summary = m_combo->currentData(Qt::ToolTipRole).toString();
  m_combo->setToolTip(summary.isEmpty() ? m_help : m_help + "\n\n" + m_combo->currentText() + ": " + summary);
}

}  // namespace espalier
