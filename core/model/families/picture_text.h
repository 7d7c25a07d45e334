#pragma once

#include <string>

#include "core/model/families/decoder_stack.h"

namespace espalier {

// How the places of a text see each other beyond causality.
enum class TextSight {
  Causal,
  WithinPicture,  // Gemma 3: features of the same picture see each other
  Prefix          // PaliGemma: what is no answer (token_type_ids 0) sees all of that
};

// A text with the features of pictures in place of some of its tokens.
struct PictureText {
  int64_t token = 0;  // one for each feature
  TextSight sight = TextSight::Causal;
};

// Adds the block that begins the decoder, the decoder and the loss, and says how it generates.
// State::hidden holds the features, [forks, features of all pictures, width], in the order of their tokens;
// with image_index each row has the features of one picture, otherwise the texts have them one after another.
// Without pixel_values it is a text alone. While it runs it throws Error where tokens and features are not as
// many.
void addPictureText(Model& model, const DecoderConfig& config, const PictureText& text,
                    const std::string& root, const std::string& headRoot);

// Where each place of the texts takes its embedding from: int64 [rows * length], the number of a place, or
// rows * length + that of a feature. ids int64 [rows, length]; pictureOfRow int64 [rows] or undefined. Throws
// Error as above.
at::Tensor sourcesOfPlaces(const at::Tensor& ids, int64_t token, int64_t features,
                           const at::Tensor& pictureOfRow);

}  // namespace espalier
