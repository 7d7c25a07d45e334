#include "core/model/families/decoder_config.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "core/model/families/generation_tokens.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

using Json = nlohmann::json;

// What a family's configuration says by being silent.
struct DecoderDefaults {
  const char* family;
  int64_t width, inner, layers, heads;
  int64_t keyValueHeads;  // 0: as many as heads
  int64_t headWidth;      // 0: width / heads
  int64_t vocabulary;
  int64_t positions;  // how long texts may be
  double epsilon, theta;
  bool tied;
  std::vector<int64_t> end;
  int64_t pad;
  void (*adjust)(DecoderConfig&, const Json&);  // the rest
};

std::vector<bool> everyLayer(const DecoderConfig& d, const std::function<bool(int64_t)>& has) {
  std::vector<bool> out;
  for (int64_t i = 0; i < d.layers; ++i) out.push_back(has(i));
  return out;
}

// What is said of each layer in a list; it must be one of them.
void checkListed(const DecoderConfig& d, const char* key, size_t listed) {
  if (int64_t(listed) != d.layers)
    throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) + "\" of " +
                                       std::to_string(listed) + " layers; num_hidden_layers is " +
                                       std::to_string(d.layers) + ".");
}

// Sets window and windowed: by "layer_types" where it is given, else by the family's rule.
void setWindows(DecoderConfig& d, const Json& c, int64_t window, const std::function<bool(int64_t)>& has) {
  const auto types = configValue<std::vector<std::string>>(c, "layer_types", {});
  if (!types.empty()) {
    checkListed(d, "layer_types", types.size());
    for (const auto& type : types)
      if (type != "full_attention" && type != "sliding_attention")
        throw Error(ErrorKind::Unsupported, "config.json has \"layer_types\" with \"" + type +
                                                "\"; full_attention and sliding_attention can be computed.");
  }
  d.windowed = everyLayer(d, [&](int64_t i) {
    return types.empty() ? window > 0 && has(i) : types[size_t(i)] == "sliding_attention";
  });
  d.window = window;
  for (const bool windowed : d.windowed)
    if (windowed && window < 1)
      throw Error(ErrorKind::Format, "config.json has \"sliding_window\": " + std::to_string(window) +
                                         "; at least 1 was expected for layers of sliding_attention.");
}

int64_t windowOf(const Json& c, int64_t absent) {
  // null: there is none. Absent: the family's default.
  if (const auto it = c.find("sliding_window"); it != c.end() && it->is_null()) return 0;
  return configValue<int64_t>(c, "sliding_window", absent);
}

void adjustLlama(DecoderConfig& d, const Json& c) {
  d.queryBias = d.outputBias = configValue<bool>(c, "attention_bias", false);
  d.feedForwardBias = configValue<bool>(c, "mlp_bias", false);
}

// From layer max_window_layers on, where windows are in use.
void qwenWindows(DecoderConfig& d, const Json& c) {
  const bool used = configValue<bool>(c, "use_sliding_window", false);
  const auto first = configValue<int64_t>(c, "max_window_layers", 28);
  setWindows(d, c, used ? windowOf(c, 4096) : 0, [first](int64_t i) { return i >= first; });
}

void adjustQwen2(DecoderConfig& d, const Json& c) {
  d.queryBias = true;
  qwenWindows(d, c);
}

void adjustQwen3(DecoderConfig& d, const Json& c) {
  d.queryBias = d.outputBias = configValue<bool>(c, "attention_bias", false);
  d.normsHeads = true;
  qwenWindows(d, c);
}

void adjustQwen3Moe(DecoderConfig& d, const Json& c) {
  d.queryBias = d.outputBias = configValue<bool>(c, "attention_bias", false);
  d.normsHeads = true;
  const bool used = configValue<bool>(c, "use_sliding_window", false);
  setWindows(d, c, used ? windowOf(c, 4096) : 0, [](int64_t) { return true; });
  auto& e = d.experts;
  e.count = configValue<int64_t>(c, "num_experts", configValue<int64_t>(c, "num_local_experts", 128));
  e.perToken = configSize(c, "num_experts_per_tok", 8);
  e.inner = configSize(c, "moe_intermediate_size", 768);
  e.weightsSumToOne = configValue<bool>(c, "norm_topk_prob", false);
  if (e.count > 0 && e.perToken > e.count)
    throw Error(ErrorKind::Format, "config.json has \"num_experts_per_tok\": " + std::to_string(e.perToken) +
                                       "; there are " + std::to_string(e.count) + " experts.");
  const auto step = configSize(c, "decoder_sparse_step", 1);
  const auto dense = configTokens(c, "mlp_only_layers", {});
  d.routed = everyLayer(d, [&](int64_t i) {
    return e.count > 0 && (i + 1) % step == 0 && std::find(dense.begin(), dense.end(), i) == dense.end();
  });
}

void adjustMistral(DecoderConfig& d, const Json& c) {
  setWindows(d, c, windowOf(c, 4096), [](int64_t) { return true; });
}

void adjustSmolLm3(DecoderConfig& d, const Json& c) {
  adjustLlama(d, c);
  const auto interval = configSize(c, "no_rope_layer_interval", 4);
  const auto listed = configTokens(c, "no_rope_layers", {});
  if (!listed.empty()) checkListed(d, "no_rope_layers", listed.size());
  d.rotates = everyLayer(
      d, [&](int64_t i) { return listed.empty() ? (i + 1) % interval != 0 : listed[size_t(i)] != 0; });
  const bool used = configValue<bool>(c, "use_sliding_window", false);
  setWindows(d, c, used ? windowOf(c, 0) : 0, [&d](int64_t i) { return !d.rotates[size_t(i)]; });
}

// Phi-3's key and query projections are one matrix; its positions may turn a part of each head.
void adjustPhi3(DecoderConfig& d, const Json& c) {
  d.fused = true;
  noteConfigKey("attention_bias");  // published, and read by nobody: the reference has none
  setWindows(d, c, windowOf(c, 0), [](int64_t) { return true; });
}

void adjustGemma(DecoderConfig& d, const Json& c) {
  d.queryBias = d.outputBias = configValue<bool>(c, "attention_bias", false);
  d.normsAroundOne = true;
  d.embeddingScale = double(float(std::sqrt(double(d.width))));
  if (d.family != "gemma3_text") configOnly(c, "use_bidirectional_attention", false);
}

void adjustGemma2(DecoderConfig& d, const Json& c) {
  adjustGemma(d, c);
  d.normsOutputs = true;
  const auto scalar = configValue<double>(c, "query_pre_attn_scalar", 256);
  if (!(scalar > 0))
    throw Error(ErrorKind::Format, "config.json has \"query_pre_attn_scalar\": " + std::to_string(scalar) +
                                       "; a number above 0 was expected.");
  d.attentionScale = 1 / std::sqrt(scalar);
  // null: there is none. Absent: the family's default.
  const auto cap = [&c](const char* key, double absent) {
    const auto it = c.find(key);
    const double value = it != c.end() && it->is_null() ? 0 : configValue<double>(c, key, absent);
    if (value < 0)
      throw Error(ErrorKind::Format, "config.json has \"" + std::string(key) +
                                         "\": " + std::to_string(value) + "; a number above 0 was expected.");
    return value;
  };
  const bool second = d.family == "gemma2";
  d.logitCap = cap("final_logit_softcapping", second ? 30 : 0);
  if (second) {
    d.attentionCap = cap("attn_logit_softcapping", 50);
    setWindows(d, c, windowOf(c, 4096), [](int64_t i) { return i % 2 == 0; });
  }
}

// The reference reads Gemma 3's cap of attention and does not use it.
void adjustGemma3(DecoderConfig& d, const Json& c) {
  adjustGemma2(d, c);
  noteConfigKey("attn_logit_softcapping");
  d.normsHeads = true;
  const auto pattern = configSize(c, "sliding_window_pattern", configSize(c, "_sliding_window_pattern", 6));
  setWindows(d, c, windowOf(c, 4096), [pattern](int64_t i) { return (i + 1) % pattern != 0; });
  d.seesAhead = configValue<bool>(c, "use_bidirectional_attention", false);
  // The stored window then counts both sides.
  if (d.seesAhead) d.window = d.window / 2 + 1;
}

const DecoderDefaults kDecoders[] = {
    // family, width, inner, layers, heads, key-value heads, head width, vocabulary, positions, epsilon,
    // theta, tied
    {"gemma", 3072, 24576, 28, 16, 16, 256, 256000, 8192, 1e-6, 1e4, true, {1}, 0, adjustGemma},
    {"gemma2", 2304, 9216, 26, 8, 4, 256, 256000, 8192, 1e-6, 1e4, true, {1}, 0, adjustGemma2},
    {"gemma3_text", 2304, 9216, 26, 8, 4, 256, 262208, 131072, 1e-6, 1e6, true, {1}, 0, adjustGemma3},
    {"llama", 4096, 11008, 32, 32, 0, 0, 32000, 2048, 1e-6, 1e4, false, {2}, -1, adjustLlama},
    {"mistral", 4096, 14336, 32, 32, 8, 0, 32000, 131072, 1e-6, 1e4, false, {2}, -1, adjustMistral},
    {"phi3", 3072, 8192, 32, 32, 0, 0, 32064, 4096, 1e-5, 1e4, false, {32000}, 32000, adjustPhi3},
    {"qwen2", 4096, 22016, 32, 32, 32, 0, 151936, 32768, 1e-6, 1e4, false, {}, -1, adjustQwen2},
    {"qwen3", 4096, 22016, 32, 32, 32, 128, 151936, 32768, 1e-6, 1e4, false, {}, -1, adjustQwen3},
    {"qwen3_moe", 2048, 6144, 24, 32, 4, 0, 151936, 32768, 1e-6, 1e4, false, {}, -1, adjustQwen3Moe},
    {"smollm3", 2048, 11008, 36, 16, 4, 0, 128256, 32768, 1e-6, 2e6, true, {128001}, 128004, adjustSmolLm3},
};

// One rotation for all layers, or for Gemma 3 one for those with a window and one for the others, which alone
// is scaled. Version 5 of the reference has settings for each kind of layer, version 4 keys of both.
void setRotations(DecoderConfig& d, Json c, const DecoderDefaults& known) {
  const bool turnsParts = d.family == "phi3";
  c.emplace("max_position_embeddings", known.positions);
  const auto parameters = configSection(c, "rope_parameters");
  const auto ofKind = [&](const char* kind, const char* theta4, bool scaled) {
    Json settings = c;
    if (parameters.contains(kind)) {
      settings["rope_parameters"] = parameters[kind];
      settings.erase("rope_theta"), settings.erase("rope_scaling");
    } else if (!scaled) {
      settings.erase("rope_scaling"), settings.erase("rope_parameters"), settings.erase("rope_theta");
      if (c.contains(theta4)) settings["rope_theta"] = c[theta4];
    }
    return settings;
  };
  if (d.family == "gemma3_text") {
    d.hasLocalRotary = true;
    d.localRotary = RotaryEmbedding::parse(ofKind("sliding_attention", "rope_local_base_freq", false),
                                           d.headWidth, {.theta = 1e4});
    d.rotary = RotaryEmbedding::parse(ofKind("full_attention", "rope_theta", true), d.headWidth,
                                      {.theta = known.theta});
    return;
  }
  if (d.family == "phi3") {
    c.emplace("original_max_position_embeddings", 4096);
    // Both names mean the scaling of its own.
    for (const char* section : {"rope_scaling", "rope_parameters"})
      for (const char* key : {"rope_type", "type"})
        if (c.contains(section) && c[section].is_object() && c[section].value(key, Json()) == "yarn")
          c[section][key] = "longrope";
  }
  d.rotary = RotaryEmbedding::parse(c, d.headWidth, {.theta = known.theta, .turnsParts = turnsParts});
}

}  // namespace

int64_t keyValueHeadsOf(const Json& config, int64_t heads, int64_t absent) {
  const auto it = config.find("num_key_value_heads");
  return configSize(config, "num_key_value_heads", it != config.end() && it->is_null() ? heads : absent);
}

DecoderConfig DecoderConfig::parse(const Json& c, const Json& generation, const std::string& family) {
  DecoderConfig d;
  d.family = configValue<std::string>(c, "model_type", family);
  const auto* known = std::find_if(std::begin(kDecoders), std::end(kDecoders),
                                   [&](const auto& k) { return d.family == k.family; });
  if (known == std::end(kDecoders))
    throw Error(ErrorKind::Unsupported, "config.json has a text of \"model_type\": \"" + d.family + "\"; " +
                                            knownFamilies() + " can be computed.");
  d.width = configSize(c, "hidden_size", known->width);
  d.inner = configSize(c, "intermediate_size", known->inner);
  d.layers = configLayers(c, "num_hidden_layers", known->layers);
  d.heads = configSize(c, "num_attention_heads", known->heads);
  d.keyValueHeads = keyValueHeadsOf(c, d.heads, known->keyValueHeads ? known->keyValueHeads : d.heads);
  d.vocabulary = configSize(c, "vocab_size", known->vocabulary);
  d.epsilon = configValue<double>(c, "rms_norm_eps", known->epsilon);
  d.tied = configValue<bool>(c, "tie_word_embeddings", known->tied);
  const bool gemma = d.family.starts_with("gemma");
  // Gemma's key is the other one, whose default is the same; Gemma 1 is computed by the first all the same.
  const bool renamed = gemma && d.family != "gemma";
  const char* activation = renamed ? "hidden_activation" : "hidden_act";
  if (gemma) noteConfigKey("hidden_activation"), noteConfigKey("hidden_act");
  d.activation =
      activationOf(configValue<std::string>(c, activation, gemma ? "gelu_pytorch_tanh" : "silu"), activation);
  const auto where = d.family == "llama" ? std::string("LLaMA") : d.family;
  if (!c.contains("head_dim") && known->headWidth == 0) checkHeads(d.width, d.heads, where.c_str());
  checkHeads(d.heads, d.keyValueHeads, (where + ", as key-value heads").c_str());
  d.headWidth = configSize(c, "head_dim",
                           known->headWidth ? known->headWidth : std::max<int64_t>(1, d.width / d.heads));
  d.windowed = d.routed = everyLayer(d, [](int64_t) { return false; });
  d.rotates = everyLayer(d, [](int64_t) { return true; });
  known->adjust(d, c);
  setRotations(d, c, *known);
  const auto tokens = generationTokens(c, generation, {.end = known->end, .pad = known->pad, .start = 0});
  d.endTokens = tokens.end, d.padToken = tokens.pad;
  return d;
}

std::string DecoderConfig::knownFamilies() {
  std::string all;
  for (const auto& k : kDecoders) all += (all.empty() ? "" : ", ") + std::string(k.family);
  return all;
}

}  // namespace espalier
