#pragma once

#include <QWidget>

#include "core/inputs/prompt_form.h"

class QComboBox;

namespace espalier {

class Session;

// How the model is asked: by its chat template or plainly. Shown for models whose folder has a chat template;
// the conversation itself stands below the chosen pair.
class PromptField : public QWidget {
  Q_OBJECT

 public:
  explicit PromptField(Session& session, QWidget* parent = nullptr);

 Q_SIGNALS:
  void wanted(espalier::PromptForm form);

 private:
  void showForm();

  Session& m_session;
  QComboBox* m_form;
};

}  // namespace espalier
