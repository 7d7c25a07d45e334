#include "core/model/state.h"

#include "core/base/error.h"
#include "core/tangent/tangents.h"

namespace espalier {

namespace {

at::Tensor repeatRows(const at::Tensor& t, int64_t times) {
  std::vector<int64_t> repeats(size_t(t.dim()), 1);
  repeats[0] = times;
  return t.repeat(repeats);
}

at::Tensor mergeStreams(const std::vector<at::Tensor>& streams, int64_t forks, const at::Tensor& clean) {
  bool same = true;
  for (const auto& t : streams)
    same = same && t.defined() == clean.defined() && (!clean.defined() || t.size(0) == clean.size(0));
  if (same) return streams[0];
  std::vector<at::Tensor> all;
  for (const auto& t : streams) {
    const int64_t has = t.size(0) / clean.size(0);
    if (has * clean.size(0) != t.size(0) || (has != 1 && has != forks))
      throw Error(ErrorKind::Internal, "A perturbed stream has " + std::to_string(t.size(0)) +
                                           " rows where " + std::to_string(forks) + " times " +
                                           std::to_string(clean.size(0)) + " were expected.");
    all.push_back(has == forks ? t : repeatRows(t, forks));
  }
  return at::cat(all, 0);
}

}  // namespace

State mergeForks(const std::vector<State>& forked, int64_t forks, const State& clean) {
  if (forked.size() == 1) return forked[0];
  State out = forked[0];
  out.lossTerms = out.lossTargets = at::Tensor();
  const auto merged = [&](const auto& streamOf) {
    std::vector<at::Tensor> streams;
    for (const auto& s : forked) streams.push_back(streamOf(s));
    return mergeStreams(streams, forks, streamOf(clean));
  };
  out.hidden = merged([](const State& s) { return s.hidden; });
  out.context = merged([](const State& s) { return s.context; });
  out.logits = merged([](const State& s) { return s.logits; });
  out.lossSum = merged([](const State& s) { return s.lossSum; });
  for (auto& [name, stream] : out.kept)
    stream = merged([&name = name](const State& s) { return s.kept.at(name); });
  return out;
}

void matchForks(at::Tensor& a, at::Tensor& b) {
  const int64_t ra = a.size(0), rb = b.size(0);
  if (ra == rb) return;
  at::Tensor& few = ra < rb ? a : b;
  const int64_t many = std::max(ra, rb);
  if (few.size(0) == 0 || many % few.size(0) != 0)
    throw Error(ErrorKind::InvalidInput, "Two inputs of the model have " + std::to_string(ra) + " and " +
                                             std::to_string(rb) + " rows; the same number was expected.");
  few = repeatRows(few, many / few.size(0));
}

at::Tensor sumOf(at::Tensor a, at::Tensor b) {
  if (hasTangents(a) != hasTangents(b)) return a + b;  // a constant need not be repeated
  matchForks(a, b);
  return a + b;
}

at::Tensor productOf(at::Tensor a, at::Tensor b) {
  if (hasTangents(a) != hasTangents(b)) return a * b;
  matchForks(a, b);
  return a * b;
}

at::Tensor pictureOfEachRow(const State& state, const at::Tensor& pictures) {
  if (!state.inputs->has("image_index")) return pictures;
  const int64_t count = state.inputs->at("pixel_values").size(0), forks = pictures.size(0) / count;
  auto shape = pictures.sizes().vec();
  shape[0] = count;
  shape.insert(shape.begin(), forks);
  return pictures.reshape(shape).index_select(1, state.inputs->at("image_index")).flatten(0, 1);
}

at::Tensor lossOfForks(const State& state) {
  if (!state.lossSum.defined())
    throw Error(ErrorKind::InvalidInput,
                "The model gives no loss for these inputs: it has no head, or the inputs have no labels.");
  const auto sums = state.lossSum.view({-1, state.lossCount.size(0)}).sum(1);
  return sums / state.lossCount.sum();
}

}  // namespace espalier
