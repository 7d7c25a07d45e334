#include "core/engine/pack_model.h"

#include <chrono>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/model_folder.h"
#include "core/base/same_bytes.h"
#include "core/engine/export_folder.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDenseIndex = "model.safetensors.index.json";

std::shared_ptr<const Checkpoint> opened(const fs::path& named, bool packed) {
  const auto checkpoint = Checkpoint::open(modelFolderAt(named));
  if (checkpoint->isPacked() == packed) return checkpoint;
  throw Error(ErrorKind::InvalidInput,
              named.string() + (packed ? " is not packed; a folder that pack wrote was expected."
                                       : " is packed already; a dense model was expected."));
}

// A file's own tensors: the checkpoint may know them by other names, or in parts.
void packSafetensors(const fs::path& from, const fs::path& to, ProgressMeter& meter) {
  const auto file = SafetensorsFile::open(from);
  PackedWriter writer(to, std::string(file.headerBytes()), gapsIn(file));
  for (size_t i = 0; i < file.tensors().size(); ++i) {
    writer.append(file.bytes(i));
    if (memoryLimit() > 0) file.file()->release(file.bytes(i));
    meter.advance(file.tensors()[i].bytes(), file.tensors()[i].name);
  }
  writer.commit();
}

// As an export would write it.
void packStateDict(const Checkpoint& checkpoint, const Checkpoint::File& from, const fs::path& to,
                   ProgressMeter& meter) {
  std::vector<TensorInfo> infos;
  for (const auto& name : from.tensors) infos.push_back(checkpoint.info(name));
  PackedWriter writer(to, safetensorsHeader(infos, from.metadata));
  for (const auto& info : infos) {
    const auto stored = checkpoint.stored(info.name);
    writer.append(stored.place);
    if (memoryLimit() > 0) stored.file->release(stored.place);
    meter.advance(info.bytes(), info.name);
  }
  writer.commit();
}

// What cannot be read back as it was is no packed model.
void compare(const Checkpoint& packed, const Checkpoint& dense) {
  for (const auto& t : dense.tensors()) {
    const auto written = packed.stored(t.name), source = dense.stored(t.name);
    const auto content = written.read();
    if (!sameBytes(content.bytes, source.place)) {
      checkMappings();
      throw Error(ErrorKind::Io,
                  "The packed tensor \"" + t.name +
                      "\" does not read back as it was; check the disk, or choose another folder.");
    }
    if (memoryLimit() > 0) written.file->release(written.place), source.file->release(source.place);
  }
}

void copyIndex(const Checkpoint& checkpoint, const char* from, const fs::path& to) {
  std::error_code ec;
  const auto index = checkpoint.folder() / from;
  if (fs::exists(index, ec)) writeFileAtomically(to, readTextFile(index));
}

int64_t fileBytes(const fs::path& file) {
  std::error_code ec;
  const auto bytes = fs::file_size(file, ec);
  return ec ? 0 : int64_t(bytes);
}

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

PackResult packModel(const fs::path& folder, const fs::path& target, const JobControl& control) {
  const auto start = std::chrono::steady_clock::now();
  const auto dense = opened(folder, false);
  ExportFolder out(target, 0);
  PackResult result;
  result.notes = out.copyCompanions(*dense);
  int64_t bytes = 0;
  for (const auto& t : dense->tensors()) bytes += t.bytes();
  ProgressMeter meter(control, "Packing", bytes);
  for (const auto& file : dense->files()) {
    const auto to = out.path() / packedName(file.exportName);
    if (file.path.extension() == ".safetensors")
      packSafetensors(file.path, to, meter);
    else
      packStateDict(*dense, file, to, meter);
    result.denseBytes += fileBytes(file.path);
    result.packedBytes += fileBytes(to);
  }
  if (dense->files().front().path.extension() == ".safetensors")
    copyIndex(*dense, kDenseIndex, out.path() / kPackedIndex);
  else if (dense->files().size() > 1)
    writeShardIndex(*dense, out.path() / kPackedIndex);
  compare(*Checkpoint::open(out.path()), *dense);
  checkMappings();
  control.throwIfCancelled();
  out.finish();
  result.seconds = secondsSince(start);
  return result;
}

PackResult unpackModel(const fs::path& folder, const fs::path& target, const JobControl& control) {
  const auto start = std::chrono::steady_clock::now();
  const auto packed = opened(folder, true);
  int64_t bytes = 0;
  for (const auto& t : packed->tensors()) bytes += t.bytes();
  ExportFolder out(target, bytes);
  PackResult result;
  result.notes = out.copyCompanions(*packed);
  ProgressMeter meter(control, "Unpacking", bytes);
  for (const auto& file : packed->files()) {
    const auto to = out.path() / file.exportName;
    file.packed->writeDense(to, [&](const TensorInfo& t) { meter.advance(t.bytes(), t.name); });
    result.packedBytes += file.packed->packedBytes();
    result.denseBytes += fileBytes(to);
  }
  copyIndex(*packed, kPackedIndex, out.path() / kDenseIndex);
  checkMappings();
  control.throwIfCancelled();
  out.finish();
  result.seconds = secondsSince(start);
  return result;
}

}  // namespace espalier
