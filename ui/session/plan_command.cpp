#include "ui/session/plan_command.h"

#include "ui/session/plan_document.h"

namespace espalier {

PlanCommand::PlanCommand(PlanDocument& document, const QString& text, KeptStatePtr before, KeptStatePtr after,
                         Sort sort)
    : QUndoCommand(text),
      m_document(document),
      m_before(std::move(before)),
      m_after(std::move(after)),
      m_sort(std::move(sort)) {}

void PlanCommand::undo() {
  m_document.endGesture();
  m_document.install(m_before);
}

void PlanCommand::redo() {
  m_document.install(m_after);
}

bool PlanCommand::mergeWith(const QUndoCommand* next) {
  const auto* other = static_cast<const PlanCommand*>(next);
  if (!(other->m_sort == m_sort)) return false;
  m_after = other->m_after;
  setText(other->text());
  return true;
}

}  // namespace espalier
