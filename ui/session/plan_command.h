#pragma once

#include <QUndoCommand>
#include <string>

#include "ui/session/plan_state.h"

namespace espalier {

class PlanDocument;

// A step from one state of the plan to another. Steps of one kind, gesture and subject that follow each other
// are one.
class PlanCommand : public QUndoCommand {
 public:
  struct Sort {
    int kind = -1;  // -1: never merges
    int gesture = 0;
    std::string subject;
    bool operator==(const Sort&) const = default;
  };

  PlanCommand(PlanDocument& document, const QString& text, KeptStatePtr before, KeptStatePtr after,
              Sort sort);

  const KeptStatePtr& before() const { return m_before; }
  const KeptStatePtr& after() const { return m_after; }

  void undo() override;
  void redo() override;
  int id() const override { return m_sort.kind; }
  bool mergeWith(const QUndoCommand* next) override;

 private:
  PlanDocument& m_document;
  KeptStatePtr m_before, m_after;
  Sort m_sort;
};

}  // namespace espalier
