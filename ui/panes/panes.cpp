#include "ui/panes/pane.h"

// Each line declares a pane's function and lists it: <name>Pane() in <name>_pane.cpp.
#define ESPALIER_PANES(PANE) \
  PANE(budget)               \
  PANE(formulas)             \
  PANE(pairs)                \
  PANE(results)              \
  PANE(recovery)             \
  PANE(blocks)               \
  PANE(sensitivity)          \
  PANE(sweep)                \
  PANE(matrix)               \
  PANE(layers)               \
  PANE(runs)                 \
  PANE(jobs)                 \
  PANE(history)

namespace espalier {

#define PANE(name) Pane name##Pane();
ESPALIER_PANES(PANE)
#undef PANE

std::vector<Pane> panes() {
#define PANE(name) name##Pane(),
  return {ESPALIER_PANES(PANE)};
#undef PANE
}

}  // namespace espalier
