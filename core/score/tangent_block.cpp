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
  if (streams.size() == 1) return streams[0];
  std::vector<at::Tensor> all;
  for (const auto& t : streams) all.push_back(hasTangents(t) ? tangentsOf(t) : at::zeros_like(clean));
  return withTangents(clean, at::cat(all, 0));
}

// A stream of tangents beside the clean pass's own value of it.
void putBeside(const at::Tensor& clean, at::Tensor& stream) {
  if (!clean.defined() || !stream.defined()) return;
  if (!hasTangents(stream))
    stream = clean;
  else if (cleanOf(stream).sizes() == clean.sizes())
    stream = withTangents(clean, tangentsOf(stream));
}

}  // namespace

at::Tensor TangentProducts::known(const std::string& weight, const at::Tensor& input) {
  if (!m_clean || m_calls >= m_clean->products().size()) return {};
  const auto& product = m_clean->products()[m_calls];
  const int64_t rows = input.size(0) / (1 + tangentCount(input));
  if (product.weight != weight || product.inputRows != rows) return {};
  if (!hasTangents(input)) return product.output;
  const auto tangents = tangentsOf(input);
  auto shape = tangents.sizes().vec();
  shape.back() = product.output.size(-1);
  auto made = at::empty(shape, product.output.options());
  auto rowsOfMade = made.view({-1, shape.back()});
  at::mm_out(rowsOfMade, tangents.reshape({-1, tangents.size(-1)}), m_weights.get(weight).t());
  return withTangents(product.output, made);
}

void TangentProducts::onLinear(const std::string&, const at::Tensor&, at::Tensor&) {
  ++m_calls;
}

void TangentStart::onLinear(const std::string& weight, const at::Tensor& input, at::Tensor& output) {
  TangentProducts::onLinear(weight, input, output);
  if (weight != m_matrix) return;
  const auto change = at::linear(hasTangents(input) ? cleanOf(input) : input, m_noise);
  output = hasTangents(output) ? withTangents(cleanOf(output), tangentsOf(output) + change)
                               : withTangents(output, change);
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

void putBeside(const State& clean, State& state) {
  putBeside(clean.hidden, state.hidden);
  putBeside(clean.context, state.context);
  for (auto& [name, stream] : state.kept)
    if (const auto it = clean.kept.find(name); it != clean.kept.end()) putBeside(it->second, stream);
}

}  // namespace espalier
