#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/model/model.h"

namespace espalier {

// What ends a picture classifier or a tower alone: the last norm, then a class for each picture or nothing
// but features.
struct PictureHeadSpec {
  enum class Pool {
    First,         // the class token
    Mean,          // the mean of the patches (SigLIP)
    FirstAndMean,  // the class token beside the mean of the patches (DINOv2)
    TwoHeads       // class and distillation token, each with a classifier, whose logits' mean counts (DeiT)
  };
  std::string norm;  // its full name; it stands before pooling
  double epsilon = 1e-6;
  int64_t width = 0;
  int64_t tokens = 1;  // before the patches
  Pool pool = Pool::First;
  int64_t classes = 0;  // 0: features alone
  std::string pooler;   // of features: a layer on the class token, then tanh; empty: none
};

// Declares the tensors and adds the block: State::hidden [P, tokens and patches, width] -> State::logits [P,
// classes] and the loss of the labels.
void addPictureHead(Model& model, const PictureHeadSpec& spec);

// How many classes config.json names: id2label, or num_labels, by default 2. Throws Error for another
// problem_type than one class for each picture.
int64_t classesOf(const nlohmann::json& config);

}  // namespace espalier
