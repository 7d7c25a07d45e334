#include "core/engine/preprocess_pictures.h"

#include "core/base/error.h"
#include "core/checkpoint/tensor.h"
#include "core/image/image.h"
#include "core/inputs/picture_processing.h"

namespace espalier {

void preprocessPictures(const std::filesystem::path& folder, const std::vector<std::string>& pictures,
                        const std::filesystem::path& out) {
  const auto checkpoint = Checkpoint::open(folder);
  const auto model = Model::fromCheckpoint(*checkpoint);
  const auto processor = pictureProcessingOf(*checkpoint, *model);
  if (!processor)
    throw Error(ErrorKind::InvalidInput,
                "The model in " + folder.string() + " (" + model->family() + ") takes no pictures.");
  std::map<std::string, at::Tensor> tensors;
  for (const auto& picture : pictures) {
    const auto pixels = processor->apply(loadImage(picture));
    tensors[picture] = at::tensor(at::ArrayRef<float>(pixels.values)).view({3, pixels.height, pixels.width});
  }
  writeTensors(out, tensors);
}

}  // namespace espalier
