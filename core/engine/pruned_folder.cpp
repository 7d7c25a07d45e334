#include "core/engine/pruned_folder.h"

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"

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

fs::path madeFolder(const fs::path& folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec)
    throw Error(ErrorKind::Io, "The folder " + folder.string() + " cannot be made: " + ec.message() + ".");
  return folder;
}

}  // namespace

PrunedFolder::PrunedFolder(std::shared_ptr<const Checkpoint> dense, const nlohmann::json& inputs,
                           const JournalOptions& options)
    : m_dense(std::move(dense)),
      m_folder(madeFolder(options.path)),
      m_journal(m_folder / "journal.jsonl", "prune", inputs, options),
      m_files(m_journal.finished().size()) {
  // What no line tells of was being written when its process ended, or belongs to other inputs.
  std::vector<fs::path> strange;
  for (const auto& entry : fs::directory_iterator(m_folder)) {
    const auto name = entry.path().filename().string();
    bool known = name == "journal.jsonl";
    for (const auto& step : m_journal.finished()) known = known || step.at("file") == name;
    if (!known && name.starts_with("block-")) strange.push_back(entry.path());
  }
  std::error_code ec;
  for (const auto& file : strange) fs::remove(file, ec);
}

std::optional<PrunedBlocks::Kept> PrunedFolder::find(const std::string& block) {
  for (const auto& step : m_journal.finished()) {
    if (step.at("block") != block) continue;
    Kept kept{SafetensorsFile::open(m_folder / step.at("file").get<std::string>()), {}};
    for (const auto& m : step.at("matrices")) kept.matrices.push_back(pruningFromJson(m));
    return kept;
  }
  return std::nullopt;
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
  nlohmann::json step{{"block", block}, {"file", file}, {"matrices", nlohmann::json::array()}};
  for (const auto& m : matrices) step["matrices"].push_back(toJson(m));
  m_journal.append(step);
  return {SafetensorsFile::open(m_folder / file), matrices};
}

}  // namespace espalier
