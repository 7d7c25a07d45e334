#pragma once

#include <QString>

#include "core/document/choices.h"

namespace espalier {

// A change of the choices as a step of the history.
struct ChoiceStep {
  QString text;         // "Criterion SparseGPT", "Calibration samples 64"; empty: nothing changed
  std::string subject;  // which choice; steps in a row of one subject become one. Empty: several
};
ChoiceStep choiceStep(const Choices& before, const Choices& after);

}  // namespace espalier
