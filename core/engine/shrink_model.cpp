#include "core/engine/shrink_model.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/memory.h"
#include "core/base/model_folder.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/export_folder.h"
#include "core/engine/open_model.h"
#include "core/model/units.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kConfigFile = "config.json";
constexpr const char* kShrunkRecipe = "espalier-recipe.json";

// Which places of a tensor stay, along one dimension.
struct Places {
  int64_t dim = 0;
  std::vector<int64_t> kept;
};

// The units of all layers that one number of config.json counts.
struct CountedUnits {
  std::vector<BlockUnits> layers;
  std::vector<std::vector<bool>> used;  // of each layer's units

  std::vector<int64_t> usedCounts() const {
    std::vector<int64_t> out;
    for (const auto& layer : used) out.push_back(std::count(layer.begin(), layer.end(), true));
    return out;
  }
  int64_t before() const { return layers.front().count; }
  int64_t after() const {
    const auto counts = usedCounts();
    return std::max<int64_t>(1, *std::max_element(counts.begin(), counts.end()));
  }
};

// Whether any weight leads out of each unit.
std::vector<bool> usedUnits(const Checkpoint& checkpoint, const BlockUnits& units) {
  const auto stored = checkpoint.stored(units.out.tensor);
  const auto columns = (storedTensor(stored) != 0).any(0).contiguous();
  std::vector<bool> out(size_t(units.count));
  for (int64_t u = 0; u < units.count; ++u)
    out[size_t(u)] =
        columns.narrow(0, units.out.offset + u * units.out.size, units.out.size).any().item<bool>();
  if (memoryLimit() > 0) stored.file->release(stored.place);
  return out;
}

class Shrinker {
 public:
  Shrinker(const fs::path& named, std::shared_ptr<const Checkpoint> checkpoint, const JobControl& control)
      : m_named(named),
        m_checkpoint(std::move(checkpoint)),
        m_model(Model::fromCheckpoint(*m_checkpoint)),
        m_config(m_checkpoint->config()),
        m_control(control) {
    for (const auto& block : m_model->blocks())
      for (auto& units : unitsOf(*m_model, *block)) {
        control.throwIfCancelled();
        auto& counted = m_counted[units.numbers.front().pointer];
        counted.used.push_back(usedUnits(*m_checkpoint, units));
        counted.layers.push_back(std::move(units));
      }
    for (const auto& [pointer, counted] : m_counted) choose(pointer, counted);
    if (m_result.numbers.empty()) throw Error(ErrorKind::InvalidInput, whyNothing());
  }

  ShrinkResult write(const fs::path& target) {
    int64_t bytes = 0;
    for (const auto& t : m_checkpoint->tensors()) bytes += t.bytes();
    ExportFolder out(target, bytes);
    for (const auto& note : out.copyCompanions(*m_checkpoint, kConfigFile)) m_result.notes.push_back(note);
    writeFileAtomically(out.path() / kConfigFile, jsonText(m_config, 2) + "\n");
    ProgressMeter meter(m_control, "Writing", bytes);
    for (const auto& file : m_checkpoint->files()) writeFile(file, out.path() / file.exportName, meter);
    writeRecipe(out.path() / kShrunkRecipe);
    const bool sharded = m_checkpoint->files().front().exportName != "model.safetensors";
    const auto index = out.path() / "model.safetensors.index.json";
    // The same tensors in the same files; the sizes are those of the files just written.
    if (sharded) writeShardIndex(*m_checkpoint, index);
    const auto written = Checkpoint::open(out.path());
    if (sharded) writeShardIndex(*written, index);
    Model::fromCheckpoint(*written);  // what does not open is no model
    checkMappings();
    m_control.throwIfCancelled();
    out.finish();
    m_result.sparsity = m_weights > 0 ? 1 - double(m_nonZeros) / double(m_weights) : 0;
    return std::move(m_result);
  }

 private:
  void choose(const std::string& pointer, const CountedUnits& counted) {
    const auto kind = nameOf(counted.layers.front().kind);
    const int64_t before = counted.before(), after = counted.after();
    const bool alike = std::all_of(counted.layers.begin(), counted.layers.end(),
                                   [&](const auto& layer) { return layer.count == before; });
    const auto counts = counted.usedCounts();
    const int64_t fewest = *std::min_element(counts.begin(), counts.end());
    if (fewest == before) return;
    if (const auto& why = counted.layers.front().whyWhole; !why.empty() || !alike) {
      m_result.notes.push_back("The " + kind + " stay, because config.json cannot say fewer: " +
                               (alike ? why : std::string("layers have different numbers of them.")));
      return;
    }
    if (after == before) {
      m_result.notes.push_back("The " + kind + " stay, because a layer needs all " + std::to_string(before) +
                               " of them and config.json (" + pointer + ") has one number for all layers.");
      return;
    }
    auto config = m_config;
    for (const auto& number : counted.layers.front().numbers)
      config[nlohmann::json::json_pointer(number.pointer)] =
          number.isFixed ? number.ofEach : number.ofEach * after;
    auto places = m_places;
    for (size_t i = 0; i < counted.layers.size(); ++i)
      keep(counted.layers[i], counted.used[i], after, places);
    std::swap(m_places, places);
    if (const auto other = otherShapeIn(config); !other.empty()) {
      std::swap(m_places, places);
      m_result.notes.push_back("The " + kind + " stay, because config.json's " + pointer +
                               " also says the shape of \"" + other + "\", which has none to leave out.");
      return;
    }
    m_config = std::move(config);
    const int64_t each = counted.layers.front().numbers.front().ofEach;
    m_result.numbers.push_back({kind, pointer, each * before, each * after, each * fewest});
  }

  // The units that are used, and the first others until there are enough.
  void keep(const BlockUnits& units, std::vector<bool> used, int64_t enough,
            std::map<std::string, Places>& all) const {
    int64_t more = enough - std::count(used.begin(), used.end(), true);
    for (size_t u = 0; u < used.size() && more > 0; ++u)
      if (!used[u]) used[u] = true, --more;
    auto parts = units.in;
    parts.insert(parts.end(), units.biases.begin(), units.biases.end());
    parts.push_back(units.out);
    for (const auto& part : parts) {
      if (!m_checkpoint->has(part.tensor)) continue;
      auto& places = all[part.tensor];
      places.dim = part.dim;
      for (int64_t u = 0; u < units.count; ++u)
        for (int64_t i = 0; used[size_t(u)] && i < part.size; ++i)
          places.kept.push_back(part.offset + u * part.size + i);
    }
  }

  TensorInfo infoOfWritten(const std::string& name) const {
    auto info = m_checkpoint->info(name);
    if (const auto at = m_places.find(name); at != m_places.end())
      info.shape[size_t(at->second.dim)] = int64_t(at->second.kept.size());
    return info;
  }

  // A number may say the size of something else, too: a tensor whose shape would not be that of its file;
  // empty where there is none.
  std::string otherShapeIn(const nlohmann::json& config) const {
    // What config.json alone says of other tensors may differ from the file before, too.
    std::map<std::string, std::vector<int64_t>> before;
    const auto larger = Model::fromConfig(m_checkpoint->config()), smaller = Model::fromConfig(config);
    for (const auto& declared : larger->declared()) before[declared.name] = declared.shape;
    for (const auto& declared : smaller->declared())
      if (m_checkpoint->has(declared.name) && before[declared.name] != declared.shape &&
          infoOfWritten(declared.name).shape != declared.shape)
        return declared.name;
    return {};
  }

  std::string whyNothing() const {
    std::string why = m_named.string() + " holds nothing that could be left out: ";
    if (m_counted.empty())
      why += "Espalier knows no heads or neurons of the family " + m_model->family() + ".";
    else if (m_result.notes.empty())
      why += "every head and neuron is used. Prune the model with --pattern units first.";
    for (const auto& note : m_result.notes) why += (&note == &m_result.notes.front() ? "" : " ") + note;
    return why;
  }

  void writeFile(const Checkpoint::File& file, const fs::path& target, ProgressMeter& meter) {
    std::vector<TensorInfo> infos;
    for (const auto& name : file.tensors) infos.push_back(infoOfWritten(name));
    auto metadata = file.metadata;
    metadata.erase("espalier_sparsity");  // of the model before
    SafetensorsWriter writer(target, infos, metadata);
    const auto isMatrix = [&, names = matrixNames()](const auto& name) { return names.contains(name); };
    for (const auto& info : infos) {
      const auto stored = m_checkpoint->stored(info.name);
      auto value = storedTensor(stored);
      if (const auto at = m_places.find(info.name); at != m_places.end())
        value = value.index_select(at->second.dim, at::tensor(at->second.kept));
      value = value.to(scalarTypeOf(info.dtype)).contiguous();
      writer.append(bytesOf(value));
      if (isMatrix(info.name)) {
        m_weights += value.numel();
        m_nonZeros += at::count_nonzero(value).item<int64_t>();
      }
      m_result.denseBytes += m_checkpoint->info(info.name).bytes();
      m_result.bytes += info.bytes();
      if (memoryLimit() > 0) stored.file->release(stored.place);
      meter.advance(m_checkpoint->info(info.name).bytes(), info.name);
    }
    writer.commit();
  }

  std::set<std::string> matrixNames() const {
    std::set<std::string> names;
    for (const auto& block : m_model->blocks())
      if (takesPart(*block, false))  // as ModelInfo::sparsity
        for (const auto& m : block->description().matrices) names.insert(m.name);
    return names;
  }

  // Of a model that Espalier pruned: how it was made, and what became of it here.
  void writeRecipe(const fs::path& file) const {
    std::error_code ec;
    if (!fs::exists(file, ec)) return;
    auto recipe = readEspalierJson(file, "recipe");
    recipe["sparsity"] = m_weights > 0 ? 1 - double(m_nonZeros) / double(m_weights) : 0.0;
    for (const auto& n : m_result.numbers)
      recipe["shrunk"][n.pointer] = {{"from", n.before}, {"to", n.after}};
    writeEspalierJson(file, "recipe", std::move(recipe));
  }

  fs::path m_named;
  std::shared_ptr<const Checkpoint> m_checkpoint;
  std::shared_ptr<const Model> m_model;
  nlohmann::json m_config;
  const JobControl& m_control;
  std::map<std::string, CountedUnits> m_counted;  // by the number that counts them
  std::map<std::string, Places> m_places;         // of the tensors that become smaller
  int64_t m_weights = 0, m_nonZeros = 0;          // of the matrices that are written
  ShrinkResult m_result;
};

}  // namespace

ShrinkResult shrinkModel(const fs::path& folder, const fs::path& target, const JobControl& control) {
  const auto start = std::chrono::steady_clock::now();
  auto result = Shrinker(folder, Checkpoint::open(modelFolderAt(folder)), control).write(target);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace espalier
