#include "core/engine/preprocess_pictures.h"

#include "core/base/error.h"
#include "core/checkpoint/tensor.h"
#include "core/image/image.h"
#include "core/inputs/input_tools.h"
#include "core/inputs/picture_processing.h"

namespace espalier {

namespace {

std::shared_ptr<const PictureProcessor> processorIn(const std::filesystem::path& folder) {
  // A folder may hold a picture processor alone.
  if (auto stored = PictureProcessor::fromFolder(folder)) return stored;
  const auto checkpoint = Checkpoint::open(folder);
  const auto model = Model::fromCheckpoint(*checkpoint);
  if (auto usual = pictureProcessingOf(*checkpoint, *model)) return usual;
  throw Error(ErrorKind::InvalidInput,
              "The model in " + folder.string() + " (" + model->family() + ") takes no pictures.");
}

}  // namespace

void preprocessPictures(const std::filesystem::path& folder, const std::vector<std::string>& pictures,
                        const std::filesystem::path& out) {
  const auto processor = processorIn(folder);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& picture : pictures) {
    const auto processed = processor->process(loadImage(picture));
    for (const auto& [name, values] : processed) tensors[picture + "/" + name] = tensorOf(values);
    if (processed.size() > 1) continue;
    const auto pixels = tensors.at(picture + "/pixel_values");
    tensors[picture] = pixels.squeeze(0);
  }
  writeTensors(out, tensors);
}

}  // namespace espalier
