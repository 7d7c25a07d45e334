#include "core/recover/block_rebuild.h"
#include "core/recover/recovery_list.h"

namespace espalier {

namespace {

class CorrectMethod : public RecoveryMethod {
 public:
  const Method& method() const override {
    static const Method text{
        "correct",
        ENGINE_TEXT("Engine", "Bias and norm correction"),
        ENGINE_TEXT("Engine", "Trains each block's biases and norms alone; needs the fewest samples"),
        {{"min<sub>b, γ</sub> mean ‖f(x′; b, γ) − f<sub>dense</sub>(x)‖² / var f<sub>dense</sub>(x)",
          ENGINE_TEXT(
              "Engine",
              "Block by block, as the block rebuild, but only biases b and the weights γ of norms are "
              "trained; no matrix changes.")}},
        {}};
    return text;
  }

  void recover(Recovery& recovery) const override { rebuildBlocks(recovery, name(), true); }
};

}  // namespace

const RecoveryMethod& correctMethod() {
  static const CorrectMethod method;
  return method;
}

}  // namespace espalier
