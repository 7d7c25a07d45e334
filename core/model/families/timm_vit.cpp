#include <cmath>

#include "core/model/families/families.h"
#include "core/model/families/timm_tower.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

// What the weights do not show: heads by the size in the architecture's name.
int64_t headsOf(const std::string& architecture, const nlohmann::json& arguments) {
  if (arguments.contains("num_heads")) return configSize(arguments, "num_heads", 12);
  static const std::pair<const char*, int64_t> sizes[] = {
      {"_tiny_", 3},     {"_little_", 5},    {"_small_", 6},  {"_medium_", 8},
      {"_betwixt_", 10}, {"_base_", 12},     {"_large_", 16}, {"_huge_", 16},
      {"_giant_", 16},   {"_gigantic_", 16}, {"_so400m_", 16}};
  for (const auto& [size, heads] : sizes)
    if (architecture.find(size) != std::string::npos) return heads;
  throw Error(ErrorKind::Unsupported, "config.json has \"architecture\": \"" + architecture +
                                          "\", whose number of attention heads is not known.");
}

const std::vector<int64_t>& shapeOf(const ModelSource& source, const std::string& tensor, size_t dimensions) {
  const auto it = source.shapes.find(tensor);
  if (it == source.shapes.end() || it->second.size() != dimensions)
    throw Error(ErrorKind::Format, "The model has no tensor \"" + tensor + "\" as timm's ViT has it.");
  return it->second;
}

// Tensors that would change what is computed, from variants of the architecture that are not built.
void refuseUnknown(const Model& model, const ModelSource& source, const std::string& architecture) {
  std::map<std::string, bool> declared;
  for (const auto& d : model.declared()) declared[d.name] = true;
  for (const auto& [name, shape] : source.shapes) {
    if (declared.contains(name) || name.ends_with("relative_position_index")) continue;
    for (const char* part : {"blocks.0.", "patch_embed.", "attn_pool.", "rope.", "reg_token", "dist_token"})
      if (name.starts_with(part))
        throw Error(ErrorKind::Unsupported, "config.json has \"architecture\": \"" + architecture +
                                                "\", whose tensor \"" + name +
                                                "\" is of a part that is not built.");
  }
}

}  // namespace

// timm's configuration names an architecture and little else: sizes are those of the weights.
std::shared_ptr<const Model> buildTimmVit(const ModelSource& source) {
  const auto& c = source.config;
  const auto architecture = configValue<std::string>(c, "architecture", "");
  if (!architecture.starts_with("vit_") && !architecture.starts_with("deit_") &&
      !architecture.starts_with("eva_"))
    throw Error(ErrorKind::Unsupported, "config.json has \"architecture\": \"" + architecture +
                                            "\"; vit_*, deit_* and eva_* can be computed.");
  const auto has = [&](const std::string& tensor) { return source.stores(tensor, false); };
  const auto& patches = shapeOf(source, "patch_embed.proj.weight", 4);
  const auto arguments = configSection(c, "model_args");
  TimmConfig t;
  t.width = patches[0], t.channels = patches[1], t.patch = patches[2];
  t.inner = shapeOf(source, "blocks.0.mlp.fc1.weight", 2)[0];
  t.heads = headsOf(architecture + "_", arguments);
  while (has("blocks." + std::to_string(t.layers) + ".norm1.weight")) ++t.layers;
  t.classToken = has("cls_token");
  const int64_t length = shapeOf(source, "pos_embed", 3)[1] - (t.classToken ? 1 : 0);
  t.rows = t.columns = std::llround(std::sqrt(double(std::max<int64_t>(1, length))));
  if (arguments.contains("img_size")) {
    const auto sides = configSides(arguments, "img_size", 224);
    t.rows = sides.rows / t.patch, t.columns = sides.columns / t.patch;
  }
  if (t.rows * t.columns != length)
    throw Error(ErrorKind::Format, "The tensor \"pos_embed\" has places for " + std::to_string(length) +
                                       " patches; config.json (model_args.img_size) makes " +
                                       std::to_string(t.rows) + " x " + std::to_string(t.columns) + ".");
  t.projectionHasBias = has("patch_embed.proj.bias");
  t.normBefore = has("norm_pre.weight");
  const auto pool = configValue<std::string>(c, "global_pool", has("fc_norm.weight") ? "avg" : "token");
  t.averages = pool == "avg";
  if (pool != "avg" && pool != "token")
    throw Error(ErrorKind::Unsupported,
                "config.json has \"global_pool\": \"" + pool + "\"; token and avg can be computed.");
  t.classes = has("head.weight") ? shapeOf(source, "head.weight", 2)[0] : 0;
  if (const auto asked = configValue<int64_t>(c, "num_classes", t.classes); asked != t.classes)
    throw Error(ErrorKind::Format, "config.json has \"num_classes\": " + std::to_string(asked) +
                                       "; the weights have " + std::to_string(t.classes) + ".");
  t.qkvHasBias = has("blocks.0.attn.qkv.bias");
  t.queryValueBias = has("blocks.0.attn.q_bias");
  if (has("blocks.0.ls1.gamma")) t.scale1 = "ls1.gamma", t.scale2 = "ls2.gamma";
  if (has("blocks.0.gamma_1")) t.scale1 = "gamma_1", t.scale2 = "gamma_2";
  if (has("blocks.0.attn.relative_position_bias_table")) t.relative = TimmConfig::Relative::PerBlock;
  if (has("rel_pos_bias.relative_position_bias_table")) t.relative = TimmConfig::Relative::Shared;
  // Towers that come from CLIP keep its norms and sometimes its activation.
  if (architecture.find("_clip_") != std::string::npos) t.epsilon = 1e-5;
  if (architecture.find("quickgelu") != std::string::npos) t.activation = Activation::QuickGelu;
  checkHeads(t.width, t.heads, architecture.c_str());
  auto model = std::make_shared<Model>("timm-vit", t.classes > 0 ? ModelTask::Classify : ModelTask::Embed, c);
  addTimmTower(*model, t);
  refuseUnknown(*model, source, architecture);
  return model;
}

}  // namespace espalier
