#include "core/engine/unused_tensors.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/file.h"
#include "core/base/same_bytes.h"
#include "core/model/config_keys.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Buffers that hold what follows from the configuration.
bool isMadeAnew(const std::string& name) {
  for (const char* ending : {"position_ids", "token_type_ids", "inv_freq", "masked_bias",
                             "relative_position_index", "num_batches_tracked", "original_inv_freq"})
    if (name == ending || name.ends_with(std::string(".") + ending)) return true;
  return false;
}

bool areSame(const Checkpoint& c, const TensorInfo& a, const TensorInfo& b) {
  if (a.shape != b.shape || a.dtype != b.dtype) return false;
  const auto left = c.bytes(a.name), right = c.bytes(b.name);
  return sameBytes(left.bytes, right.bytes);
}

// Under one of the names by which tokens and heads are tied.
bool mayBeTied(const std::string& name) {
  for (const char* ending : {"lm_head.weight", "embed_tokens.weight", "shared.weight", "decoder.weight",
                             "decoder.bias", "word_embeddings.weight", "output_projection.weight"})
    if (name.ends_with(ending)) return true;
  return false;
}

bool isAdapter(const std::string& name) {
  return name.find("lora_") != std::string::npos;
}

std::string counted(size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// "a, b, c and 4 more".
std::string someOf(const std::vector<std::string>& names) {
  constexpr size_t kNamed = 3;
  std::string out;
  for (size_t i = 0; i < std::min(kNamed, names.size()); ++i) out += (i ? ", " : "") + names[i];
  if (names.size() > kNamed) out += " and " + std::to_string(names.size() - kNamed) + " more";
  return out;
}

}  // namespace

std::vector<std::string> unusedTensors(const Checkpoint& c, const Model& model) {
  std::set<std::string> used;  // tied ones under the first of their names
  std::vector<const TensorInfo*> read;
  for (const auto& t : model.declared())
    if (c.has(t.name)) {
      used.insert(c.tiedTo(t.name));
      read.push_back(&c.info(t.name));
    }
  std::vector<std::string> out;
  for (const auto& t : c.tensors()) {
    if (used.contains(c.tiedTo(t.name)) || isMadeAnew(t.name)) continue;
    const bool copy = mayBeTied(t.name) && std::any_of(read.begin(), read.end(), [&](const auto* other) {
                        return areSame(c, t, *other);
                      });
    if (!copy) out.push_back(t.name);
  }
  return out;
}

std::vector<std::string> warningsAbout(const Checkpoint& c, const Model& model,
                                       const std::vector<std::string>& unused) {
  std::set<std::string> declared;
  for (const auto& t : model.declared()) declared.insert(t.name);
  std::vector<std::string> adapters, biases, others, warnings;
  for (const auto& name : unused) {
    const bool bias =
        name.ends_with(".bias") && declared.contains(name.substr(0, name.size() - 4) + "weight");
    (isAdapter(name) ? adapters : bias ? biases : others).push_back(name);
  }
  std::error_code ec;
  for (fs::directory_iterator it(c.folder(), ec), end; !ec && it != end; it.increment(ec)) {
    const auto file = it->path().filename().string();
    if (file != "adapter_config.json" && !file.starts_with("adapter_model.")) continue;
    warnings.push_back(
        c.folder().string() + " holds an adapter (" + file +
        "), which is not applied: scores, answers and exports "
        "are those of the model without it. Merge it first (merge_and_unload of the library peft).");
    break;
  }
  if (!adapters.empty())
    warnings.push_back("The weights hold " + counted(adapters.size(), "tensor") + " of a LoRA adapter (" +
                       someOf(adapters) +
                       "), which is not applied: the model computes without it. Merge it first "
                       "(merge_and_unload of the library peft).");
  if (!biases.empty())
    warnings.push_back(
        "The weights hold " + std::to_string(biases.size()) + (biases.size() == 1 ? " bias (" : " biases (") +
        someOf(biases) +
        ") of layers that have none by config.json. They are not added, as in the reference: if the model "
        "was "
        "made with them, what it computes here is wrong. config.json may be of another family, or "
        "lack a key such as \"attention_bias\".");
  if (!others.empty())
    warnings.push_back(
        "The model does not use " + counted(others.size(), "tensor") + " of the weights (" + someOf(others) +
        "): the family " + model.family() +
        " has no such layers. They change nothing that is computed here, and an export keeps them "
        "as they are.");
  if (const auto keys = unknownKeys(c); !keys.empty())
    warnings.push_back("config.json has " + counted(keys.size(), "key") + " that the family " +
                       model.family() + " does not know here (" + someOf(keys) +
                       "): where the code the model comes from reads them, it computes something else.");
  if (!model.generation()) return warnings;
  // Without a file of their own the reference takes them from config.json, where version 4 kept them, too.
  const auto generation = c.folder() / "generation_config.json";
  const bool own = fs::exists(generation, ec);
  auto settings = unheededGeneration(own ? readJsonFile(generation) : c.config());
  if (!own && settings.empty() && c.config().contains("text_config"))
    settings = unheededGeneration(c.config()["text_config"]);
  if (!settings.empty())
    warnings.push_back(
        std::string(own ? "generation_config.json" : "config.json") + " asks for " + someOf(settings) +
        ", which is not done here: answers may differ from those of the reference's generate().");
  return warnings;
}

}  // namespace espalier
