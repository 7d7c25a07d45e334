#include "core/model/families/qwen_text.h"

#include <algorithm>
#include <numeric>

#include "core/base/json_text.h"
#include "core/model/families/decoder_stack.h"
#include "core/model/families/generation_tokens.h"
#include "core/model/families/picture_places.h"
#include "core/model/families/qwen_vision.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/decoder_input.h"
#include "core/model/layers/embedding.h"
#include "core/model/layers/language_head.h"
#include "core/model/layers/picture_positions.h"

namespace espalier {

namespace {

// In State::fixed while a text with pictures goes in: which of its places hold a picture's token, and which.
constexpr const char* kPicturePlaces = "picture places";
constexpr const char* kPictureTokens = "picture tokens";
constexpr const char* kNextPosition = "next position";  // in Decoding::remembered

// By which axis each frequency turns. Sections: how many turn by time, row and column. Up to Qwen2.5-VL they
// stand one after another; from Qwen3-VL on rows and columns take every third.
std::vector<int64_t> axesOfFrequencies(const nlohmann::json& c, int64_t frequencies, QwenTextKind kind) {
  const auto parameters = configSection(c, "rope_parameters"), scaling = configSection(c, "rope_scaling");
  const std::vector<int64_t> fallback = kind == QwenTextKind::Qwen2   ? std::vector<int64_t>{}
                                        : kind == QwenTextKind::Qwen3 ? std::vector<int64_t>{24, 20, 20}
                                                                      : std::vector<int64_t>{11, 11, 10};
  const auto sections = configValue<std::vector<int64_t>>(
      scaling, "mrope_section", configValue<std::vector<int64_t>>(parameters, "mrope_section", fallback));
  const int64_t sum = std::accumulate(sections.begin(), sections.end(), int64_t(0));
  const bool interleaved = kind != QwenTextKind::Qwen2;
  if (sections.size() != 3 || *std::min_element(sections.begin(), sections.end()) < 0 ||
      (sum != frequencies && !interleaved))
    throw Error(ErrorKind::Format, "config.json has \"mrope_section\": " + jsonText(sections) +
                                       "; three numbers that add up to " + std::to_string(frequencies) +
                                       " were expected.");
  std::vector<int64_t> axes(size_t(frequencies), 0);
  for (size_t f = 0; f < axes.size(); ++f) {
    if (interleaved) {
      const size_t axis = f % 3;
      if (axis > 0 && int64_t(f) < 3 * sections[axis]) axes[f] = int64_t(axis);
    } else {
      axes[f] = int64_t(f) < sections[0] ? 0 : int64_t(f) < sections[0] + sections[1] ? 1 : 2;
    }
  }
  return axes;
}

// Embeds the text, puts the tower's tokens into their places and numbers the positions.
class QwenTextStart : public Block {
 public:
  QwenTextStart(const QwenTextConfig& config, const QwenPictures& pictures, const std::string& root)
      : Block({root + "embed_tokens", Component::Language, false, {}}),
        m_config(config),
        m_pictures(pictures) {}

  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    if (s.inputs->has("pixel_values_videos"))
      throw Error(ErrorKind::Unsupported, "The inputs hold pixel_values_videos; videos cannot be computed.");
    auto embedded = embedTokens(pass, name() + ".weight", in.ids);
    const int64_t length = embedded.size(1);
    const auto all = maskWithPast(s, in.mask, length);
    for (const char* used : {kPicturePlaces, kPictureTokens}) s.fixed.erase(used);
    at::Tensor positions;
    const bool placed = in.past == 0 && s.hidden.defined() && s.inputs->has("pixel_values");
    if (in.past == 0 && !placed) refusePicturesLeftOut(in.ids, m_pictures.token);
    if (placed)
      positions = putPictures(s, in, pass, embedded);
    else
      positions = positionsOfText(s, in, all, length, embedded.device());
    startDecoder(s, pass, m_config, {embedded, all, positions, in.past, {}});
  }

 private:
  // embedded [rows, length, width] becomes [forks * rows, length, width].
  at::Tensor putPictures(State& s, const DecoderInput& in, const Pass& pass, at::Tensor& embedded) const {
    const auto found =
        positionsAmongPictures(in.ids, in.mask, gridsOf(*s.inputs, m_pictures.merge),
                               s.inputs->find("image_index"), m_pictures.merge, m_pictures.token);
    const auto& pictures = s.hidden;  // [forks, tokens, width]
    const int64_t rows = embedded.size(0), length = embedded.size(1), width = embedded.size(2);
    auto source = at::arange(rows * length, found.places.options());
    source.scatter_(0, found.places.squeeze(0), found.tokens.squeeze(0) + rows * length);
    const auto texts =
        embedded.view({1, rows * length, width}).expand({pictures.size(0), rows * length, width});
    embedded =
        at::cat({texts, pictures}, 1).index_select(1, source).view({pictures.size(0) * rows, length, width});
    s.fixed[kPictureMask] = in.ids == m_pictures.token;
    s.fixed[kPicturePlaces] = found.places;
    s.fixed[kPictureTokens] = found.tokens;
    if (s.decoding) s.decoding->remembered[kNextPosition] = found.next;
    pass.record("position_ids", found.positions);
    const auto tokens = in.mask.defined() ? in.mask.to(at::kLong).sum(1) : at::full_like(found.next, length);
    pass.record("rope_deltas", (found.next - tokens).unsqueeze(1));
    return found.positions;
  }

  // As the reference: of a forward pass by place whatever the mask, while text is generated by mask, behind a
  // picture from where it ended.
  static at::Tensor positionsOfText(State& s, const DecoderInput& in, const at::Tensor& all, int64_t length,
                                    at::Device device) {
    if (!s.decoding) return positionsByPlace(length, in.past, device);
    const auto it = s.decoding->remembered.find(kNextPosition);
    if (it == s.decoding->remembered.end()) return positionsByMask(all, length, in.past, 0, device);
    const auto positions = it->second.unsqueeze(1) + positionsByPlace(length, 0, device);
    it->second = it->second + length;
    return positions;
  }

  QwenTextConfig m_config;
  QwenPictures m_pictures;
};

// Adds further layers' tokens of the pictures to their places in the text (DeepStack, Meng et al. 2024).
class QwenDeepStack : public Block {
 public:
  QwenDeepStack(const std::string& root, size_t i)
      : Block({root + "deepstack." + std::to_string(i), Component::Language, false, {}}),
        m_stream(deepStackStream(i)) {}

  void run(State& s, const Pass&) const override {
    const auto places = s.fixed.find(kPicturePlaces);
    if (places == s.fixed.end()) return;
    const int64_t rows = s.rotary.size(1);  // each has positions of its own
    const int64_t length = s.hidden.size(1), width = s.hidden.size(2);
    auto text = s.hidden.reshape({-1, rows * length, width});
    auto tokens = s.kept.at(m_stream).index_select(1, s.fixed.at(kPictureTokens).squeeze(0));
    matchForks(text, tokens);
    s.hidden = text.index_add(1, places->second.squeeze(0), tokens).view({-1, length, width});
    s.kept.erase(m_stream);
  }

 private:
  std::string m_stream;
};

// What kind of layer each is: listed, or by the family's rule.
std::vector<std::string> qwenLayerTypes(const nlohmann::json& c, const QwenTextConfig& q) {
  auto types = configValue<std::vector<std::string>>(c, "layer_types", {});
  if (types.empty()) {
    const bool slides = q.kind == QwenTextKind::Qwen2 && configValue<bool>(c, "use_sliding_window", false);
    const auto firstWindow = configValue<int64_t>(c, "max_window_layers", 80);
    const auto interval = configSize(c, "full_attention_interval", 4);
    for (int64_t i = 0; i < q.layers; ++i)
      if (q.kind == QwenTextKind::Qwen35)
        types.push_back((i + 1) % interval ? "linear_attention" : "full_attention");
      else
        types.push_back(slides && i >= firstWindow ? "sliding_attention" : "full_attention");
  }
  if (int64_t(types.size()) != q.layers)
    throw Error(ErrorKind::Format, "config.json has \"layer_types\" of " + std::to_string(types.size()) +
                                       " layers; num_hidden_layers is " + std::to_string(q.layers) + ".");
  const std::string other = q.kind == QwenTextKind::Qwen35 ? "linear_attention" : "sliding_attention";
  for (const auto& type : types)
    if (type != "full_attention" && (type != other || q.kind == QwenTextKind::Qwen3))
      throw Error(ErrorKind::Unsupported,
                  "config.json has \"layer_types\" with \"" + type + "\"; full_attention" +
                      (q.kind == QwenTextKind::Qwen3 ? "" : " and " + other) + " can be computed.");
  return types;
}

}  // namespace

QwenTextConfig QwenTextConfig::parse(const nlohmann::json& c, const nlohmann::json& generation,
                                     QwenTextKind kind) {
  const bool second = kind == QwenTextKind::Qwen2, delta = kind == QwenTextKind::Qwen35;
  QwenTextConfig q;
  q.kind = kind;
  q.width = configSize(c, "hidden_size", second ? 8192 : 4096);
  q.inner = configSize(c, "intermediate_size", second ? 29568 : delta ? 12288 : 22016);
  q.layers = configLayers(c, "num_hidden_layers", second ? 80 : 32);
  q.heads = configSize(c, "num_attention_heads", second ? 64 : delta ? 16 : 32);
  q.keyValueHeads = keyValueHeadsOf(c, q.heads, second ? 8 : delta ? 4 : 32);
  q.vocabulary = configSize(c, "vocab_size", second ? 152064 : delta ? 248320 : 151936);
  q.epsilon = configValue<double>(c, "rms_norm_eps", second ? 1e-5 : 1e-6);
  q.queryBias = second || configValue<bool>(c, "attention_bias", false);
  q.outputBias = !second && q.queryBias;
  q.normsHeads = !second, q.normsAroundOne = delta;
  q.tied = configValue<bool>(c, "tie_word_embeddings", false);
  q.activation = activationOf(configValue<std::string>(c, "hidden_act", "silu"), "hidden_act");
  if (second) checkHeads(q.width, q.heads, "text");
  checkHeads(q.heads, q.keyValueHeads, "text, as key-value heads");
  q.headWidth = second ? q.width / q.heads : configSize(c, "head_dim", delta ? 256 : 128);
  auto positions = c;
  positions.emplace("max_position_embeddings", kind == QwenTextKind::Qwen3 ? 128000 : 32768);
  q.rotary = RotaryEmbedding::parse(positions, q.headWidth,
                                    {.theta = second  ? 1e6
                                              : delta ? 1e4
                                                      : 5e5,
                                     .part = delta ? 0.25 : 1,
                                     .turnsParts = delta});
  q.rotary.setAxes(axesOfFrequencies(c, q.rotary.frequencies(), kind));
  q.window = configSize(c, "sliding_window", 4096);
  const auto types = qwenLayerTypes(c, q);
  for (const auto& type : types) {
    q.windowed.push_back(type == "sliding_attention");
    q.remembers.push_back(type == "linear_attention");
    q.rotates.push_back(true), q.routed.push_back(false);
  }
  if (delta) {
    q.keyHeads = configSize(c, "linear_num_key_heads", 16);
    q.valueHeads = configSize(c, "linear_num_value_heads", 32);
    q.keyWidth = configSize(c, "linear_key_head_dim", 128);
    q.valueWidth = configSize(c, "linear_value_head_dim", 128);
    q.kernel = configSize(c, "linear_conv_kernel_dim", 4);
    checkHeads(q.valueHeads, q.keyHeads, "linear_num_value_heads, by linear_num_key_heads");
  }
  const auto tokens = generationTokens(c, generation, {.end = {}, .pad = -1, .start = 0});
  q.endTokens = tokens.end, q.padToken = tokens.pad;
  return q;
}

void addQwenText(Model& model, const QwenTextConfig& c, const QwenPictures& pictures, const std::string& root,
                 const std::string& headRoot) {
  declareDecoderStart(model, c, root);
  model.beginDecoder();
  model.add(std::make_unique<QwenTextStart>(c, pictures, root));
  for (int64_t i = 0; i < c.layers; ++i) {
    addQwenTextLayer(model, c, root, i, i + 1 == c.layers ? "" : "hidden_states." + std::to_string(i + 1));
    if (size_t(i) < pictures.deepStack) model.add(std::make_unique<QwenDeepStack>(root, size_t(i)));
  }
  addDecoderHead(model, c, root, headRoot);
  model.setGeneration({0, givenPrompt, c.endTokens, c.padToken});
}

}  // namespace espalier
