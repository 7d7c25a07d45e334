#include <algorithm>

#include "core/model/block_builder.h"
#include "core/model/families/clip_tower.h"
#include "core/model/families/decoder_stack.h"
#include "core/model/families/families.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"
#include "core/model/layers/sequence_loss.h"

namespace espalier {

namespace {

// In State::kept, with the layer's number: what the projector reads besides the last layer looked at.
const std::string kFeatures = "vision features ";

// Puts by what a vision layer gave for the projector to read.
class FeatureKeeper : public Block {
 public:
  explicit FeatureKeeper(int64_t layer)
      : Block({kFeatures + std::to_string(layer), Component::Vision, false, {}}) {}
  void run(State& s, const Pass&) const override { s.kept[name()] = s.hidden; }
};

// layers: numbers of the vision layers whose outputs are read side by side.
class LlavaProjector : public Block {
 public:
  LlavaProjector(std::string name, Activation activation, bool skipsClassToken, std::vector<int64_t> layers)
      : Block({std::move(name), Component::Projector, false, {}}),
        m_activation(activation),
        m_skipsClassToken(skipsClassToken),
        m_layers(std::move(layers)) {}
  void run(State& s, const Pass& pass) const override {
    const int64_t last = *std::max_element(m_layers.begin(), m_layers.end());
    std::vector<at::Tensor> features;
    for (const auto layer : m_layers) {
      auto x = layer == last ? s.hidden : s.kept.at(kFeatures + std::to_string(layer));
      auto whole = s.hidden;  // the deepest layer has every fork
      matchForks(x, whole);
      features.push_back(m_skipsClassToken ? x.slice(1, 1) : x);
    }
    s.kept.clear();
    s.hidden = pass.linear(name() + ".linear_2",
                           activate(m_activation, pass.linear(name() + ".linear_1", at::cat(features, 2))));
    pass.record("image_features", s.hidden);
  }

 private:
  Activation m_activation;
  bool m_skipsClassToken;
  std::vector<int64_t> m_layers;
};

// vision_feature_layer: a layer or a list of them, counted from the end where negative, with the embeddings
// as number 0.
std::vector<int64_t> featureLayers(const nlohmann::json& config, int64_t visionLayers) {
  auto layers = configTokens(config, "vision_feature_layer", {-2});
  if (layers.empty())
    throw Error(ErrorKind::Format,
                "config.json has \"vision_feature_layer\": []; at least one layer was expected.");
  for (auto& layer : layers) {
    const auto given = layer;
    if (layer < 0) layer += visionLayers + 1;
    if (layer < 0 || layer > visionLayers)
      throw Error(ErrorKind::Format, "config.json has \"vision_feature_layer\": " + std::to_string(given) +
                                         "; the vision tower has " + std::to_string(visionLayers) +
                                         " layers.");
  }
  return layers;
}

// Where tokens and patches go when pictures take the place of their tokens.
struct Merge {
  at::Tensor source;  // int64 [rows, merged length]: index of a text token, or texts + index of a patch, or
                      // past both: none
  at::Tensor mask;    // int64 [rows, merged length]
  at::Tensor labels;  // int64 [rows, merged length]; undefined where there are none
};

// The reference's rule (transformers 4.36): a row's picture token is replaced by all patches of the next
// picture; rows that end up shorter are filled up at the left, or at the right if some row ends with the
// padding token. Newer processors write a token for every patch; then nothing grows.
// On the host, where it reads token by token; what comes out lies where the tokens do.
Merge mergeOf(const at::Tensor& givenIds, const at::Tensor& givenMask, const at::Tensor& givenLabels,
              int64_t pictures, int64_t patches, int64_t pictureToken, int64_t padToken) {
  const auto ids = givenIds.cpu(), labels = givenLabels.defined() ? givenLabels.cpu() : at::Tensor();
  const int64_t rows = ids.size(0), length = ids.size(1);
  const auto isPicture = ids == pictureToken;
  const int64_t tokens = isPicture.sum().item<int64_t>();
  if (tokens != pictures && tokens != pictures * patches)
    throw Error(ErrorKind::InvalidInput, "The texts hold " + std::to_string(tokens) + " picture tokens (" +
                                             std::to_string(pictureToken) + "); " + std::to_string(pictures) +
                                             " pictures were given.");
  const int64_t each = tokens == pictures ? patches : 1;
  const int64_t merged = length + isPicture.sum(1).max().item<int64_t>() * (each - 1);
  const bool fillsLeft = !(ids.select(1, length - 1) == padToken).any().item<bool>();
  const auto mask = (givenMask.defined() ? givenMask.cpu() : at::ones_like(ids)).to(at::kLong).contiguous();
  const auto idsHere = ids.contiguous(), labelsHere = labels.defined() ? labels.contiguous() : at::Tensor();

  Merge m{at::full({rows, merged}, rows * length + pictures * patches, at::kLong),
          at::zeros({rows, merged}, at::kLong),
          {}};
  if (labels.defined()) m.labels = at::full({rows, merged}, kIgnoredLabel, at::kLong);
  int64_t patch = 0;
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t* id = idsHere.data_ptr<int64_t>() + r * length;
    const int64_t grown = length + std::count(id, id + length, pictureToken) * (each - 1);
    int64_t place = r * merged + (fillsLeft ? merged - grown : 0);
    for (int64_t i = 0; i < length; ++i) {
      const bool picture = id[i] == pictureToken;
      for (int64_t k = 0; k < (picture ? each : 1); ++k, ++place) {
        m.source.data_ptr<int64_t>()[place] = picture ? rows * length + patch++ : r * length + i;
        m.mask.data_ptr<int64_t>()[place] = picture ? 1 : mask.data_ptr<int64_t>()[r * length + i];
        if (labels.defined() && !picture)
          m.labels.data_ptr<int64_t>()[place] = labelsHere.data_ptr<int64_t>()[r * length + i];
      }
    }
  }
  for (auto* t : {&m.source, &m.mask, &m.labels})
    if (t->defined()) *t = t->to(givenIds.device());
  return m;
}

// Begins the decoder: pictures in their places among the text; while text is generated, the new tokens.
class LlavaStart : public Block {
 public:
  LlavaStart(const DecoderConfig& config, const std::string& root, int64_t pictureToken, int64_t padToken)
      : Block({root + "embed_tokens", Component::Language, false, {}}),
        m_config(config),
        m_root(root),
        m_pictureToken(pictureToken),
        m_padToken(padToken) {}

  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    auto mask = in.mask;
    const bool begins = in.past == 0;
    const bool merges = begins && s.inputs->has("pixel_values");
    // The token whose place a picture takes need not be in the table; one that was generated is a token.
    auto embedded = decoderTokens(pass, m_config, m_root,
                                  merges ? in.ids.masked_fill(in.ids == m_pictureToken, 0) : in.ids);
    if (merges) embedded = merge(s, in, embedded, mask);
    const auto all = maskWithPast(s, mask, embedded.size(1));
    const auto positions = positionsByMask(all, embedded.size(1), in.past, 1, embedded.device());
    if (begins) {
      pass.record("merged_embeds", embedded);
      if (mask.defined()) pass.record("merged_attention_mask", mask);
      pass.record("merged_position_ids", positions);
    }
    startDecoder(s, pass, m_config, {embedded, all, positions, in.past, {}});
  }

 private:
  at::Tensor merge(State& s, const DecoderInput& in, const at::Tensor& text, at::Tensor& mask) const {
    const auto pictures = pictureOfEachRow(s, s.hidden);
    const int64_t patches = pictures.size(1), width = pictures.size(2);
    const auto given = s.inputs->find("image_index");
    const int64_t count = given.defined() ? given.size(0) : s.inputs->at("pixel_values").size(0);
    const int64_t forks = pictures.size(0) / count;
    const auto m = mergeOf(in.ids, in.mask, s.decoding ? at::Tensor() : s.inputs->find("labels"), count,
                           patches, m_pictureToken, m_padToken);
    mask = m.mask;
    s.labels = m.labels;
    const auto sources = at::cat(
        {text.reshape({1, -1, width}).expand({forks, text.size(0) * text.size(1), width}),
         pictures.reshape({forks, count * patches, width}), at::zeros({forks, 1, width}, pictures.options())},
        1);
    return sources.index_select(1, m.source.flatten())
        .view({forks * m.source.size(0), m.source.size(1), width});
  }

  DecoderConfig m_config;
  std::string m_root;
  int64_t m_pictureToken, m_padToken;
};

void onlyType(const nlohmann::json& section, const std::string& key, const std::string& known) {
  if (const auto type = configValue<std::string>(section, "model_type", known); type != known)
    throw Error(ErrorKind::Unsupported, "config.json has \"" + key + ".model_type\": \"" + type + "\"; " +
                                            known + " can be computed.");
}

}  // namespace

std::shared_ptr<const Model> buildLlava(const ModelSource& source) {
  const auto& config = source.config;
  auto visionSection = configSection(config, "vision_config");
  const auto text = configSection(config, "text_config");
  if (visionSection.empty())
    visionSection = {{"hidden_size", 1024},       {"intermediate_size", 4096}, {"num_hidden_layers", 24},
                     {"num_attention_heads", 16}, {"image_size", 336},         {"patch_size", 14}};
  onlyType(visionSection, "vision_config", "clip_vision_model");
  const auto vision = ClipVisionConfig::parse(visionSection);
  const auto features = featureLayers(config, vision.layers);
  const int64_t last = *std::max_element(features.begin(), features.end());
  const auto strategy = configValue<std::string>(config, "vision_feature_select_strategy", "default");
  if (strategy != "default" && strategy != "full")
    throw Error(ErrorKind::Unsupported, "config.json has \"vision_feature_select_strategy\": \"" + strategy +
                                            "\"; default and full can be computed.");
  auto language = DecoderConfig::parse(text, source.generation, "llama");

  // Where versions 4.36 to 5 of the reference put the parts.
  const auto visionRoot = source.prefixOf("embeddings.class_embedding",
                                          {"vision_tower.vision_model.", "vision_tower.",
                                           "model.vision_tower.vision_model.", "model.vision_tower."});
  const auto projector =
      source.prefixOf(".linear_1.weight", {"multi_modal_projector", "model.multi_modal_projector"});
  const auto root =
      source.prefixOf("embed_tokens.weight", {"language_model.model.", "model.language_model."});
  const auto headRoot = source.prefixOf("lm_head.weight", {"language_model.", ""});
  language.tied = source.tiesHead(headRoot + "lm_head.weight",
                                  language.tied || configValue<bool>(config, "tie_word_embeddings", false));

  auto model = std::make_shared<Model>("llava", ModelTask::Answer, config);
  // Only as many layers as are looked at.
  addClipVision(*model, vision, visionRoot, last, false, [&](int64_t layer) {
    if (layer != last && std::count(features.begin(), features.end(), layer))
      model->add(std::make_unique<FeatureKeeper>(layer));
  });
  const bool biases = configValue<bool>(config, "multimodal_projector_bias", true);
  declareLinear(*model, projector + ".linear_1", language.width, vision.width * int64_t(features.size()),
                biases);
  declareLinear(*model, projector + ".linear_2", language.width, language.width, biases);
  model->add(std::make_unique<LlavaProjector>(
      projector,
      activationOf(configValue<std::string>(config, "projector_hidden_act", "gelu"), "projector_hidden_act"),
      strategy == "default", features));
  declareDecoderStart(*model, language, root);
  model->beginDecoder();
  model->add(std::make_unique<LlavaStart>(language, root, configPictureToken(config, 32000),
                                          configValue<int64_t>(config, "pad_token_id", -1)));
  addDecoder(*model, language, root, headRoot);
  model->setGeneration({0, givenPrompt, language.endTokens, language.padToken});
  return model;
}

}  // namespace espalier
