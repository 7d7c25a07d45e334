#include <cmath>
#include <limits>
#include <sstream>

#include "core/base/crc32.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/mapping.h"
#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/export_folder.h"
#include "core/engine/open_model.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// The new values of a tensor or of one it is tied to; null where it is as it was.
const at::Tensor* newValues(const OpenModel& m, const std::string& name) {
  const auto& changed = m.weights.overrides();
  if (const auto it = changed.find(name); it != changed.end()) return &it->second;
  for (const auto& [other, value] : changed)
    if (m.checkpoint->has(other) && m.checkpoint->tiedTo(other) == m.checkpoint->tiedTo(name)) return &value;
  return nullptr;
}

const char* const kRecipeFile = "espalier-recipe.json";

// New values in the dtype they are written in. What that cannot hold is refused or, where asked for, becomes
// its largest number; `clamped` counts these.
at::Tensor convertedTo(DType dtype, const at::Tensor& value, const std::string& name, bool clamp,
                       int64_t& clamped) {
  const auto type = scalarTypeOf(dtype);
  const auto from = value.cpu().contiguous();
  auto to = from.to(type).contiguous();
  if (!to.is_floating_point()) return to;
  const auto flat = from.view({-1}), written = to.view({-1});
  constexpr int64_t kPart = 1 << 20;
  for (int64_t at = 0; at < flat.numel(); at += kPart) {
    const int64_t count = std::min(kPart, flat.numel() - at);
    auto part = written.narrow(0, at, count);
    if (std::isfinite(part.sum(at::kDouble).item<double>())) continue;
    const auto beyond = at::isfinite(part).logical_not();
    const int64_t many = beyond.sum().item<int64_t>();
    if (many == 0) continue;
    const auto values = flat.narrow(0, at, count).masked_select(beyond).to(at::kDouble);
    const double first = values[0].item<double>();
    const bool finite = at::isfinite(values).all().item<bool>();
    if (!finite || !clamp) {
      std::ostringstream number;
      number << first;
      throw Error(ErrorKind::InvalidInput,
                  "The tensor \"" + name + "\" holds " + number.str() +
                      (finite ? ", more than its dtype " + nameOf(dtype) +
                                    " can hold; nothing is written. --clamp writes the largest number of the "
                                    "dtype instead."
                              : "; a finite number was expected, and nothing is written."));
    }
    const double most = dtype == DType::F16 ? 65504.0 : double(std::numeric_limits<c10::BFloat16>::max());
    part.copy_(flat.narrow(0, at, count).clamp(-most, most).to(type));
    clamped += many;
  }
  return to;
}

// Checksums of what was written, by tensor.
using Checksums = std::map<std::string, uint32_t>;

struct WeightWriting {
  const OpenModel& model;
  const ExportOptions& options;
  double sparsity = 0;
  Checksums checksums = {};
  std::vector<std::string> notes = {};

  void write(const Checkpoint::File& file, const fs::path& target, ProgressMeter& meter) {
    auto metadata = file.metadata;
    metadata["espalier_sparsity"] = std::to_string(sparsity);
    std::vector<TensorInfo> infos;
    for (const auto& name : file.tensors) infos.push_back(model.checkpoint->info(name));
    std::optional<SafetensorsWriter> dense;
    std::optional<PackedWriter> packed;
    if (options.packed)
      packed.emplace(target, safetensorsHeader(infos, metadata));
    else
      dense.emplace(target, infos, metadata);
    const auto append = [&](const TensorInfo& info, std::span<const std::byte> bytes) {
      checksums[info.name] = crc32Of(bytes);
      packed ? packed->append(bytes) : dense->append(bytes);
    };
    for (const auto& info : infos) {
      const auto* changed = newValues(model, info.name);
      const auto stored = changed ? StoredTensor{} : model.weights.stored(info.name);
      if (changed || stored.info.dtype != info.dtype) {
        int64_t clamped = 0;
        const auto value = convertedTo(info.dtype, changed ? *changed : model.weights.onHost(info.name),
                                       info.name, options.clamp, clamped);
        append(info, bytesOf(value));
        if (clamped > 0)
          notes.push_back("The tensor \"" + info.name + "\" has " + std::to_string(clamped) +
                          " weights beyond the range of " + nameOf(info.dtype) +
                          "; they are written as its largest number.");
      } else {
        append(info, stored.read().bytes);
        if (memoryLimit() > 0) stored.file->release(stored.place);
      }
      meter.advance(info.bytes(), info.name);
    }
    packed ? packed->commit() : dense->commit();
  }
};

// What cannot be opened again, with the very bytes that were to be written, is no export.
void readBack(const Checkpoint& written, const Checkpoint& source, const Checksums& checksums) {
  for (const auto& t : source.tensors()) {
    const auto stored = written.stored(t.name);
    if (stored.info.shape != t.shape || stored.info.dtype != t.dtype ||
        crc32Of(stored.read().bytes) != checksums.at(t.name))
      throw Error(ErrorKind::Io,
                  "The exported tensor \"" + t.name +
                      "\" does not read back as it was written; check the disk, or choose another "
                      "folder.");
    if (memoryLimit() > 0) stored.file->release(stored.place);
  }
}

}  // namespace

std::optional<ExportResult> findExport(const nlohmann::json& recipe, const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder / kRecipeFile, ec)) return std::nullopt;
  try {
    auto found = readEspalierJson(folder / kRecipeFile, "recipe");
    const auto written = Checkpoint::open(folder);
    const ExportResult result{written->storedBytes(), written->totalBytes(), found.value("sparsity", 0.0)};
    for (const char* key : {"format", "version", "sparsity"}) found.erase(key);
    // As it reads once it has been written.
    if (found == nlohmann::json::parse(jsonText(recipe))) return result;
  } catch (const Error&) {
  } catch (const nlohmann::json::exception&) {
  }
  return std::nullopt;
}

ExportResult exportModel(const OpenModel& m, const nlohmann::json& recipe, const fs::path& folder,
                         const JobControl& control, const ExportOptions& options) {
  int64_t needed = 0;  // tied weights are written under each of their names, so that any program finds them
  for (const auto& t : m.checkpoint->tensors()) needed += t.bytes();
  ExportFolder out(folder, options.packed ? 0 : needed);
  ProgressMeter meter(control, "Exporting", needed);
  ExportResult result;
  result.sparsity = sparsityOf(*m.model, m.weights);
  result.notes = out.copyCompanions(*m.checkpoint, kRecipeFile);
  WeightWriting writing{m, options, result.sparsity};
  for (const auto& file : m.checkpoint->files())
    writing.write(file, out.path() / (options.packed ? packedName(file.exportName) : file.exportName), meter);
  result.notes.insert(result.notes.end(), writing.notes.begin(), writing.notes.end());
  const fs::path index = out.path() / (options.packed ? kPackedIndex : "model.safetensors.index.json");
  if (m.checkpoint->files().front().exportName != "model.safetensors") writeShardIndex(*m.checkpoint, index);
  auto full = recipe;
  full["sparsity"] = result.sparsity;
  writeEspalierJson(out.path() / kRecipeFile, "recipe", full);

  // Before it takes its name.
  const auto written = Checkpoint::open(out.path());
  readBack(*written, *m.checkpoint, writing.checksums);
  checkMappings();
  result.bytes = written->storedBytes();
  result.denseBytes = written->totalBytes();
  control.throwIfCancelled();
  out.finish();
  return result;
}

}  // namespace espalier
