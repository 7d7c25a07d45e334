#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

// Writes what a model's vision tower is given of each picture, [channels, rows, columns] in float32, to a
// safetensors file under the picture's path as it is given. Throws Error naming the picture, or the model
// where it takes none.
void preprocessPictures(const std::filesystem::path& model, const std::vector<std::string>& pictures,
                        const std::filesystem::path& out);

}  // namespace espalier
