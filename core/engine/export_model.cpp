#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/memory.h"
#include "core/base/scratch_folder.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/open_model.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Weights and the indexes of their shards are written anew; a copy of the dense ones in another format would
// only mislead, and an adapter would be put on top of what has been pruned.
bool holdsWeights(const Checkpoint& checkpoint, const fs::path& file) {
  for (const auto& f : checkpoint.files())
    if (f.path.filename() == file.filename()) return true;
  const auto name = file.filename().string();
  for (const char* ending : {".safetensors", ".bin", ".pth", ".pt", ".h5", ".msgpack", ".ckpt", ".onnx",
                             ".gguf", ".ot", ".tflite", ".index.json"})
    if (name.ends_with(ending)) return true;
  return name == "adapter_config.json";
}

// The new values of a tensor or of one it is tied to; null where it is as it was.
const at::Tensor* newValues(const OpenModel& m, const std::string& name) {
  const auto& changed = m.weights.overrides();
  if (const auto it = changed.find(name); it != changed.end()) return &it->second;
  for (const auto& [other, value] : changed)
    if (m.checkpoint->has(other) && m.checkpoint->tiedTo(other) == m.checkpoint->tiedTo(name)) return &value;
  return nullptr;
}

// Which shard holds which tensor. Always made anew: shards of state dicts become shards of safetensors, and
// total_size counts what is written, tied weights under each name.
void writeIndex(const Checkpoint& checkpoint, const fs::path& file) {
  nlohmann::json map = nlohmann::json::object();
  int64_t bytes = 0;
  for (const auto& f : checkpoint.files())
    for (const auto& name : f.tensors) map[name] = f.exportName, bytes += checkpoint.info(name).bytes();
  writeFileAtomically(
      file, nlohmann::json{{"metadata", {{"total_size", bytes}}}, {"weight_map", map}}.dump(2) + "\n");
}

const char* const kRecipeFile = "espalier-recipe.json";

// Where an export to the target is written until it is whole.
std::string partialPrefix(const fs::path& target) {
  return target.filename().string() + ".partial-";
}

void writeWeights(const OpenModel& m, const Checkpoint::File& file, const fs::path& target, double sparsity,
                  ProgressMeter& meter) {
  auto metadata = file.metadata;
  metadata["espalier_sparsity"] = std::to_string(sparsity);
  std::vector<TensorInfo> infos;
  for (const auto& name : file.tensors) infos.push_back(m.checkpoint->info(name));
  SafetensorsWriter writer(target, infos, metadata);
  for (const auto& info : infos) {
    const auto* changed = newValues(m, info.name);
    const auto stored = changed ? Weights::Stored{} : m.weights.stored(info.name);
    if (changed) {
      writer.append(bytesOf(changed->cpu().to(scalarTypeOf(info.dtype)).contiguous()));
    } else if (stored.info.dtype != info.dtype) {
      writer.append(bytesOf(m.weights.onHost(info.name).to(scalarTypeOf(info.dtype)).contiguous()));
    } else {
      writer.append(stored.bytes);
      if (memoryLimit() > 0) stored.file->release(stored.bytes);
    }
    meter.advance(info.bytes(), info.name);
  }
  writer.commit();
}

}  // namespace

void checkExportFolder(const fs::path& folder) {
  std::error_code ec;
  const fs::path target = fs::absolute(folder).lexically_normal();
  if (fs::exists(target, ec) && !(fs::is_directory(target, ec) && fs::is_empty(target, ec)))
    throw Error(ErrorKind::InvalidInput,
                target.string() + " is there already; a new or an empty folder was expected.");
}

std::optional<ExportResult> findExport(const nlohmann::json& recipe, const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder / kRecipeFile, ec)) return std::nullopt;
  try {
    auto found = readEspalierJson(folder / kRecipeFile, "recipe");
    const ExportResult result{Checkpoint::open(folder)->totalBytes(), found.value("sparsity", 0.0)};
    for (const char* key : {"format", "version", "sparsity"}) found.erase(key);
    // As it reads once it has been written.
    if (found == nlohmann::json::parse(jsonText(recipe))) return result;
  } catch (const Error&) {
  } catch (const nlohmann::json::exception&) {
  }
  return std::nullopt;
}

ExportResult exportModel(const OpenModel& m, const nlohmann::json& recipe, const fs::path& folder,
                         const JobControl& control) {
  std::error_code ec;
  fs::path target = fs::absolute(folder).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  checkExportFolder(target);
  const fs::path parent = target.parent_path();
  fs::create_directories(parent, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + parent.string() +
                                   " cannot be made: " + writeAdvice(parent, ec.value(), 0) + ".");
  int64_t needed = 0;  // tied weights are written under each of their names, so that any program finds them
  for (const auto& t : m.checkpoint->tensors()) needed += t.bytes();
  const auto space = fs::space(parent, ec);
  if (!ec && int64_t(space.available) < needed + (int64_t(16) << 20))
    throw Error(ErrorKind::Io, target.string() + " cannot be written: the model needs " +
                                   std::to_string(needed / 1'000'000 + 17) + " MB and " + parent.string() +
                                   " has " + std::to_string(space.available / 1'000'000) + " MB free; free " +
                                   std::to_string((needed - int64_t(space.available)) / 1'000'000 + 17) +
                                   " MB, or choose another folder.");

  ScratchFolder scratch(target.parent_path(), partialPrefix(target));
  ProgressMeter meter(control, "Exporting", needed);
  ExportResult result;
  result.sparsity = sparsityOf(*m.model, m.weights);
  for (const auto& entry : fs::directory_iterator(m.checkpoint->folder())) {
    if (!entry.is_regular_file(ec) || holdsWeights(*m.checkpoint, entry.path())) continue;
    if (entry.path().filename() == kRecipeFile) continue;
    fs::copy_file(entry.path(), scratch.path() / entry.path().filename(), ec);
    if (ec)
      throw Error(ErrorKind::Io, entry.path().string() + " cannot be copied to " + target.string() + ": " +
                                     writeAdvice(target, ec.value(), int64_t(entry.file_size())) + ".");
  }
  for (const auto& file : m.checkpoint->files())
    writeWeights(m, file, scratch.path() / file.exportName, result.sparsity, meter);
  const fs::path index = scratch.path() / "model.safetensors.index.json";
  if (m.checkpoint->files().front().exportName != "model.safetensors") writeIndex(*m.checkpoint, index);
  auto full = recipe;
  full["sparsity"] = result.sparsity;
  writeEspalierJson(scratch.path() / kRecipeFile, "recipe", full);

  // Read back before it takes its name: what cannot be opened again is not an export.
  const auto written = Checkpoint::open(scratch.path());
  for (const auto& t : m.checkpoint->tensors()) {
    const auto& info = written->info(t.name);
    if (info.shape != t.shape || info.dtype != t.dtype)
      throw Error(ErrorKind::Internal,
                  "The exported tensor \"" + t.name + "\" does not read back as it was written.");
  }
  result.bytes = written->totalBytes();
  control.throwIfCancelled();
  fs::remove(target, ec);  // an empty folder of that name
  fs::rename(scratch.path(), target, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + target.string() + " cannot be made: " + ec.message() + ".");
  scratch.leave();
  return result;
}

}  // namespace espalier
