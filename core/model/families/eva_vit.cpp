#include "core/base/json_text.h"
#include "core/model/families/families.h"
#include "core/model/families/timm_tower.h"
#include "core/model/layers/config_multiple.h"
#include "core/model/layers/config_value.h"

namespace espalier {

// EVA's ViT as LAVIS has it: the keys are the arguments of its VisionTransformer.
std::shared_ptr<const Model> buildEvaVit(const ModelSource& source) {
  const auto& c = source.config;
  TimmConfig t;
  t.channels = configSize(c, "in_chans", 3);
  t.width = configSize(c, "embed_dim", 768);
  t.layers = configLayers(c, "depth", 12);
  t.heads = configSize(c, "num_heads", 12);
  t.inner = int64_t(configMultiple(c, "mlp_ratio", 4, t.width));
  t.patch = configSquare(c, "patch_size", 16);
  const auto sides = configSides(c, "img_size", 224);
  t.rows = sides.rows / t.patch, t.columns = sides.columns / t.patch;
  const auto head = source.shapes.find("head.weight");  // towers are mostly stored without their head
  const int64_t stored = head != source.shapes.end() && head->second.size() == 2 ? head->second[0] : -1;
  t.classes = std::max<int64_t>(0, configValue<int64_t>(c, "num_classes", stored));
  t.epsilon = configValue(c, "norm_layer_eps", 1e-5);
  t.positions = configValue(c, "use_abs_pos_emb", true);
  t.averages = configValue(c, "use_mean_pooling", true);
  t.qkvHasBias = false;
  t.queryValueBias = configValue(c, "qkv_bias", false);
  if (configValue(c, "init_values", 0.0) > 0) t.scale1 = "gamma_1", t.scale2 = "gamma_2";
  const bool shared = configValue(c, "use_shared_rel_pos_bias", false),
             each = configValue(c, "use_rel_pos_bias", false);
  if (shared && each)
    throw Error(ErrorKind::Unsupported,
                "config.json has both \"use_rel_pos_bias\" and \"use_shared_rel_pos_bias\": true; "
                "one of them can be computed.");
  if (shared) t.relative = TimmConfig::Relative::Shared;
  if (each) t.relative = TimmConfig::Relative::PerBlock;
  checkHeads(t.width, t.heads, "EVA");
  for (const char* key : {"qk_scale", "attn_dim"})
    if (const auto it = c.find(key); it != c.end() && !it->is_null() && *it != t.width)
      throw Error(ErrorKind::Unsupported, "config.json has \"" + std::string(key) + "\": " + jsonText(*it) +
                                              "; only null can be computed.");
  auto model = std::make_shared<Model>("eva-vit", t.classes > 0 ? ModelTask::Classify : ModelTask::Embed, c);
  addTimmTower(*model, t);
  return model;
}

}  // namespace espalier
