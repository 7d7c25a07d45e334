#include "core/score/tangent_block.h"

#include "core/tangent/tangents.h"

namespace espalier {

namespace {

at::Tensor mergedTangents(const std::vector<at::Tensor>& streams) {
  const at::Tensor* carrying = nullptr;
  for (const auto& t : streams)
    if (hasTangents(t)) carrying = &t;
  if (!carrying) return streams[0];
  const auto clean = cleanOf(*carrying);
  std::vector<at::Tensor> all{clean};
  for (const auto& t : streams) all.push_back(hasTangents(t) ? tangentsOf(t) : at::zeros_like(clean));
  return withTangents(at::cat(all, 0), int64_t(streams.size()));
}

}  // namespace

at::Tensor TangentProducts::known(const std::string& weight, const at::Tensor& input) {
  if (!m_clean || m_calls >= m_clean->products().size()) return {};
  const auto& product = m_clean->products()[m_calls];
  const int64_t rows = input.size(0) / (1 + tangentCount(input));
  if (product.weight != weight || product.inputRows != rows) return {};
  if (!hasTangents(input)) return product.output;
  auto shape = input.sizes().vec();
  shape.back() = product.output.size(-1);
  auto all = at::empty(shape, product.output.options());
  all.narrow(0, 0, rows).copy_(product.output);
  const auto tangents = tangentsOf(input);
  auto made = all.narrow(0, rows, shape[0] - rows).view({-1, shape.back()});
  at::mm_out(made, tangents.reshape({-1, tangents.size(-1)}), m_weights.get(weight).t());
  return withTangents(all, tangentCount(input));
}

void TangentProducts::onLinear(const std::string&, const at::Tensor&, at::Tensor&) {
  ++m_calls;
}

void TangentStart::onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) {
  TangentProducts::onLinear(weight, input, output);
  if (weight != m_matrix) return;
  const auto change = at::linear(hasTangents(input) ? cleanOf(input) : input, m_noise);
  if (hasTangents(output)) {
    auto stacked = stackedOf(output).clone();
    stacked.narrow(0, change.size(0), change.size(0)).add_(change);
    output = withTangents(stacked, 1);
  } else {
    output = withTangents(at::cat({output, change}, 0), 1);
  }
}

State mergeTangents(const std::vector<State>& states) {
  State out = states[0];
  out.lossTerms = out.lossTargets = at::Tensor();
  const auto merged = [&](const auto& streamOf) {
    std::vector<at::Tensor> streams;
    for (const auto& s : states) streams.push_back(streamOf(s));
    return mergedTangents(streams);
  };
  out.hidden = merged([](const State& s) { return s.hidden; });
  out.context = merged([](const State& s) { return s.context; });
  out.logits = merged([](const State& s) { return s.logits; });
  out.lossSum = merged([](const State& s) { return s.lossSum; });
  for (auto& [name, stream] : out.kept)
    stream = merged([&name = name](const State& s) { return s.kept.at(name); });
  return out;
}

}  // namespace espalier
