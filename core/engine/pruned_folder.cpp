#include "core/engine/pruned_folder.h"

#include "core/base/json_numbers.h"

namespace espalier {

namespace {

nlohmann::json toJson(const MatrixPruning& m) {
  return {{"matrix", m.matrix},     {"parameters", m.parameters}, {"asked", m.asked},
          {"achieved", m.achieved}, {"damping", m.damping},       {"note", m.note}};
}

MatrixPruning pruningFromJson(const nlohmann::json& j) {
  return {j.at("matrix"),  wholeOf<int64_t>(j.at("parameters")),
          j.at("asked"),   j.at("achieved"),
          j.at("damping"), j.at("note")};
}

}  // namespace

PrunedFolder::PrunedFolder(std::shared_ptr<const Checkpoint> dense, const nlohmann::json& inputs,
                           const JournalOptions& options, Processes& processes)
    : m_kept(std::move(dense), "prune", inputs, options, processes) {}

std::optional<PrunedBlocks::Kept> PrunedFolder::find(const std::string& block) {
  auto found = m_kept.find(block);
  if (!found) return std::nullopt;
  return blockOf(std::move(*found));
}

PrunedBlocks::Kept PrunedFolder::blockOf(KeptTensors::Kept&& kept) const {
  Kept out{std::move(kept.file), {}};
  m_kept.readAbout([&] {
    for (const auto& m : kept.about.at("matrices")) out.matrices.push_back(pruningFromJson(m));
  });
  return out;
}

PrunedBlocks::Kept PrunedFolder::keep(const std::string& block,
                                      const std::map<std::string, at::Tensor>& weights,
                                      const std::vector<MatrixPruning>& matrices, int writer) {
  nlohmann::json about{{"matrices", nlohmann::json::array()}};
  for (const auto& m : matrices) about["matrices"].push_back(toJson(m));
  return blockOf(m_kept.keep(block, weights, about, writer));
}

}  // namespace espalier
