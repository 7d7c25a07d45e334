#include "core/recover/block_rebuild.h"
#include "core/recover/recovery_list.h"

namespace espalier {

namespace {

// EBFT (Guo et al. 2024, arXiv 2402.12419): block by block, what the pruned block gives is brought near to
// what the dense one gave.
class RebuildMethod : public RecoveryMethod {
 public:
  const Method& method() const override {
    static const Method text{
        "rebuild",
        ENGINE_TEXT("Engine", "Block rebuild"),
        ENGINE_TEXT("Engine", "Trains each block's kept weights until it gives what the dense block gave"),
        {{"min<sub>W</sub> mean ‖f(x′; M ∘ W) − f<sub>dense</sub>(x)‖² / var f<sub>dense</sub>(x)",
          ENGINE_TEXT(
              "Engine",
              "Block by block in model order. x′ is what the recovered blocks before give, x what the "
              "dense ones gave; M keeps zeros where they are. Kept weights, biases and norms are "
              "trained by Adam over the real tokens of {samples} samples.")}},
        "Guo, Wu, Zhang, Liu, 2024, arXiv 2402.12419"};
    return text;
  }

  void recover(Recovery& recovery) const override { rebuildBlocks(recovery, name(), false); }
};

}  // namespace

const RecoveryMethod& rebuildMethod() {
  static const RebuildMethod method;
  return method;
}

}  // namespace espalier
