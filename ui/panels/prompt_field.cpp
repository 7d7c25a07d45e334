#include "ui/panels/prompt_field.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>

#include "core/engine/conversation.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

PromptField::PromptField(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_form(new QComboBox) {
  for (const PromptForm form : {PromptForm::Auto, PromptForm::Chat, PromptForm::Plain})
    m_form->addItem(promptTitle(form), int(form));
  m_form->setObjectName("promptForm");
  m_form->setAccessibleName(tr("Prompt form"));
  m_form->setToolTip(
      tr("How the model is asked. Its chat template writes each question as a conversation; plain asks in "
         "the few "
         "words of the model's family. Scores, pruning and answers all use this form."));
  m_form->setWhatsThis(m_form->toolTip());
  auto* label = new QLabel(tr("As&k by"));
  label->setBuddy(m_form);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(6, 0, 6, 4);
  layout->addWidget(label);
  layout->addWidget(m_form);
  layout->addStretch(1);
  connect(m_form, &QComboBox::activated, this, [this] {
    Q_EMIT wanted(PromptForm(m_form->currentData().toInt()));
    showForm();  // the present one until the model is ready to be asked in the other
  });
  // The form is the pairs' as much as the model's: another form is told as other pairs are.
  for (auto changed : {&Session::modelChanged, &Session::pairsChanged})
    connect(&m_session, changed, this, &PromptField::showForm);
  showForm();
}

void PromptField::showForm() {
  setVisible(m_session.hasModel() && takesConversations(*m_session.model()));
  if (m_session.hasModel()) m_form->setCurrentIndex(m_form->findData(int(promptOf(*m_session.model()))));
}

}  // namespace espalier
