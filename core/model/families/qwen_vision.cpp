#include "core/model/families/qwen_vision.h"

#include <algorithm>
#include <cmath>

#include "core/base/json_text.h"
#include "core/model/block_builder.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/config_multiple.h"
#include "core/model/layers/config_value.h"
#include "core/model/layers/picture_grids.h"
#include "core/model/layers/rotary.h"

namespace espalier {

namespace {

constexpr double kTowerEpsilon = 1e-6;  // of all norms, in every one of these towers

// In State::fixed while the tower runs.
constexpr const char* kWindowLengths = "window lengths";
constexpr const char* kWindowOrder = "window order";  // which token stands at each place, [1, tokens]

bool hasRmsNorm(const QwenVisionConfig& c) {
  return c.kind == QwenVisionKind::Qwen25;
}

void declareTowerNorm(Model& model, const QwenVisionConfig& c, const std::string& name, int64_t width) {
  if (hasRmsNorm(c))
    model.declare(name + ".weight", {width});
  else
    declareLayerNorm(model, name, width);
}

at::Tensor towerNorm(const QwenVisionConfig& c, const Pass& pass, const std::string& name,
                     const at::Tensor& x) {
  return hasRmsNorm(c) ? pass.rmsNorm(name, x, kTowerEpsilon) : pass.layerNorm(name, x, kTowerEpsilon);
}

// A stream's or table's patches [.., patches, width] by the order of their tokens.
at::Tensor patchesInOrder(const at::Tensor& patches, int64_t dimension, const at::Tensor& order,
                          int64_t perToken) {
  const auto index =
      (order.unsqueeze(1) * perToken + at::arange(perToken, order.options()).unsqueeze(0)).flatten();
  return patches.index_select(dimension, index);
}

class QwenVisionStart : public Block {
 public:
  QwenVisionStart(const QwenVisionConfig& config, const std::string& root)
      : Block({root + "patch_embed", Component::Vision, false, {}}), m_config(config), m_root(root) {}

  void run(State& s, const Pass& pass) const override {
    const auto& c = m_config;
    s.hidden.reset(), s.rotary.reset(), s.attentionBias.reset();
    const auto pixels = s.inputs->find("pixel_values");
    if (!pixels.defined()) return;
    const int64_t numbers = c.channels * c.frames * c.patch * c.patch;
    if (pixels.dim() != 2 || pixels.size(1) != numbers)
      throw Error(ErrorKind::InvalidInput, "pixel_values must be [patches, " + std::to_string(numbers) +
                                               "]: " + std::to_string(c.channels) + " channels of " +
                                               std::to_string(c.frames) + " frames of " +
                                               std::to_string(c.patch) + " x " + std::to_string(c.patch) +
                                               " pixels a patch.");
    const auto grids = gridsOf(*s.inputs, c.merge);
    const auto bias = c.positions ? pass.weight(name() + ".proj.bias") : at::Tensor();
    s.hidden = at::linear(pixels, pass.weight(name() + ".proj.weight").view({c.width, -1}), bias);
    if (c.positions)
      s.hidden = s.hidden + interpolatedPositions(pass.weight(m_root + "pos_embed.weight"), grids, c.merge);
    s.hidden = s.hidden.unsqueeze(0);
    s.rotary = gridRotation(placesOfPatches(grids, c.merge), c.width / c.heads).to(pixels.device());
    s.fixed[kPackedPictures] = frameLengths(grids);
    if (!c.windowSide) return;
    const auto windows = windowsOf(grids, c.merge, c.windowSide);
    const auto order = windows.order.to(pixels.device());
    s.hidden = patchesInOrder(s.hidden, 1, order, c.merge * c.merge);
    s.rotary = patchesInOrder(s.rotary, 2, order, c.merge * c.merge);
    s.fixed[kWindowLengths] = windows.lengths;
    s.fixed[kWindowOrder] = order.unsqueeze(0);
  }

 private:
  QwenVisionConfig m_config;
  std::string m_root;
};

class QwenVisionLayer : public Block {
 public:
  QwenVisionLayer(BlockDescription d, const QwenVisionConfig& config, bool windows, std::string fc1,
                  std::string fc2)
      : Block(std::move(d)),
        m_config(config),
        m_windows(windows),
        m_prefix(name() + "."),
        m_fc1(std::move(fc1)),
        m_fc2(std::move(fc2)) {}

  void run(State& s, const Pass& pass) const override {
    for (size_t part = 0; part < parts(); ++part) runPart(part, s, pass);
  }
  size_t parts() const override { return 2; }
  void runPart(size_t part, State& s, const Pass& pass) const override {
    if (!s.hidden.defined()) return;
    const auto x = towerNorm(m_config, pass, m_prefix + (part == 0 ? "norm1" : "norm2"), s.hidden);
    s.hidden = sumOf(s.hidden, part == 0 ? attention(s, pass, x) : mlp(pass, x));
  }
  bool endsPart(const std::string& weight) const override {
    return weight == m_prefix + "attn.proj.weight" || weight == m_prefix + m_fc2 + ".weight";
  }

 private:
  at::Tensor attention(const State& s, const Pass& pass, const at::Tensor& x) const {
    const auto parts = pass.linear(m_prefix + "attn.qkv", x).chunk(3, 2);
    const auto q = rotated(parts[0], s.rotary), k = rotated(parts[1], s.rotary);
    const auto& lengths = s.fixed.at(m_windows ? kWindowLengths : kPackedPictures);
    return pass.linear(m_prefix + "attn.proj", attendWithin(q, k, parts[2], m_config.heads,
                                                            attentionScale(q, m_config.heads), lengths));
  }

  at::Tensor mlp(const Pass& pass, const at::Tensor& x) const {
    if (m_config.kind != QwenVisionKind::Qwen25)
      return pass.linear(m_prefix + m_fc2, activate(m_config.activation, pass.linear(m_prefix + m_fc1, x)));
    const auto inner = productOf(activate(m_config.activation, pass.linear(m_prefix + m_fc1, x)),
                                 pass.linear(m_prefix + "mlp.up_proj", x));
    return pass.linear(m_prefix + m_fc2, inner);
  }

  QwenVisionConfig m_config;
  bool m_windows;
  std::string m_prefix, m_fc1, m_fc2;
};

// Where a merger's parts are, below its name.
struct QwenMergerNames {
  std::string norm, fc1, fc2;
};

// Makes a token of merge x merge patches.
class QwenMerger : public Block {
 public:
  // stream: where in State::kept the tokens go; empty: they take the patches' place. normsTokens: the norm
  // looks at the patches of a token together.
  QwenMerger(std::string name, const QwenVisionConfig& config, QwenMergerNames names, bool normsTokens,
             std::string stream, std::string record)
      : Block({std::move(name), Component::Projector, false, {}}),
        m_config(config),
        m_names(std::move(names)),
        m_normsTokens(normsTokens),
        m_stream(std::move(stream)),
        m_record(std::move(record)) {}

  void run(State& s, const Pass& pass) const override {
    if (!s.hidden.defined()) return;
    const auto joined = [&](const at::Tensor& x) {
      return x.reshape({x.size(0), -1, x.size(2) * m_config.merge * m_config.merge});
    };
    const auto prefix = name() + ".";
    auto x = m_normsTokens ? towerNorm(m_config, pass, prefix + m_names.norm, joined(s.hidden))
                           : joined(towerNorm(m_config, pass, prefix + m_names.norm, s.hidden));
    x = pass.linear(prefix + m_names.fc2, activate(Activation::Gelu, pass.linear(prefix + m_names.fc1, x)));
    if (const auto order = s.fixed.find(kWindowOrder); order != s.fixed.end())
      x = x.index_select(1, order->second.squeeze(0).argsort());
    if (!m_stream.empty()) {
      s.kept[m_stream] = x;
      pass.record(m_record, x.flatten(0, 1));
      return;
    }
    pass.record("last_hidden_state", s.hidden.flatten(0, 1));
    pass.record("pooler_output", x.flatten(0, 1));
    s.hidden = x;
    s.rotary.reset();
    for (const char* used : {kPackedPictures, kWindowLengths, kWindowOrder}) s.fixed.erase(used);
  }

 private:
  QwenVisionConfig m_config;
  QwenMergerNames m_names;
  bool m_normsTokens;
  std::string m_stream, m_record;
};

void addQwenMerger(Model& model, const QwenVisionConfig& c, const std::string& name, bool normsTokens,
                   const std::string& stream, const std::string& record) {
  const bool later = c.kind == QwenVisionKind::Qwen3 || c.kind == QwenVisionKind::Qwen35;
  const QwenMergerNames names =
      later ? QwenMergerNames{"norm", "linear_fc1", "linear_fc2"} : QwenMergerNames{"ln_q", "mlp.0", "mlp.2"};
  const int64_t joined = c.width * c.merge * c.merge;
  declareTowerNorm(model, c, name + "." + names.norm, normsTokens ? joined : c.width);
  declareLinear(model, name + "." + names.fc1, joined, joined, true);
  declareLinear(model, name + "." + names.fc2, c.textWidth, joined, true);
  model.add(std::make_unique<QwenMerger>(name, c, names, normsTokens, stream, record));
}

}  // namespace

std::string deepStackStream(size_t i) {
  return "deepstack " + std::to_string(i);
}

QwenVisionConfig QwenVisionConfig::parse(const nlohmann::json& c, QwenVisionKind kind) {
  QwenVisionConfig v;
  v.kind = kind;
  const bool later = kind == QwenVisionKind::Qwen3 || kind == QwenVisionKind::Qwen35;
  v.layers = configLayers(c, "depth", later ? 27 : 32);
  v.heads = configSize(c, "num_heads", 16);
  v.channels = configSize(c, "in_channels", 3);
  v.patch = configSize(c, "patch_size", later ? 16 : 14);
  v.frames = configSize(c, "temporal_patch_size", 2);
  v.merge = configSize(c, "spatial_merge_size", 2);
  std::string activation = later ? "gelu_pytorch_tanh" : "quick_gelu";
  if (kind == QwenVisionKind::Qwen2) {
    v.width = configSize(c, "embed_dim", 1280);
    v.textWidth = configSize(c, "hidden_size", 3584);
    v.inner = int64_t(std::llround(configMultiple(c, "mlp_ratio", 4, v.width)));
  } else {
    v.width = configSize(c, "hidden_size", later ? 1152 : 3584);
    v.inner = configSize(c, "intermediate_size", later ? 4304 : 3420);
    v.textWidth = configSize(c, "out_hidden_size", 3584);
  }
  if (kind == QwenVisionKind::Qwen25) {
    activation = "silu";
    v.windowSide = configSize(c, "window_size", 112) / v.merge / v.patch;
    if (v.windowSide < 1)
      throw Error(ErrorKind::Format, "config.json has \"vision_config.window_size\": " +
                                         std::to_string(configSize(c, "window_size", 112)) +
                                         "; windows of at least one token of " +
                                         std::to_string(v.merge * v.patch) + " pixels were expected.");
    v.whole = configTokens(c, "fullatt_block_indexes", {7, 15, 23, 31});
  }
  if (later) {
    v.positions = configSize(c, "num_position_embeddings", 2304);
    const auto side = int64_t(std::llround(std::sqrt(double(v.positions))));
    if (side * side != v.positions)
      throw Error(ErrorKind::Format, "config.json has \"vision_config.num_position_embeddings\": " +
                                         std::to_string(v.positions) + "; a square number was expected.");
  }
  if (kind == QwenVisionKind::Qwen3) v.deepStack = configTokens(c, "deepstack_visual_indexes", {8, 16, 24});
  v.activation =
      activationOf(configValue<std::string>(c, "hidden_act", activation), "vision_config.hidden_act");
  checkHeads(v.width, v.heads, "vision_config");
  if (v.width / v.heads % 4)
    throw Error(ErrorKind::Unsupported, "config.json (vision_config) has attention heads of width " +
                                            std::to_string(v.width / v.heads) +
                                            "; rotation by row and column needs a multiple of 4.");
  return v;
}

size_t QwenVisionConfig::streams() const {
  size_t count = 0;
  for (int64_t i = 0; i < layers; ++i) count += std::count(deepStack.begin(), deepStack.end(), i) > 0;
  return count;
}

void addQwenVision(Model& model, const QwenVisionConfig& c, const std::string& root) {
  const bool later = c.positions > 0, gated = c.kind == QwenVisionKind::Qwen25;
  const auto start = root + "patch_embed";
  model.declare(start + ".proj.weight", {c.width, c.channels, c.frames, c.patch, c.patch});
  if (later) {
    model.declare(start + ".proj.bias", {c.width});
    model.declare(root + "pos_embed.weight", {c.positions, c.width});
  }
  model.add(std::make_unique<QwenVisionStart>(c, root));
  const std::string fc1 = gated ? "mlp.gate_proj" : later ? "mlp.linear_fc1" : "mlp.fc1";
  const std::string fc2 = gated ? "mlp.down_proj" : later ? "mlp.linear_fc2" : "mlp.fc2";
  size_t streams = 0;
  for (int64_t i = 0; i < c.layers; ++i) {
    BlockBuilder b(model, root + "blocks." + std::to_string(i), Component::Vision);
    b.matrix("attn.qkv", 3 * c.width, c.width, true);
    b.matrix("attn.proj", c.width, c.width, true);
    b.matrix(fc1, c.inner, c.width, true);
    if (gated) b.matrix("mlp.up_proj", c.inner, c.width, true);
    b.matrix(fc2, c.width, c.inner, true);
    for (const char* n : {".norm1", ".norm2"}) declareTowerNorm(model, c, b.description().name + n, c.width);
    const bool windows = gated && !std::count(c.whole.begin(), c.whole.end(), i);
    model.add(std::make_unique<QwenVisionLayer>(b.description(), c, windows, fc1, fc2));
    // Mergers are numbered as they are listed; the text takes their tokens in the order of the layers.
    if (const auto d = std::find(c.deepStack.begin(), c.deepStack.end(), i); d != c.deepStack.end()) {
      addQwenMerger(model, c, root + "deepstack_merger_list." + std::to_string(d - c.deepStack.begin()), true,
                    deepStackStream(streams), "deepstack_features." + std::to_string(streams));
      ++streams;
    }
  }
  addQwenMerger(model, c, root + "merger", false, {}, {});
}

}  // namespace espalier
