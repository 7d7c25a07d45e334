#pragma once

#include <string>
#include <vector>

#include "core/model/families/decoder_config.h"
#include "core/model/model.h"

namespace espalier {

// The texts of Qwen2-VL, Qwen2.5-VL, Qwen3-VL and Qwen3.5: decoders with positions along three axes, which
// read the tokens of a picture tower. Qwen3.5 has layers with the gated delta rule in place of attention, and
// a gate on what attention puts out.
enum class QwenTextKind { Qwen2, Qwen3, Qwen35 };

// Their sizes, with the reference implementation's defaults.
struct QwenTextConfig : DecoderConfig {
  QwenTextKind kind = QwenTextKind::Qwen2;
  // Of Qwen3.5's layers with the gated delta rule.
  std::vector<bool> remembers;  // which layers these are
  int64_t keyHeads = 0, valueHeads = 0, keyWidth = 0, valueWidth = 0, kernel = 0;

  // config: the text section, or the whole where it has none; generation: generation_config.json, or null.
  static QwenTextConfig parse(const nlohmann::json& config, const nlohmann::json& generation,
                              QwenTextKind kind);
};

// Adds layer i; record: under which its output is recorded.
void addQwenTextLayer(Model& model, const QwenTextConfig& config, const std::string& root, int64_t i,
                      const std::string& record);

// What a text reads of its picture tower.
struct QwenPictures {
  int64_t token = 0;     // in whose places the tower's tokens go
  int64_t merge = 2;     // patches of a token, each way
  size_t deepStack = 0;  // so many first layers are followed by tokens of deepStackStream()
};

// Adds the whole text, from State::hidden as the tower leaves it to logits and loss. root is where
// embed_tokens is: "model.", "model.language_model.", ...; headRoot where lm_head is.
void addQwenText(Model& model, const QwenTextConfig& config, const QwenPictures& pictures,
                 const std::string& root, const std::string& headRoot);

}  // namespace espalier
