#include "core/inputs/picture_text_inputs.h"
#include "core/model/layers/config_value.h"

namespace espalier {

// The picture stands before the text, which sees itself both ways up to the answer; no chat template writes
// it.
std::unique_ptr<Inputs> paliGemmaInputs(std::shared_ptr<const InputTools> tools) {
  const auto& config = tools->model().config();
  const int64_t along = patchesAlong(config, 224, 14);
  const PictureFeatures features{configPictureToken(config, 256000),
                                 countedInTiles([along](const PictureLayout&) { return along * along; })};
  return std::make_unique<PictureTextInputs>(std::move(tools), features, PictureTextInputs::BothWays::Prefix);
}

}  // namespace espalier
