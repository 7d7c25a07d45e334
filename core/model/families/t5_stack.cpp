#include "core/model/families/t5_stack.h"

#include <cmath>

#include "core/model/block_builder.h"
#include "core/model/families/generation_tokens.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"
#include "core/model/layers/language_head.h"
#include "core/model/layers/sequence_loss.h"
#include "core/model/weights_compact.h"

namespace espalier {

T5Config T5Config::parse(const nlohmann::json& c, const nlohmann::json& generation, const ModelSource& source,
                         const std::string& prefix) {
  T5Config t;
  t.width = configSize(c, "d_model", 512);
  t.headWidth = configSize(c, "d_kv", 64);
  t.heads = configSize(c, "num_heads", 8);
  t.innerWidth = configSize(c, "d_ff", 2048);
  t.encoderLayers = configLayers(c, "num_layers", 6);
  t.decoderLayers = configLayers(c, "num_decoder_layers", t.encoderLayers);
  t.vocabulary = configSize(c, "vocab_size", 32128);
  t.buckets = configSize(c, "relative_attention_num_buckets", 32);
  t.maxDistance = configSize(c, "relative_attention_max_distance", 128);
  t.epsilon = configValue<double>(c, "layer_norm_epsilon", 1e-6);
  const bool tied = configValue<bool>(c, "tie_word_embeddings", true);
  t.tied = source.tiesHead(prefix + "lm_head.weight", tied);
  // T5 1.1 does not scale. Version 4 of the reference told by its untied head; 5 has a key of its own.
  t.scalesOutput = configValue<bool>(c, "scale_decoder_outputs", tied);
  for (const char* same : {"decoder.embed_tokens.weight", "encoder.embed_tokens.weight", "shared.weight"})
    if (source.stores(prefix + same, false)) t.tokens = same;
  const auto tokens = generationTokens(c, generation, {.end = {1}, .pad = 0, .start = 0});
  t.startToken = tokens.start, t.endTokens = tokens.end, t.padToken = tokens.pad;
  std::string projection = configValue<std::string>(c, "feed_forward_proj", "relu");
  t.gated = projection.starts_with("gated-");
  if (t.gated) projection = projection.substr(6);
  // The reference computes "gated-gelu" with the tanh approximation, for the sake of the first 1.1
  // checkpoints.
  t.activation =
      t.gated && projection == "gelu" ? Activation::GeluTanh : activationOf(projection, "feed_forward_proj");
  // What the reference makes of feed_forward_proj is overwritten by keys of these names: the published
  // blip2-flan-t5-xl says "gelu" there, and means the exact one.
  if (const auto named = configValue<std::string>(c, "dense_act_fn", ""); !named.empty())
    t.activation = activationOf(named, "dense_act_fn");
  t.gated = configValue<bool>(c, "is_gated_act", t.gated);
  return t;
}

at::Tensor relativePositionBuckets(int64_t queries, int64_t keys, int64_t past, bool bidirectional,
                                   int64_t buckets, int64_t maxDistance, at::Device device) {
  const auto numbers = at::TensorOptions(at::kLong).device(device);
  const auto query = at::arange(past, past + queries, numbers).unsqueeze(1);
  const auto key = at::arange(keys, numbers).unsqueeze(0);
  auto relative = key - query;
  auto base = at::zeros_like(relative);
  if (bidirectional) {
    buckets /= 2;
    base = (relative > 0).to(at::kLong) * buckets;
    relative = relative.abs();
  } else {
    relative = (-relative).clamp_min(0);
  }
  const int64_t exact = buckets / 2;
  const auto logarithmic = (exact + (at::log(relative.to(at::kFloat) / double(exact)) /
                                     std::log(double(maxDistance) / double(exact)) * double(buckets - exact))
                                        .to(at::kLong))
                               .clamp_max(buckets - 1);
  return base + at::where(relative < exact, relative, logarithmic);
}

namespace {

// layer.0.SelfAttention or layer.1.EncDecAttention with its norm and residual.
class T5Layer : public Block {
 public:
  T5Layer(const T5Config& config, std::string prefix, BlockDescription d, bool decoder, std::string biasName,
          std::string record)
      : Block(std::move(d)),
        m_config(config),
        m_prefix(std::move(prefix)),
        m_decoder(decoder),
        m_biasName(std::move(biasName)),
        m_record(std::move(record)) {}

  void run(State& s, const Pass& pass) const override {
    for (size_t part = 0; part < parts(); ++part) runPart(part, s, pass);
  }
  size_t parts() const override { return m_decoder ? 3 : 2; }
  void runPart(size_t part, State& s, const Pass& pass) const override {
    if (part == 0) {
      // The first block of a stack owns the position table; what it makes of it serves the whole stack.
      if (!m_biasName.empty()) s.attentionBias = addBias(positionBias(s, pass), s.attentionBias);
      attention(s, pass, m_prefix + "layer.0.SelfAttention.", m_prefix + "layer.0.layer_norm", false);
    } else if (part + 1 < parts()) {
      attention(s, pass, m_prefix + "layer.1.EncDecAttention.", m_prefix + "layer.1.layer_norm", true);
    } else {
      feedForward(s, pass, m_prefix + (m_decoder ? "layer.2." : "layer.1."));
      pass.record(m_record, s.hidden);
    }
  }
  bool endsPart(const std::string& weight) const override {
    return weight.starts_with(m_prefix) &&
           (weight.ends_with("Attention.o.weight") || weight.ends_with(".wo.weight"));
  }

 private:
  at::Tensor positionBias(const State& s, const Pass& pass) const {
    const int64_t length = s.hidden.size(1), past = m_decoder && s.decoding ? s.decoding->position : 0;
    const auto buckets = relativePositionBuckets(length, past + length, past, !m_decoder, m_config.buckets,
                                                 m_config.maxDistance, s.hidden.device());
    const auto table = pass.weight(m_biasName);
    return table.index_select(0, buckets.flatten())
        .view({length, past + length, m_config.heads})
        .permute({2, 0, 1})
        .unsqueeze(0)
        .contiguous();
  }

  void attention(State& s, const Pass& pass, const std::string& name, const std::string& norm,
                 bool cross) const {
    const auto x = pass.rmsNorm(norm, s.hidden, m_config.epsilon);
    const auto q = pass.linear(name + "q", x);
    const auto make = [&] {
      const auto& source = cross ? s.context : x;
      return KeyValue{pass.linear(name + "k", source), pass.linear(name + "v", source)};
    };
    KeyValue kv;
    if (cross) {
      kv = cachedOnce(s.decoding.get(), name, make);
    } else {
      kv = make();
      appendToCache(s.decoding.get(), name, kv);
    }
    const auto& bias = cross ? s.contextBias : s.attentionBias;
    s.hidden =
        sumOf(s.hidden, pass.linear(name + "o", attend(q, kv.key, kv.value, m_config.heads, 1.0, bias)));
  }

  void feedForward(State& s, const Pass& pass, const std::string& name) const {
    const auto x = pass.rmsNorm(name + "layer_norm", s.hidden, m_config.epsilon);
    at::Tensor inner;
    if (m_config.gated) {
      inner = productOf(activate(m_config.activation, pass.linear(name + "DenseReluDense.wi_0", x)),
                        pass.linear(name + "DenseReluDense.wi_1", x));
    } else {
      inner = activate(m_config.activation, pass.linear(name + "DenseReluDense.wi", x));
    }
    s.hidden = sumOf(s.hidden, pass.linear(name + "DenseReluDense.wo", inner));
  }

  T5Config m_config;
  std::string m_prefix;
  bool m_decoder;
  std::string m_biasName, m_record;
};

class T5Embedding : public Block {
 public:
  explicit T5Embedding(std::string table)
      : Block({"shared", Component::LanguageEncoder, false, {}}), m_table(std::move(table)) {}
  void run(State& s, const Pass& pass) const override {
    s.hidden = embedTokens(pass, m_table, s.inputs->at("input_ids"));
    s.attentionBias = maskBias(s.inputs->find("attention_mask"));
    s.contextBias = s.attentionBias;
    pass.record("encoder.hidden_states.0", s.hidden);
  }

 private:
  std::string m_table;
};

// Ends the encoder and begins the decoder: final norm; the encoder's output becomes what cross-attention
// reads.
class T5EncoderEnd : public Block {
 public:
  T5EncoderEnd(std::string prefix, int64_t layers, double epsilon)
      : Block({prefix + "encoder.final_layer_norm", Component::LanguageEncoder, false, {}}),
        m_layers(layers),
        m_epsilon(epsilon) {}
  void run(State& s, const Pass& pass) const override {
    s.context = pass.rmsNorm(name(), s.hidden, m_epsilon);
    s.hidden = at::Tensor();
    s.fixed.erase(kPictureMask);
    pass.record("encoder.last_hidden_state", s.context);
    pass.record("encoder.hidden_states." + std::to_string(m_layers), s.context);
  }

 private:
  int64_t m_layers;
  double m_epsilon;
};

class T5DecoderEmbedding : public Block {
 public:
  T5DecoderEmbedding(const T5Config& config, const std::string& prefix)
      : Block({prefix + "decoder.embed_tokens", Component::LanguageDecoder, false, {}}),
        m_table(prefix + config.tokens),
        m_start(config.startToken),
        m_pad(config.padToken) {}
  void run(State& s, const Pass& pass) const override {
    at::Tensor ids, bias;
    if (s.decoding) {
      ids = s.decoding->tokens;
    } else {
      ids = s.inputs->has("decoder_input_ids") ? s.inputs->at("decoder_input_ids")
                                               : shiftRight(s.inputs->at("labels"), m_start, m_pad);
      bias = maskBias(s.inputs->find("decoder_attention_mask"));
      pass.record("decoder_input_ids", ids);
      // Padding stands behind the last token, where causality hides it.
      if (!bias.defined() && !s.inputs->has("decoder_input_ids"))
        s.fixed[kRealPositions] = s.inputs->at("labels") >= 0;
    }
    s.hidden = embedTokens(pass, m_table, ids);
    s.attentionBias =
        addBias(causalBias(ids.size(1), s.decoding ? s.decoding->position : 0, ids.device()), bias);
    pass.record("decoder.hidden_states.0", s.hidden);
  }

 private:
  std::string m_table;
  int64_t m_start, m_pad;
};

class T5Head : public Block {
 public:
  T5Head(const T5Config& config, const std::string& prefix)
      : Block({prefix + "lm_head", Component::LanguageDecoder, false, {}}),
        m_config(config),
        m_prefix(prefix) {}
  void run(State& s, const Pass& pass) const override {
    auto x = pass.rmsNorm(m_prefix + "decoder.final_layer_norm", headInput(s, s.hidden), m_config.epsilon);
    pass.record("decoder.hidden_states." + std::to_string(m_config.decoderLayers), x);
    if (m_config.scalesOutput) x = x * std::pow(double(m_config.width), -0.5);
    s.logits =
        linearProduct(pass.weights, m_prefix + (m_config.tied ? m_config.tokens : "lm_head.weight"), x);
    pass.record("logits", s.logits);
    if (!s.decoding && s.inputs->has("labels")) setSequenceLoss(s, s.logits, s.inputs->at("labels"));
  }

 private:
  T5Config m_config;
  std::string m_prefix;
};

void addStack(Model& model, const T5Config& c, const std::string& stack, bool decoder) {
  const int64_t attention = c.heads * c.headWidth;
  const int64_t layers = decoder ? c.decoderLayers : c.encoderLayers;
  for (int64_t i = 0; i < layers; ++i) {
    BlockBuilder b(model, stack + "block." + std::to_string(i),
                   decoder ? Component::LanguageDecoder : Component::LanguageEncoder);
    const auto attentionLayer = [&](const std::string& layer, const std::string& name) {
      for (const char* p : {"q", "k", "v"}) b.matrix(layer + name + "." + p, attention, c.width, false);
      b.matrix(layer + name + ".o", c.width, attention, false);
      b.tensor(layer + "layer_norm.weight", {c.width});
    };
    attentionLayer("layer.0.", "SelfAttention");
    if (decoder) attentionLayer("layer.1.", "EncDecAttention");
    const std::string inner = decoder ? "layer.2." : "layer.1.";
    if (c.gated) {
      b.matrix(inner + "DenseReluDense.wi_0", c.innerWidth, c.width, false);
      b.matrix(inner + "DenseReluDense.wi_1", c.innerWidth, c.width, false);
    } else {
      b.matrix(inner + "DenseReluDense.wi", c.innerWidth, c.width, false);
    }
    b.matrix(inner + "DenseReluDense.wo", c.width, c.innerWidth, false);
    b.tensor(inner + "layer_norm.weight", {c.width});
    const std::string prefix = b.description().name + ".";
    std::string bias;
    if (i == 0) {
      bias = prefix + "layer.0.SelfAttention.relative_attention_bias.weight";
      model.declare(bias, {c.buckets, c.heads});
    }
    // The last layer's output is recorded after the final norm.
    const std::string record =
        i + 1 == layers ? ""
                        : (decoder ? "decoder" : "encoder") + (".hidden_states." + std::to_string(i + 1));
    model.add(std::make_unique<T5Layer>(c, prefix, b.description(), decoder, bias, record));
  }
  model.declare(stack + "final_layer_norm.weight", {c.width});
}

}  // namespace

void addT5Embedding(Model& model, const T5Config& c) {
  model.add(std::make_unique<T5Embedding>(c.tokens));
}

void addT5(Model& model, const T5Config& c, const std::string& prefix) {
  model.declare(prefix + c.tokens, {c.vocabulary, c.width});
  addStack(model, c, prefix + "encoder.", false);
  model.add(std::make_unique<T5EncoderEnd>(prefix, c.encoderLayers, c.epsilon));
  model.beginDecoder();
  model.add(std::make_unique<T5DecoderEmbedding>(c, prefix));
  addStack(model, c, prefix + "decoder.", true);
  if (!c.tied) model.declare(prefix + "lm_head.weight", {c.vocabulary, c.width});
  model.add(std::make_unique<T5Head>(c, prefix));
  const auto start = c.startToken;
  model.setGeneration(
      {0, [start](const Batch& b) { return startTokenPrompt(b, start); }, c.endTokens, c.padToken, 0, true});
}

}  // namespace espalier
