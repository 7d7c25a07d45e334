#include "core/sweep/block_owners.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace espalier {

namespace {

// The weights of each block: those of its matrices, and the tensors whose names begin with its own.
std::vector<double> weightsOf(const Model& model) {
  std::map<std::string, size_t> names;
  for (size_t i = 0; i < model.blocks().size(); ++i) names.emplace(model.blocks()[i]->name(), i);
  std::vector<double> weights(model.blocks().size(), 1);
  for (const auto& tensor : model.declared()) {
    // The longest name of a block that it is under.
    auto name = tensor.name;
    for (size_t dot; !names.contains(name) && (dot = name.rfind('.')) != std::string::npos;) name.resize(dot);
    const auto block = names.find(name);
    if (block == names.end()) continue;
    weights[block->second] += std::accumulate(tensor.shape.begin(), tensor.shape.end(), 1.0,
                                              [](double product, int64_t n) { return product * double(n); });
  }
  return weights;
}

}  // namespace

BlockOwners::BlockOwners(const Model& model, const Processes& processes) : m_rank(processes.rank()) {
  const auto weights = weightsOf(model);
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  double before = 0;
  for (const double w : weights) {
    // By where its middle lies.
    const auto owner = int((before + w / 2) / all * processes.size());
    m_owners.push_back(std::clamp(owner, 0, processes.size() - 1));
    before += w;
  }
}

}  // namespace espalier
