#include "core/inputs/picture_processing.h"

#include "core/inputs/inputs.h"

namespace espalier {

std::shared_ptr<const PictureProcessor> pictureProcessingOf(const Checkpoint& checkpoint,
                                                            const Model& model) {
  if (auto stored = PictureProcessor::fromFolder(checkpoint.folder())) return stored;
  const auto* inputs = familyInputsOf(model.family());
  return inputs && inputs->pictures ? inputs->pictures(model.config()) : nullptr;
}

}  // namespace espalier
