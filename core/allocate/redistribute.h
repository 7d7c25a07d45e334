#pragma once

#include <optional>
#include <vector>

#include "core/allocate/budget.h"

namespace espalier {

// The rule of the budget editor: some groups are held where a person put them, the others give way so that
// the target still holds.
//
// The others share again, as in allocateByScore, with what each has now above the cap's floor in place of a
// score:
//     kept_g = min(n_g, floor_g + (kept_g now - floor_g) x),   floor_g = n_g (1 - cap) rounded up.
// So every group that gives way moves towards the cap, or away from it, by the same factor: none overtakes
// another's share, none passes the cap, and a plan that came from scores stays the plan those scores give.
// Moving a group there and back restores the others to within the rounding of whole weights, magnified by how
// far they were squeezed, as long as none of them filled up; an editor therefore redistributes from the plan
// as it was when a drag began. A free group that is above the cap now is drawn to the cap. Groups at the cap,
// having nothing, stay there until all others are full and then take the rest per parameter.

struct EditedGroup {
  std::string name;
  int64_t parameters = 0;
  double sparsity = 0;          // as it is now, or as it was just set
  bool held = false;            // pinned or just set: not to be touched. May lie above the cap
  std::optional<double> cap{};  // as BudgetGroup's
};

struct Redistribution {
  std::vector<double> sparsity;  // held groups: their own value
  std::vector<int64_t> kept;
  double achieved = 0;
  // What could not be met: weights that should go (positive) or stay (negative) beyond what the others have
  // to give. 0 when the target holds to within the rounding of allocateByScore.
  int64_t unmetWeights = 0;
};

// Never refuses for the target's sake: the held values stand, the others go to their bounds and the
// difference is reported. Errors: InvalidInput for numbers out of range, as openBudget.
Redistribution redistribute(const std::vector<EditedGroup>& groups, const Budget& budget);

// The sparsities that one group can be set to while the target still holds, the other held groups standing
// where they are: where a handle on screen stops. Nothing if there is no such value.
struct SparsityRange {
  double lowest = 0;
  double highest = 1;
};
std::optional<SparsityRange> settableRange(const std::vector<EditedGroup>& groups, const Budget& budget,
                                           size_t index);

}  // namespace espalier
