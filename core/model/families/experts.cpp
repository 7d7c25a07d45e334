#include "core/model/families/experts.h"
#include "core/model/weights_compact.h"

#include "core/tangent/tangents.h"

namespace espalier {

namespace {

std::string expertName(int64_t expert) {
  return "mlp.experts." + std::to_string(expert) + ".";
}

// Adds what an expert made of some tokens, [forks * tokens.numel(), width], to the sum over experts, [forks *
// all, width]. Where one expert alone was perturbed, the sum of all and what that one made have forks.
void addToTokens(at::Tensor& sum, int64_t all, const at::Tensor& tokens, const at::Tensor& made) {
  const int64_t width = sum.size(1), forks = made.size(0) / tokens.numel();
  if (hasTangents(sum) || hasTangents(made)) {
    const int64_t most = std::max(forks, sum.size(0) / all);
    sum = sum.view({-1, all, width})
              .index_add(1, tokens, made.view({forks, tokens.numel(), width}))
              .view({most * all, width});
    return;
  }
  if (sum.size(0) < forks * all) sum = sum.repeat({forks, 1});
  const auto each = made.view({forks, tokens.numel(), width});
  auto to = sum.view({-1, all, width});
  to.index_add_(1, tokens, each.expand({to.size(0), -1, -1}));
}

}  // namespace

void declareExperts(BlockBuilder& block, const DecoderConfig& c) {
  block.tensor("mlp.gate.weight", {c.experts.count, c.width});
  for (int64_t e = 0; e < c.experts.count; ++e) {
    const auto name = expertName(e);
    block.matrix(name + "gate_proj", c.experts.inner, c.width, false, true);
    block.matrix(name + "up_proj", c.experts.inner, c.width, false, true);
    block.matrix(name + "down_proj", c.width, c.experts.inner, false, true);
  }
}

at::Tensor routedFeedForward(const Pass& pass, const DecoderConfig& c, const std::string& prefix,
                             const at::Tensor& x, const at::Tensor& real) {
  const auto tokens = x.reshape({-1, c.width});
  const auto likes = linearProduct(pass.weights, prefix + "mlp.gate.weight", tokens).softmax(-1);
  const bool moves = hasTangents(likes);
  const int64_t forks = moves ? 1 + tangentCount(likes) : 1, all = tokens.size(0) / forks;
  // Which experts a token goes to is the same along every direction, and with it which tokens one sees.
  auto [weights, chosen] = (moves ? cleanOf(likes) : likes).topk(c.experts.perToken, -1);
  if (moves) weights = likes.gather(-1, chosen.repeat({forks, 1}));
  if (c.experts.weightsSumToOne) weights = weights / weights.sum(-1, true);
  if (real.defined())
    chosen = chosen.masked_fill(
        real.repeat({x.size(0) / forks / real.size(0), 1}).view({all, 1}).logical_not(), -1);
  const auto ofTokens = [&](const at::Tensor& t, const at::Tensor& which) {
    return t.reshape({forks, -1, t.size(-1)}).index_select(1, which).flatten(0, 1);
  };
  auto sum = at::zeros({all, c.width}, tokens.options());
  for (int64_t e = 0; e < c.experts.count; ++e) {
    const auto found = (chosen == e).nonzero();
    if (found.size(0) == 0) continue;
    const auto rows = found.select(1, 0).contiguous(), place = found.select(1, 1);
    const auto mine = ofTokens(tokens, rows);
    const auto name = prefix + expertName(e);
    if (pass.hook) pass.hook->onPositions(rows);
    const auto gate = activate(c.activation, pass.linear(name + "gate_proj", mine));
    const auto made = pass.linear(name + "down_proj", productOf(gate, pass.linear(name + "up_proj", mine)));
    addToTokens(sum, all, rows,
                productOf(made, ofTokens(weights.reshape({-1, 1}), rows * c.experts.perToken + place)));
  }
  if (pass.hook) pass.hook->onPositions({});
  auto shape = x.sizes().vec();
  shape[0] = -1;
  return sum.view(shape);
}

}  // namespace espalier
