#pragma once

#include <string>
#include <vector>

#include "core/model/families/decoder_config.h"
#include "core/model/model.h"

namespace espalier {

// The text of a model that reads pictures, and where versions 4.36 to 5 of the reference put its weights.
struct LanguagePart {
  DecoderConfig decoder;
  std::string root;      // where embed_tokens is
  std::string headRoot;  // where lm_head is

  // Reads "text_config", of the family it names or else `family`. tied: whether the head is the table of
  // tokens where the whole model's configuration does not say.
  static LanguagePart parse(const ModelSource& source, const std::string& family, bool tied);
};

// Where the tower's tensors are, of which `tensor` is one.
std::string visionRoot(const ModelSource& source, const std::string& tensor);

// Features of pictures or tiles one after another, [forks * pictures, each, width], as [forks, all, width].
at::Tensor featuresInOrder(const at::Tensor& features, int64_t pictures);

// Under the reference's names: pooler_output of get_image_features, image_hidden_states of a forward pass.
void recordFeatures(const Pass& pass, const at::Tensor& features);

}  // namespace espalier
