#include "core/model/units.h"

#include <algorithm>
#include <optional>

namespace espalier {

namespace {

// The names of the matrices below a block's, as the checkpoints of the families have them.
struct NeuronNames {
  std::vector<std::string> in;
  std::string out, key;
  bool fused = false;  // one matrix, whose first half of the rows is the gate's
};

const std::vector<NeuronNames>& neuronNames() {
  static const std::vector<NeuronNames> names{
      {{"mlp.gate_proj", "mlp.up_proj"}, "mlp.down_proj", "intermediate_size"},
      {{"mlp.gate_up_proj"}, "mlp.down_proj", "intermediate_size", true},
      {{"mlp.fc1"}, "mlp.fc2", "intermediate_size"},
      {{"mlp.linear_fc1"}, "mlp.linear_fc2", "intermediate_size"},
      {{"intermediate.dense"}, "output.dense", "intermediate_size"},
      {{"intermediate_query.dense"}, "output_query.dense", "intermediate_size"},
      {{"fc1"}, "fc2", "ffn_dim"},
      {{"layer.1.DenseReluDense.wi"}, "layer.1.DenseReluDense.wo", "d_ff"},
      {{"layer.2.DenseReluDense.wi"}, "layer.2.DenseReluDense.wo", "d_ff"},
      {{"layer.1.DenseReluDense.wi_0", "layer.1.DenseReluDense.wi_1"}, "layer.1.DenseReluDense.wo", "d_ff"},
      {{"layer.2.DenseReluDense.wi_0", "layer.2.DenseReluDense.wi_1"}, "layer.2.DenseReluDense.wo", "d_ff"},
  };
  return names;
}

struct HeadNames {
  std::vector<std::string> in;  // queries, keys, values; or all in one matrix, in this order
  std::string out;
  std::string heads, keyValueHeads, width;  // keys of the configuration; empty: it has none
};

const std::vector<HeadNames>& headNames() {
  const char *heads = "num_attention_heads", *shared = "num_key_value_heads", *width = "head_dim";
  static const std::vector<HeadNames> names{
      {{"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"},
       "self_attn.o_proj",
       heads,
       shared,
       width},
      {{"self_attn.qkv_proj"}, "self_attn.o_proj", heads, shared, width},
      {{"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}, "self_attn.out_proj", heads, "", ""},
      {{"self_attn.qkv"}, "self_attn.projection", heads, "", ""},
      {{"attn.qkv"}, "attn.proj", "num_heads", "", ""},
      {{"attention.attention.query", "attention.attention.key", "attention.attention.value"},
       "attention.output.dense",
       heads,
       "",
       ""},
      {{"crossattention.attention.query", "crossattention.attention.key", "crossattention.attention.value"},
       "crossattention.output.dense",
       heads,
       "",
       ""},
      {{"attention.self.query", "attention.self.key", "attention.self.value"},
       "attention.output.dense",
       heads,
       "",
       ""},
      {{"crossattention.self.query", "crossattention.self.key", "crossattention.self.value"},
       "crossattention.output.dense",
       heads,
       "",
       ""},
      {{"layer.0.SelfAttention.q", "layer.0.SelfAttention.k", "layer.0.SelfAttention.v"},
       "layer.0.SelfAttention.o",
       "num_heads",
       "",
       "d_kv"},
      {{"layer.1.EncDecAttention.q", "layer.1.EncDecAttention.k", "layer.1.EncDecAttention.v"},
       "layer.1.EncDecAttention.o",
       "num_heads",
       "",
       "d_kv"},
  };
  return names;
}

const PrunableMatrix* matrixOf(const Block& block, const std::string& name) {
  const auto& all = block.description().matrices;
  const auto full = block.name() + "." + name + ".weight";
  const auto at = std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.name == full; });
  return at == all.end() ? nullptr : &*at;
}

// The part of config.json that speaks of the block, as a JSON pointer.
std::string configOf(const Model& model, Component component) {
  static const std::vector<std::string> vision{"vision_config"}, bridge{"qformer_config"},
      language{"text_config", "language_config"}, none;
  const auto& keys = component == Component::Vision      ? vision
                     : component == Component::Bridge    ? bridge
                     : component == Component::Projector ? none
                                                         : language;
  for (const auto& key : keys)
    if (const auto at = model.config().find(key); at != model.config().end() && at->is_object())
      return "/" + key;
  return "";
}

std::optional<int64_t> numberAt(const Model& model, const std::string& pointer) {
  const nlohmann::json::json_pointer at(pointer);
  if (!model.config().contains(at) || !model.config().at(at).is_number_integer()) return {};
  return model.config().at(at).get<int64_t>();
}

// A weight's rows, and its bias's.
void addRows(BlockUnits& units, const std::string& weight, int64_t offset, int64_t size) {
  units.in.push_back({weight, 0, offset, size});
  units.biases.push_back(
      {weight.substr(0, weight.size() - std::string_view("weight").size()) + "bias", 0, offset, size});
}

std::optional<BlockUnits> neuronUnits(const Model& model, const Block& block, const NeuronNames& names) {
  const auto* out = matrixOf(block, names.out);
  if (!out) return {};
  BlockUnits units;
  units.kind = BlockUnits::Kind::Neurons;
  units.count = out->columns;
  units.out = {out->name, 1, 0, 1};
  for (const auto& name : names.in) {
    const auto* in = matrixOf(block, name);
    if (!in || in->rows != units.count * (names.fused ? 2 : 1)) return {};
    addRows(units, in->name, 0, 1);
    if (names.fused) addRows(units, in->name, units.count, 1);
  }
  const auto config = configOf(model, block.description().component), pointer = config + "/" + names.key;
  units.numbers.push_back({pointer, 1});
  if (const auto number = numberAt(model, pointer); number && *number != units.count)
    units.whyWhole = "config.json says " + std::to_string(*number) + " at " + pointer + ", not " +
                     std::to_string(units.count) + ".";
  else if (!number && model.config().contains(nlohmann::json::json_pointer(config + "/mlp_ratio")))
    units.whyWhole = "config.json says their number as a ratio to the width.";
  return units;
}

std::optional<BlockUnits> headUnits(const Model& model, const Block& block, const HeadNames& names) {
  const auto* out = matrixOf(block, names.out);
  const auto config = configOf(model, block.description().component);
  const auto heads = numberAt(model, config + "/" + names.heads);
  if (!out || !heads || *heads < 1 || out->columns % *heads != 0) return {};
  const int64_t width = out->columns / *heads;
  const auto shared =
      names.keyValueHeads.empty() ? heads : numberAt(model, config + "/" + names.keyValueHeads);
  const int64_t groups = shared.value_or(*heads);
  if (groups < 1 || *heads % groups != 0) return {};
  BlockUnits units;
  units.kind = BlockUnits::Kind::Heads;
  units.count = groups;
  const int64_t queries = *heads / groups * width, rows[] = {queries, width, width};
  units.out = {out->name, 1, 0, queries};
  int64_t offset = 0;
  for (size_t i = 0; i < 3; ++i) {
    const bool fused = names.in.size() == 1;
    const auto* in = matrixOf(block, names.in[fused ? 0 : i]);
    if (!in || in->rows != (fused ? *heads * width + 2 * groups * width : groups * rows[i])) return {};
    addRows(units, in->name, fused ? offset : 0, rows[i]);
    offset += groups * rows[i];
  }
  units.numbers.push_back({config + "/" + names.heads, *heads / groups});
  if (!names.keyValueHeads.empty()) units.numbers.push_back({config + "/" + names.keyValueHeads, 1});
  if (names.width.empty())
    units.whyWhole = "the width of a head is the model's width divided by their number.";
  else if (names.heads == "num_heads")
    units.whyWhole = "all layers share one table of position biases with a column for each head.";
  else
    units.numbers.push_back({config + "/" + names.width, width, true});
  return units;
}

}  // namespace

int64_t BlockUnits::weightsOfEach(const BlockDescription& block) const {
  int64_t weights = 0;
  for (const auto& matrix : block.matrices) {
    for (const auto& part : in)
      if (part.tensor == matrix.name) weights += part.size * matrix.columns;
    if (out.tensor == matrix.name) weights += out.size * matrix.rows;
  }
  return weights;
}

std::string nameOf(BlockUnits::Kind kind) {
  return kind == BlockUnits::Kind::Heads ? "heads" : "neurons";
}

std::vector<BlockUnits> unitsOf(const Model& model, const Block& block) {
  std::vector<BlockUnits> out;
  for (const auto& names : headNames())
    if (auto units = headUnits(model, block, names)) out.push_back(std::move(*units));
  for (const auto& names : neuronNames())
    if (auto units = neuronUnits(model, block, names)) out.push_back(std::move(*units));
  return out;
}

}  // namespace espalier
