#include <cmath>
#include <limits>
#include <sstream>

#include "core/base/crc32.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/mapping.h"
#include "core/base/memory.h"
#include "core/base/processes.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/elsewhere_model.h"
#include "core/engine/export_folder.h"
#include "core/engine/export_overflow.h"
#include "core/engine/open_model.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// The new values of a tensor or of one it is tied to; null where it is as it was.
const at::Tensor* newValues(const OpenModel& m, const std::string& name) {
  const auto& changed = m.weights.overrides();
  if (const auto it = changed.find(name); it != changed.end()) return &it->second;
  // Of several, the first by name: the tensors are in no order.
  const Weights::Tensors::value_type* first = nullptr;
  for (const auto& set : changed)
    if (m.checkpoint->has(set.first) && m.checkpoint->tiedTo(set.first) == m.checkpoint->tiedTo(name) &&
        (!first || set.first < first->first))
      first = &set;
  return first ? &first->second : nullptr;
}

const char* const kRecipeFile = "espalier-recipe.json";

// A tensor in the dtype it is written in. Values beyond its range have become its largest number.
struct Converted {
  at::Tensor value;
  OverflowingTensor overflow;  // beyond == 0: the dtype holds all values
};

// Throws Error where a value is not a finite number.
Converted convertedTo(DType dtype, const at::Tensor& value, const std::string& name) {
  const auto type = scalarTypeOf(dtype);
  const auto from = value.cpu().contiguous();
  Converted out{from.to(type).contiguous(), {name, nameOf(dtype), 0, from.numel(), 0}};
  if (!out.value.is_floating_point()) return out;
  const auto flat = from.view({-1}), written = out.value.view({-1});
  constexpr int64_t kPart = 1 << 20;
  for (int64_t at = 0; at < flat.numel(); at += kPart) {
    const int64_t count = std::min(kPart, flat.numel() - at);
    auto part = written.narrow(0, at, count);
    if (std::isfinite(part.sum(at::kDouble).item<double>())) continue;
    const auto beyond = at::isfinite(part).logical_not();
    if (!beyond.any().item<bool>()) continue;
    const auto values = flat.narrow(0, at, count).masked_select(beyond).to(at::kDouble);
    if (!at::isfinite(values).all().item<bool>()) {
      std::ostringstream number;
      number << values.masked_select(at::isfinite(values).logical_not())[0].item<double>();
      throw Error(ErrorKind::InvalidInput, "The tensor \"" + name + "\" holds " + number.str() +
                                               "; a finite number was expected, and nothing is written.");
    }
    const double largest = values[values.abs().argmax().item<int64_t>()].item<double>();
    if (std::abs(largest) > std::abs(out.overflow.largest)) out.overflow.largest = largest;
    out.overflow.beyond += values.numel();
    const double most = dtype == DType::F16 ? 65504.0 : double(std::numeric_limits<c10::BFloat16>::max());
    part.copy_(flat.narrow(0, at, count).clamp(-most, most).to(type));
  }
  return out;
}

std::string overflowSentence(const std::vector<OverflowingTensor>& tensors) {
  constexpr size_t kNamed = 3;
  std::ostringstream out;
  out << (tensors.size() == 1 ? "The tensor " : std::to_string(tensors.size()) + " tensors: ");
  for (size_t i = 0; i < std::min(kNamed, tensors.size()); ++i) {
    const auto& t = tensors[i];
    out << (i ? "; " : "") << '"' << t.name << "\" holds " << t.beyond
        << (t.beyond == 1 ? " weight" : " weights") << " beyond the range of its dtype " << t.dtype
        << " (largest: " << t.largest << ')';
  }
  if (tensors.size() > kNamed) out << "; and " << tensors.size() - kNamed << " more";
  out << ". Nothing is written. --clamp writes the largest number of the dtype instead.";
  return out.str();
}

// Checksums of what was written, by tensor.
using Checksums = std::map<std::string, uint32_t>;

struct WeightWriting {
  const OpenModel& model;
  const ExportOptions& options;
  double sparsity = 0;
  Checksums checksums = {};
  std::vector<std::string> notes = {};
  // Once there is one, the other tensors are checked and no longer written.
  std::vector<OverflowingTensor> overflows = {};

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
        const auto converted =
            convertedTo(info.dtype, changed ? *changed : model.weights.onHost(info.name), info.name);
        const auto& overflow = converted.overflow;
        if (overflow.beyond > 0 && !options.clamp) overflows.push_back(overflow);
        if (overflows.empty()) append(info, bytesOf(converted.value));
        if (overflow.beyond > 0)
          notes.push_back("The tensor \"" + info.name + "\" has " + std::to_string(overflow.beyond) +
                          " weights beyond the range of " + overflow.dtype +
                          "; they are written as its largest number.");
      } else if (overflows.empty()) {
        append(info, stored.read().bytes);
        if (memoryLimit() > 0) stored.file->release(stored.place);
      }
      meter.advance(info.bytes(), info.name);
    }
    if (overflows.empty()) packed ? packed->commit() : dense->commit();
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

ExportOverflow::ExportOverflow(std::vector<OverflowingTensor> tensors)
    : Error(ErrorKind::InvalidInput, overflowSentence(tensors)), m_tensors(std::move(tensors)) {}

std::optional<ExportResult> findExport(const nlohmann::json& recipe, const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder / kRecipeFile, ec)) return std::nullopt;
  try {
    auto found = readEspalierJson(folder / kRecipeFile, "recipe");
    const auto written = Checkpoint::open(folder);
    const ExportResult result{written->storedBytes(), written->totalBytes(), found.value("sparsity", 0.0)};
    for (const char* key : {"format", "version", "sparsity"}) found.erase(key);
    // As it reads once it has been written.
    if (found == parseJson(jsonText(recipe), "the recipe")) return result;
  } catch (const Error&) {
  } catch (const nlohmann::json::exception&) {
  }
  return std::nullopt;
}

ExportResult exportModel(const OpenModel& m, const nlohmann::json& recipe, const fs::path& folder,
                         const JobControl& control, const ExportOptions& options) {
  if (const auto* there = modelElsewhere(m)) return exportElsewhere(*there, recipe, folder, options, control);
  if (!processesOf(control).writes()) return {};
  int64_t needed = 0;  // tied weights are written under each of their names, so that any program finds them
  for (const auto& t : m.checkpoint->tensors()) needed += t.bytes();
  ExportFolder out(folder, options.packed ? 0 : needed);
  ProgressMeter meter(control, "Exporting", needed);
  ExportResult result;
  result.sparsity = sparsityOf(m);
  result.notes = out.copyCompanions(*m.checkpoint, kRecipeFile);
  WeightWriting writing{m, options, result.sparsity};
  for (const auto& file : m.checkpoint->files())
    writing.write(file, out.path() / (options.packed ? packedName(file.exportName) : file.exportName), meter);
  if (!writing.overflows.empty()) throw ExportOverflow(std::move(writing.overflows));
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
