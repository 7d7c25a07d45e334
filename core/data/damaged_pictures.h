#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/image/image.h"

namespace espalier {

// What is wrong with those of the samples' pictures that cannot be decoded, as the end of a sentence about
// each
// ("is a damaged JPEG ..."). Decodes every picture once, in parallel; openDataset() only looks at how they
// begin and end. Throws Cancelled.
// check: what else keeps a decoded picture from being used; empty: nothing.
using PictureCheck = std::function<std::string(const Image&)>;
std::map<std::filesystem::path, std::string> damagedPictures(const Dataset& dataset,
                                                             const JobControl& control,
                                                             const PictureCheck& check = {});

// As drawSamples, but samples whose picture cannot be decoded are left out, told in `problems`, and others
// drawn in their place. Equal to drawSamples where none is damaged. Throws Error where all are.
Dataset drawDecodable(const Dataset& dataset, int64_t count, uint64_t seed, const JobControl& control,
                      std::vector<Dataset::Problem>& problems, const PictureCheck& check = {});

// A problem with a picture, named from the folder of the data.
Dataset::Problem pictureProblem(const Dataset& dataset, const std::filesystem::path& picture,
                                const std::string& what);

}  // namespace espalier
