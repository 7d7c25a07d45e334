#include "core/evaluate/evaluator.h"

#include <algorithm>
#include <numeric>

#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/process_messages.h"
#include "core/base/processes.h"
#include "core/sweep/batch_traversal.h"
#include "core/sweep/block_owners.h"
#include "core/sweep/packed_state.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

// What a pass along tokens shows of the text that greedy generation gives.
struct Shown {
  Tokens tokens;       // the first of it
  bool ended = false;  // that is all of it
  Tokens guess;        // the same and what may follow
};

bool isEnd(int64_t token, const Generation& generation) {
  const auto& ends = generation.endTokens;
  return std::find(ends.begin(), ends.end(), token) != ends.end();
}

// likeliest: count tokens, the likeliest first, second ..., each as if those before it had been a draft's. As
// long as they are the draft they are the text, and the likeliest token after them is its next one. sure: how
// many of them to go by.
Shown shownAlong(const Tokens& draft, const int64_t* likeliest, int64_t count, int64_t sure,
                 const Generation& generation, int64_t maxNewTokens) {
  Shown shown;
  int64_t t = 0;
  for (bool same = true; same && t < sure && !shown.ended; ++t) {
    shown.ended = isEnd(likeliest[t], generation);
    if (!shown.ended) shown.tokens.push_back(likeliest[t]);
    if (int64_t(shown.tokens.size()) == maxNewTokens) shown.ended = true;
    same = t < int64_t(draft.size()) && likeliest[t] == draft[size_t(t)];
  }
  shown.guess = shown.tokens;
  for (; t < count && !isEnd(likeliest[t], generation); ++t) shown.guess.push_back(likeliest[t]);
  return shown;
}

// Of the pass that measures the loss, which goes along the labels. Nothing where the family's passes do not
// show it.
std::vector<Shown> shownByLabels(const Generation& generation, const State& forced, int64_t maxNewTokens) {
  const auto labels = forced.inputs->find("labels");
  std::vector<Shown> out(static_cast<size_t>(forced.lossCount.size(0)));
  if (!generation.labelsFollow || !labels.defined() || forced.logits.dim() != 3 ||
      forced.logits.size(0) != labels.size(0) || forced.logits.size(1) != labels.size(1))
    return out;
  const auto likeliest = forced.logits.argmax(2).cpu().contiguous(), wanted = labels.cpu().contiguous();
  const int64_t length = labels.size(1);
  for (size_t r = 0; r < out.size(); ++r) {
    const int64_t* label = wanted.data_ptr<int64_t>() + int64_t(r) * length;
    out[r] = shownAlong({label, label + length}, likeliest.data_ptr<int64_t>() + int64_t(r) * length, length,
                        length, generation, maxNewTokens);
  }
  return out;
}

// Of further passes, for rows whose text is not all known: first along what was said before where the text
// may be that still, else along what the last pass guessed. As long as a pass shows more than the one token
// that a step of generation would, or is as cheap as that.
void showByDrafts(const Model& model, const Pass& pass, const State& encoded,
                  const std::vector<Tokens>& earlier, int64_t maxNewTokens, std::vector<Shown>& shown) {
  const auto& generation = *model.generation();
  if (!generation.labelsFollow) return;
  // Token by token the same numbers come out of products of other shapes, with other last digits: what they
  // could turn is left to them.
  constexpr double kSure = 1e-4;
  constexpr size_t kFewTokens = 64;               // in their products bringing the weights is what takes long
  std::vector<std::pair<size_t, Tokens>> drafts;  // of rows
  for (size_t r = 0; r < shown.size(); ++r) {
    const auto& begun = shown[r].tokens;
    if (shown[r].ended) continue;
    const bool still =
        earlier[r].size() > begun.size() && std::equal(begun.begin(), begun.end(), earlier[r].begin());
    drafts.emplace_back(r, still ? earlier[r] : shown[r].guess);
  }
  while (!drafts.empty()) {
    Tokens rows;
    size_t longest = 0;
    for (const auto& [row, draft] : drafts)
      rows.push_back(int64_t(row)), longest = std::max(longest, draft.size());
    auto tokens = at::full({int64_t(rows.size()), int64_t(longest)}, generation.padToken, at::kLong);
    for (size_t i = 0; i < rows.size(); ++i)
      std::copy(drafts[i].second.begin(), drafts[i].second.end(), tokens.data_ptr<int64_t>() + i * longest);
    const auto device = pass.weights.device();
    const auto logits = logitsAlong(model, pass, encoded, at::tensor(rows).to(device), tokens.to(device));
    const auto [values, places] = logits.topk(2, 2);
    const auto first = values.select(2, 0), second = values.select(2, 1);
    const auto sure = (first - second > kSure * (1 + first.abs())).cpu().contiguous();
    const auto likeliest = places.select(2, 0).cpu().contiguous();
    const int64_t length = likeliest.size(1);
    const size_t least = rows.size() * size_t(length) <= kFewTokens ? 1 : 2;  // tokens to be shown
    std::vector<std::pair<size_t, Tokens>> next;
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto& [row, draft] = drafts[i];
      const bool* certain = sure.data_ptr<bool>() + int64_t(i) * length;
      auto along =
          shownAlong(draft, likeliest.data_ptr<int64_t>() + int64_t(i) * length, int64_t(draft.size()) + 1,
                     std::find(certain, certain + length, false) - certain, generation, maxNewTokens);
      const size_t known = shown[row].tokens.size();
      if (!along.ended && along.tokens.size() <= known) continue;
      shown[row] = std::move(along);
      if (!shown[row].ended && shown[row].tokens.size() >= known + least)
        next.emplace_back(row, shown[row].guess);
    }
    drafts = std::move(next);
  }
}

// The rows of one batch. earlier: what an earlier run generated for them, and what this run did; null:
// nothing is kept.
std::vector<RowResult> answerBatch(const Model& model, BatchPath& path, int64_t maxNewTokens,
                                   const BeamOptions& beams, std::vector<Tokens>* earlier) {
  const auto& pass = path.pass();
  const State encoded = path.before(model.decoderStart());
  const State& forced = path.end();
  const auto device = pass.weights.device();
  const auto losses = (forced.lossSum / forced.lossCount).cpu();
  const auto rows = size_t(forced.lossCount.size(0));
  std::vector<Shown> shown(rows);
  if (beams.beams == 1) {
    shown = shownByLabels(*model.generation(), forced, maxNewTokens);
    if (earlier) {
      earlier->resize(rows);
      showByDrafts(model, pass, encoded, *earlier, maxNewTokens, shown);
    }
  }
  std::vector<int64_t> open;
  size_t known = 0;  // tokens of every open row
  std::vector<RowResult> out(rows);
  for (size_t r = 0; r < rows; ++r) {
    out[r].loss = losses[int64_t(r)].item<double>();
    if (shown[r].ended) {
      out[r].generated = std::move(shown[r].tokens);
      continue;
    }
    known = open.empty() ? shown[r].tokens.size() : std::min(known, shown[r].tokens.size());
    open.push_back(int64_t(r));
  }
  if (!open.empty()) {
    const auto some = open.size() < rows ? at::tensor(open).to(device) : at::Tensor();
    Tokens first;
    for (const auto r : open) {
      const auto& tokens = shown[size_t(r)].tokens;
      first.insert(first.end(), tokens.begin(), tokens.begin() + std::ptrdiff_t(known));
    }
    const auto begun =
        known > 0 ? at::tensor(first).view({int64_t(open.size()), int64_t(known)}).to(device) : at::Tensor();
    const auto text = beams.beams == 1
                          ? generateGreedy(model, pass, encoded, maxNewTokens, false, some, begun)
                          : generateBeams(model, pass, encoded, maxNewTokens, beams);
    const auto ids = text.sequences.cpu();
    const auto& ends = model.generation()->endTokens;
    for (size_t i = 0; i < open.size(); ++i) {
      const int64_t* row = ids.data_ptr<int64_t>() + int64_t(i) * ids.size(1);
      for (int64_t t = text.begin;
           t < ids.size(1) && std::find(ends.begin(), ends.end(), row[t]) == ends.end(); ++t)
        out[size_t(open[i])].generated.push_back(row[t]);
    }
  }
  if (earlier) {
    earlier->clear();
    for (const auto& row : out) earlier->push_back(row.generated);
  }
  return out;
}

std::string packRows(const std::vector<RowResult>& rows) {
  PackedValues out;
  for (const auto& row : rows) {
    out.put(row.loss);
    out.put(row.generated);
  }
  return out.bytes();
}

std::vector<RowResult> unpackRows(const std::string& text) {
  PackedReader in(text);
  std::vector<RowResult> rows;
  while (!in.atEnd()) {
    const auto loss = in.take<double>();
    rows.push_back({in.takeVector<int64_t>(), loss});
  }
  return rows;
}

// The streams of a final state that are looked at.
std::vector<std::pair<at::Tensor State::*, bool>> finalTensors(const FinalStreams& streams) {
  return {{&State::lossSum, true},
          {&State::lossCount, true},
          {&State::logits, streams.logits},
          {&State::lossTerms, streams.terms},
          {&State::lossTargets, streams.terms}};
}

// What is looked at of a final state, as bytes for another process; and such bytes read back.
std::string packFinal(const State& state, const FinalStreams& streams) {
  PackedValues out;
  for (const auto& [tensor, wanted] : finalTensors(streams))
    if (wanted) putTensor(out, state.*tensor);
  for (const auto& name : streams.kept) putTensor(out, state.kept.at(name));
  return out.bytes();
}

State unpackFinal(const std::string& text, const FinalStreams& streams,
                  const std::shared_ptr<const Batch>& inputs) {
  PackedReader in(text);
  State state;
  state.inputs = inputs;
  for (const auto& [tensor, wanted] : finalTensors(streams))
    if (wanted) state.*tensor = takeTensor(in);
  for (const auto& name : streams.kept) state.kept[name] = takeTensor(in);
  return state;
}

// Where each process holds blocks of its own: a few batches at a time go from process to process, the next
// ones behind them. Every process is told what the last one has of each.
void forwardAlongProcesses(const Model& model, const Weights& weights,
                           const std::vector<std::shared_ptr<const Batch>>& batches,
                           const JobControl& control, const FinalStreams& streams,
                           const std::function<void(size_t, const State&)>& onBatch) {
  // Of the weights that do not fit each is read once for so many batches of a worker.
  constexpr int64_t kBatchesOfWorker = 4;
  // Batches under way before their results are told.
  constexpr size_t kRoundsUnderWay = 8;
  auto& processes = processesOf(control);
  const BlockOwners owners(model, processes);
  const int rank = processes.rank(), last = processes.size() - 1;
  size_t first = 0;
  while (first < model.blocks().size() && owners.ownerOf(first) < rank) ++first;
  size_t end = first;
  while (end < model.blocks().size() && owners.ownerOf(end) == rank) ++end;
  int64_t workers = 1;
  for (const auto& other : processes.gather(std::to_string(threadCount())))
    workers = std::max<int64_t>(workers, workersOf(other));
  const auto together = size_t(workers * kBatchesOfWorker);
  const Pass pass{.weights = weights, .stop = control.stop};
  ProgressMeter meter(control, "Evaluating", int64_t(batches.size()));
  for (size_t round = 0; round < batches.size();) {
    const size_t tell = std::min(batches.size(), round + kRoundsUnderWay * together);
    PackedValues found;
    for (size_t begin = round; begin < tell; begin += together) {
      const size_t some = std::min(together, tell - begin);
      States states(some);
      for (size_t i = 0; i < some; ++i)
        states[i] = rank == 0
                        ? espalier::begin(batches[begin + i], weights)
                        : unpackState(processes.receiveText(rank - 1), batches[begin + i], weights.device());
      for (size_t block = first; block < end; ++block)
        parallelFor(int64_t(some), [&](int64_t i) {
          auto& state = states[size_t(i)];
          if (block >= firstBlockNeeded(model, *state.inputs)) runBlock(model, pass, state, block);
        });
      for (const auto& state : states)
        if (rank < last)
          processes.sendText(rank + 1, packState(state));
        else
          found.put(packFinal(state, streams));
    }
    const auto received = processes.broadcastText(last, found.bytes());
    PackedReader reader(received);
    for (; round < tell; ++round) {
      onBatch(round, unpackFinal(reader.takeText(), streams, batches[round]));
      meter.advance();
    }
  }
}

}  // namespace

void evaluateBatches(const Model& model, const Weights& weights,
                     const std::vector<std::shared_ptr<const Batch>>& batches,
                     const std::vector<size_t>& asked, int64_t maxNewTokens, const JobControl& control,
                     const std::function<void(size_t, const std::vector<RowResult>&)>& onBatch,
                     const BeamOptions& beams, KeptRun* kept) {
  if (kept) kept->generated.resize(batches.size());
  const BatchTraversal traversal{
      model, weights, batches, asked, control, "Evaluating", kept ? &kept->states : nullptr};
  visitBatches<std::vector<RowResult>>(
      traversal, {.work =
                      [&](BatchPath& path) {
                        return answerBatch(model, path, maxNewTokens, beams,
                                           kept ? &kept->generated[path.batch()] : nullptr);
                      },
                  .take = onBatch,
                  .pack = packRows,
                  .unpack = [](size_t, const std::string& text) { return unpackRows(text); }});
}

void forwardBatches(const Model& model, const Weights& weights,
                    const std::vector<std::shared_ptr<const Batch>>& batches, const JobControl& control,
                    const FinalStreams& streams, const std::function<void(size_t, const State&)>& onBatch,
                    PrefixStates* kept) {
  if (processesOf(control).ownBlocks() && !kept)
    return forwardAlongProcesses(model, weights, batches, control, streams, onBatch);
  std::vector<size_t> all(batches.size());
  std::iota(all.begin(), all.end(), size_t(0));
  const BatchTraversal traversal{model, weights, batches, all, control, "Evaluating", kept};
  visitBatches<State>(traversal, {.work = [](BatchPath& path) { return path.end(); },
                                  .take = onBatch,
                                  .pack = [&](const State& state) { return packFinal(state, streams); },
                                  .unpack =
                                      [&](size_t batch, const std::string& text) {
                                        return unpackFinal(text, streams, batches[batch]);
                                      }});
}

}  // namespace espalier
