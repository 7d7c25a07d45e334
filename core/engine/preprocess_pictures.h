#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// Writes what a model's vision tower is given of each picture to a safetensors file: every tensor of the
// picture's processor, for a batch of that picture alone, as PICTURE/NAME, where PICTURE is the path as it is
// given (photo.png/pixel_values, photo.png/image_grid_thw ...). Where there is only pixel_values, its one
// picture also stands under the path itself, [channels, rows, columns]. The folder may hold a
// preprocessor_config.json or processor_config.json alone. Throws Error naming the picture, or the model
// where it takes none.
void preprocessPictures(const std::filesystem::path& model, const std::vector<std::string>& pictures,
                        const std::filesystem::path& out);

}  // namespace espalier
