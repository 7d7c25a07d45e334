#include "core/engine/pruned_folder.h"

#include <unistd.h>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

nlohmann::json toJson(const MatrixPruning& m) {
  return {{"matrix", m.matrix},     {"parameters", m.parameters}, {"asked", m.asked},
          {"achieved", m.achieved}, {"damping", m.damping},       {"note", m.note}};
}

MatrixPruning pruningFromJson(const nlohmann::json& j) {
  return {j.at("matrix"), j.at("parameters"), j.at("asked"), j.at("achieved"), j.at("damping"), j.at("note")};
}

// Whether a type holds all values of a float32 tensor. Part by part: a copy of a large one takes long to
// make.
bool survives(const at::Tensor& weight, at::ScalarType type) {
  if (type == at::kFloat) return true;
  constexpr int64_t kPart = 1 << 20;
  const auto flat = weight.reshape({-1});
  for (int64_t at = 0; at < flat.numel(); at += kPart) {
    const auto part = flat.narrow(0, at, std::min(kPart, flat.numel() - at));
    if (!part.to(type).to(at::kFloat).equal(part)) return false;
  }
  return true;
}

constexpr const char* kJournalFile = "journal.jsonl";

bool isBlockFile(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with("block-") && name.find(".safetensors") != std::string::npos;
}

// A new or empty folder, or one of ours.
fs::path madeFolder(const fs::path& folder) {
  std::error_code ec;
  const bool exists = fs::exists(fs::symlink_status(folder, ec));
  const bool ours =
      fs::is_directory(folder, ec) && (fs::is_empty(folder, ec) || Journal::isOne(folder / kJournalFile));
  if (exists && !ours)
    throw Error(ErrorKind::InvalidInput,
                folder.string() +
                    " is there already and holds no finished blocks of this program (or what tells "
                    "of them is damaged); it stays as it is. Move it, or choose another place for "
                    "the results.");
  fs::create_directories(folder, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be made: " + ec.message() + ".");
  return folder;
}

std::string checksumOf(const SafetensorsFile& file) {
  const auto bytes = file.file()->bytes();
  const auto sum = std::to_string(bytes.size()) + " " + std::to_string(crc32Of(bytes));
  if (memoryLimit() > 0) file.file()->release(bytes);
  return sum;
}

}  // namespace

PrunedFolder::PrunedFolder(std::shared_ptr<const Checkpoint> dense, const nlohmann::json& inputs,
                           const JournalOptions& options)
    : m_dense(std::move(dense)),
      m_folder(madeFolder(options.path)),
      m_journal(m_folder / kJournalFile, "prune", inputs, options),
      m_files(m_journal.finished().size()) {
  // What no line tells of was being written when its process ended, or belongs to other inputs.
  std::vector<fs::path> strange;
  m_journal.readSteps([&] {
    for (const auto& entry : fs::directory_iterator(m_folder)) {
      const auto name = entry.path().filename().string();
      bool known = false;
      for (const auto& step : m_journal.finished()) known = known || step.at("file") == name;
      if (!known && isBlockFile(name)) strange.push_back(entry.path());
    }
  });
  std::error_code ec;
  for (const auto& file : strange) fs::remove(file, ec);
}

void removeKeptBlocks(const fs::path& folder) {
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return;
  if (Journal::isOne(folder / kJournalFile)) {
    std::vector<fs::path> ours{folder / kJournalFile};
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
      if (isBlockFile(it->path())) ours.push_back(it->path());
    for (const auto& file : ours) fs::remove(file, ec);
  }
  ::rmdir(folder.c_str());  // only when it is empty
}

std::optional<PrunedBlocks::Kept> PrunedFolder::find(const std::string& block) {
  std::optional<Kept> kept;
  m_journal.readSteps([&] {
    for (const auto& step : m_journal.finished()) {
      if (step.at("block") != block) continue;
      const auto name = step.at("file").get<std::string>();
      try {
        kept.emplace(Kept{SafetensorsFile::open(m_folder / name), {}});
      } catch (const Error& e) {
        m_journal.refuse("the file of its block " + block + " cannot be used (" + e.what() + ")");
      }
      if (checksumOf(kept->file) != step.at("checksum"))
        m_journal.refuse((m_folder / name).string() + ", which holds its block " + block +
                         ", is not as it was written");
      for (const auto& m : step.at("matrices")) kept->matrices.push_back(pruningFromJson(m));
      return;
    }
  });
  return kept;
}

PrunedBlocks::Kept PrunedFolder::keep(const std::string& block,
                                      const std::map<std::string, at::Tensor>& weights,
                                      const std::vector<MatrixPruning>& matrices) {
  std::vector<TensorInfo> layout;
  for (const auto& [name, weight] : weights) {
    const auto dense = m_dense->info(name).dtype;
    layout.push_back(
        {name, survives(weight, scalarTypeOf(dense)) ? dense : DType::F32, weight.sizes().vec()});
  }
  const std::string file = "block-" + std::to_string(m_files++) + ".safetensors";
  SafetensorsWriter writer(m_folder / file, layout, {});
  // One at a time in its new type: a block of a large model is a good part of what memory there is.
  for (const auto& info : layout)
    writer.append(bytesOf(weights.at(info.name).to(scalarTypeOf(info.dtype)).contiguous()));
  writer.commit();
  auto written = SafetensorsFile::open(m_folder / file);
  nlohmann::json step{{"block", block},
                      {"file", file},
                      {"checksum", checksumOf(written)},
                      {"matrices", nlohmann::json::array()}};
  for (const auto& m : matrices) step["matrices"].push_back(toJson(m));
  m_journal.append(step);
  return {std::move(written), matrices};
}

}  // namespace espalier
