#include "core/engine/export_folder.h"

#include "core/base/copy_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/engine/engine.h"

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

// Folders beside the weights that belong to a model: InstructBLIP's second tokenizer, templates by name.
constexpr const char* kCompanionFolders[] = {"additional_chat_templates", "qformer_tokenizer"};

// Where an export to the target is written until it is whole.
std::string partialPrefix(const fs::path& target) {
  return target.filename().string() + ".partial-";
}

// A file beside the weights that an export takes along: one of the folder, be it by a link within it or into
// the blobs of a Hub cache (models--x/snapshots/y links to models--x/blobs). A link that leads elsewhere may
// show anything on this machine.
bool belongsTo(const fs::path& file, const fs::path& folder) {
  std::error_code ec;
  if (!fs::is_symlink(fs::symlink_status(file, ec))) return true;
  const auto target = fs::canonical(file, ec);
  if (ec) return false;
  const auto within = [&](const fs::path& parent) {
    const auto whole = fs::canonical(parent, ec);
    return !ec &&
           std::mismatch(whole.begin(), whole.end(), target.begin(), target.end()).first == whole.end();
  };
  const auto real = fs::canonical(folder, ec);
  if (within(real)) return true;
  return real.parent_path().filename() == "snapshots" && within(real.parent_path().parent_path() / "blobs");
}

}  // namespace

void checkExportFolder(const fs::path& folder) {
  std::error_code ec;
  const fs::path target = linkTarget(fs::absolute(folder).lexically_normal());
  if (fs::exists(target, ec) && !(fs::is_directory(target, ec) && fs::is_empty(target, ec)))
    throw Error(ErrorKind::InvalidInput,
                target.string() + " is there already; a new or an empty folder was expected.");
}

ExportFolder::ExportFolder(const fs::path& folder, int64_t neededBytes)
    : m_target(fs::absolute(folder).lexically_normal()) {
  std::error_code ec;
  if (!m_target.has_filename()) m_target = m_target.parent_path();
  m_target = linkTarget(m_target);  // a link stays one
  checkExportFolder(m_target);
  const fs::path parent = m_target.parent_path();
  fs::create_directories(parent, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + parent.string() +
                                   " cannot be made: " + writeAdvice(parent, ec.value(), 0) + ".");
  const auto space = fs::space(parent, ec);
  if (neededBytes > 0 && !ec && int64_t(space.available) < neededBytes + (int64_t(16) << 20))
    throw Error(ErrorKind::Io, m_target.string() + " cannot be written: the model needs " +
                                   std::to_string(neededBytes / 1'000'000 + 17) + " MB and " +
                                   parent.string() + " has " + std::to_string(space.available / 1'000'000) +
                                   " MB free; free " +
                                   std::to_string((neededBytes - int64_t(space.available)) / 1'000'000 + 17) +
                                   " MB, or choose another folder.");

  m_scratch = std::make_unique<ScratchFolder>(parent, partialPrefix(m_target));
}

void ExportFolder::copyFolder(const fs::path& from) {
  std::error_code ec;
  if (!fs::is_directory(from, ec) || fs::is_symlink(from, ec)) return;
  fs::create_directories(path() / from.filename());
  for (const auto& entry : fs::directory_iterator(from)) {
    if (!entry.is_regular_file(ec) || !belongsTo(entry.path(), from.parent_path())) continue;
    copyFile(entry.path(), path() / from.filename() / entry.path().filename());
  }
}

std::vector<std::string> ExportFolder::copyCompanions(const Checkpoint& checkpoint, const std::string& but) {
  std::error_code ec;
  std::string left;
  for (const char* folder : kCompanionFolders) copyFolder(checkpoint.folder() / folder);
  for (const auto& entry : fs::directory_iterator(checkpoint.folder())) {
    if (!entry.is_regular_file(ec) || holdsWeights(checkpoint, entry.path())) continue;
    if (entry.path().filename() == but) continue;
    if (!belongsTo(entry.path(), checkpoint.folder())) {
      left += (left.empty() ? "" : ", ") + entry.path().filename().string();
      continue;
    }
    copyFile(entry.path(), path() / entry.path().filename());
  }
  if (left.empty()) return {};
  return {"Not copied, as they are links that lead out of " + checkpoint.folder().string() + ": " + left +
          "; copy them yourself if the model needs them."};
}

void ExportFolder::finish() {
  std::error_code ec;
  fs::remove(m_target, ec);  // an empty folder of that name
  fs::rename(path(), m_target, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + m_target.string() + " cannot be made: " + ec.message() + ".");
  m_scratch->release();
}

void writeShardIndex(const Checkpoint& checkpoint, const fs::path& file) {
  nlohmann::json map = nlohmann::json::object();
  int64_t bytes = 0;
  for (const auto& f : checkpoint.files())
    for (const auto& name : f.tensors) map[name] = f.exportName, bytes += checkpoint.info(name).bytes();
  const nlohmann::json index{{"metadata", {{"total_size", bytes}}}, {"weight_map", map}};
  writeFileAtomically(file, jsonText(index, 2) + "\n");
}

}  // namespace espalier
