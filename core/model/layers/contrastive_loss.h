#pragma once

#include <ATen/ATen.h>

#include <string>

#include "core/model/state.h"

namespace espalier {

// Where models that match keep their results in State::kept: vectors of length 1, [forks * P, width] and
// [forks * R, width].
inline const std::string kPictureVectors = "picture vectors", kTextVectors = "text vectors";

at::Tensor ofLengthOne(const at::Tensor& vectors);

// How alike texts and pictures are: scale times the products of their vectors (of length 1). pictures [forks
// * P, width], texts [forks * R, width], either with one fork only -> [forks, R, P]. P and R are those of the
// state's inputs.
at::Tensor similarities(const State& state, const at::Tensor& pictures, const at::Tensor& texts,
                        const at::Tensor& scale);

// The symmetric contrastive loss of each text row (Radford et al. 2021): half the cross-entropy of finding
// its picture among the batch's, half that of finding the text from its picture; texts of the same picture
// (image_index) do not count as wrong. similarities [forks, R, P] -> [forks * R], float64 unless gradients
// are recorded; undefined where the inputs do not say which picture belongs to which text.
at::Tensor contrastiveLoss(const State& state, const at::Tensor& similarities);

// The sigmoid loss of each text row (Zhai et al. 2023): every text and picture of the batch is a question of
// its own, whether they belong together; -log sigmoid(+-similarity) summed over the pictures. similarities as
// above, with their bias -> [forks * R]; undefined where the inputs do not say which belong together.
at::Tensor pairwiseLoss(const State& state, const at::Tensor& similarities);

}  // namespace espalier
