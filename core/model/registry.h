#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/model/model.h"

namespace espalier {

// A family turns a config.json into a Model. Adding one is a file under families/ and a line in registry.cpp.
struct Family {
  std::string name;  // short and stable: "blip-vqa"
  // Told apart by config.json: its "model_type" and, where it names any, its "architectures". Of several
  // families with the same model_type the first is taken where no architecture is named.
  std::string modelType;
  std::vector<std::string> architectures;
  std::shared_ptr<const Model> (*build)(const ModelSource& source);
  // An encoder, whose features are all there is to compute: a head on top (BertForMaskedLM) is left aside.
  bool takesAnyHead = false;
  // Where a vector of the whole picture is compared with texts (kPictureVectors): the same of each patch, of
  // unit length, [patches, width], from the vision tower's last hidden states [patches, inner]; null: there
  // is none.
  at::Tensor (*patchVectors)(const nlohmann::json& config, const Pass& pass,
                             const at::Tensor& hidden) = nullptr;
};

// All of them, sorted by name. The list itself is there to be added to (ListAddition).
const std::vector<Family>& families();
std::vector<Family>& familyList();

// Throws Error naming the key and value where no family fits. "model_type" decides: an architecture that is
// written otherwise ("LLaMAForCausalLM"), or named by someone else but has the same head, is that of the
// model type. An encoder, whose features are all there is to compute, is opened whatever head its checkpoint
// has on it.
const Family& familyOf(const nlohmann::json& config);

// Whether a family has the configuration's "model_type", and the sentence for one that none has.
bool isKnownModelType(const nlohmann::json& config);
std::string unknownModelType(const nlohmann::json& config);

}  // namespace espalier
