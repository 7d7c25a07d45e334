#pragma once

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

#include "core/model/weights.h"
#include "core/samples/scene.h"

namespace espalier {

// Dense labels: what a vision tower is to know of every patch of a scene (shape, colour, size, texture and
// offset of the object under it), read from its features by linear heads that are thrown away after training.

// The heads' first weights, under "dense.". width: of the features.
void addDenseHeads(std::map<std::string, at::Tensor>& weights, int64_t width, uint64_t seed);

// The loss, a scalar: cross-entropies and the mean distance of the offset in patches. patchFeatures [scenes,
// patches, width], row by row of a square grid. What share of patches on objects is right goes into the log.
at::Tensor denseLoss(const Weights& weights, const at::Tensor& patchFeatures,
                     const std::vector<Scene>& scenes, std::map<std::string, double>& log);

}  // namespace espalier
