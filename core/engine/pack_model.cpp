#include "core/engine/pack_model.h"

#include <chrono>
#include <optional>
#include <set>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/model_folder.h"
#include "core/base/same_bytes.h"
#include "core/checkpoint/packed_int8.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/export_folder.h"
#include "core/model/model.h"

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

// Which matrices are held as int8.
struct Int8Choice {
  std::optional<Int8Scale> scale = {};
  std::set<std::string> names = {};  // of the matrices that the family can prune

  bool takes(const TensorInfo& info) const {
    return scale && names.contains(info.name) && info.shape.size() == 2 && isFloating(info.dtype) &&
           info.dtype != DType::F64;
  }
};

Int8Choice int8Of(const Checkpoint& checkpoint, const std::string& named) {
  Int8Choice out;
  if (named.empty()) return out;
  out.scale = int8ScaleNamed(named, "--int8");
  const auto model = Model::fromCheckpoint(checkpoint);
  for (const auto& block : model->blocks())
    for (const auto& m : block->description().matrices) out.names.insert(m.name);
  return out;
}

void pack(Int8PackedWriter& writer, const TensorInfo& info, std::span<const std::byte> bytes,
          const Int8Choice& int8, PackResult& result) {
  if (!int8.takes(info)) return writer.append(bytes);
  if (const auto values = storedTensor(info, bytes).to(at::kFloat); !at::isfinite(values).all().item<bool>())
    throw Error(ErrorKind::Format, "The tensor \"" + info.name +
                                       "\" holds NaN or infinite values, which int8 cannot; " +
                                       "pack without --int8, or repair the model.");
  writer.appendInt8(bytes, *int8.scale);
  ++result.int8Matrices;
}

// A file's own tensors: the checkpoint may know them by other names, or in parts.
void packSafetensors(const fs::path& from, const fs::path& to, const Int8Choice& int8, PackResult& result,
                     ProgressMeter& meter) {
  const auto file = SafetensorsFile::open(from);
  Int8PackedWriter writer(to, std::string(file.headerBytes()), gapsIn(file));
  for (size_t i = 0; i < file.tensors().size(); ++i) {
    pack(writer, file.tensors()[i], file.bytes(i), int8, result);
    if (memoryLimit() > 0) file.file()->release(file.bytes(i));
    meter.advance(file.tensors()[i].bytes(), file.tensors()[i].name);
  }
  writer.commit();
}

// As an export would write it.
void packStateDict(const Checkpoint& checkpoint, const Checkpoint::File& from, const fs::path& to,
                   const Int8Choice& int8, PackResult& result, ProgressMeter& meter) {
  std::vector<TensorInfo> infos;
  for (const auto& name : from.tensors) infos.push_back(checkpoint.info(name));
  Int8PackedWriter writer(to, safetensorsHeader(infos, from.metadata));
  for (const auto& info : infos) {
    const auto stored = checkpoint.stored(info.name);
    pack(writer, info, stored.place, int8, result);
    if (memoryLimit() > 0) stored.file->release(stored.place);
    meter.advance(info.bytes(), info.name);
  }
  writer.commit();
}

// What a matrix held as int8 comes back as.
at::Tensor throughInt8(const StoredTensor& stored, Int8Scale scale) {
  auto values = storedTensor(stored).to(at::kFloat, false, true).contiguous();
  const std::span<float> numbers(values.data_ptr<float>(), size_t(values.numel()));
  const auto rows = toInt8(numbers, values.size(0), scale);
  fromInt8(rows.numbers, rows.scales, numbers);
  return values.to(scalarTypeOf(stored.info.dtype));
}

// What cannot be read back as it was is no packed model.
void compare(const Checkpoint& packed, const Checkpoint& dense, const Int8Choice& int8) {
  for (const auto& t : dense.tensors()) {
    const auto written = packed.stored(t.name), source = dense.stored(t.name);
    const auto content = written.read();
    const bool rounded = written.packed && isInt8(*written.packed, written.index);
    const auto near = rounded ? throughInt8(source, *int8.scale) : at::Tensor();
    const auto expected = rounded ? bytesOf(near) : source.place;
    if (!sameBytes(content.bytes, expected)) {
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

PackResult packModel(const fs::path& folder, const fs::path& target, const JobControl& control,
                     const PackOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto dense = opened(folder, false);
  const auto int8 = int8Of(*dense, options.int8);
  ExportFolder out(target, 0);
  PackResult result;
  result.notes = out.copyCompanions(*dense);
  int64_t bytes = 0;
  for (const auto& t : dense->tensors()) bytes += t.bytes();
  ProgressMeter meter(control, "Packing", bytes);
  for (const auto& file : dense->files()) {
    const auto to = out.path() / packedName(file.exportName);
    if (file.path.extension() == ".safetensors")
      packSafetensors(file.path, to, int8, result, meter);
    else
      packStateDict(*dense, file, to, int8, result, meter);
    result.denseBytes += fileBytes(file.path);
    result.packedBytes += fileBytes(to);
  }
  if (dense->files().front().path.extension() == ".safetensors")
    copyIndex(*dense, kDenseIndex, out.path() / kPackedIndex);
  else if (dense->files().size() > 1)
    writeShardIndex(*dense, out.path() / kPackedIndex);
  if (int8.scale && result.int8Matrices == 0)
    throw Error(ErrorKind::InvalidInput, folder.string() + " holds no matrix that --int8 could take.");
  compare(*Checkpoint::open(out.path()), *dense, int8);
  if (result.int8Matrices > 0)
    result.notes.push_back(
        std::to_string(result.int8Matrices) +
        " matrices are held as int8: what unpack gives of them is near these weights, not the same.");
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
    for (size_t i = 0; i < file.packed->dense().tensors.size(); ++i)
      result.int8Matrices += isInt8(*file.packed, i);
    result.packedBytes += file.packed->packedBytes();
    result.denseBytes += fileBytes(to);
  }
  copyIndex(*packed, kPackedIndex, out.path() / kDenseIndex);
  if (result.int8Matrices > 0)
    result.notes.push_back(
        std::to_string(result.int8Matrices) +
        " matrices were held as int8 (lossy): these weights are near those of the model that was "
        "packed, not the same.");
  checkMappings();
  control.throwIfCancelled();
  out.finish();
  result.seconds = secondsSince(start);
  return result;
}

}  // namespace espalier
