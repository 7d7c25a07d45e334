#include "core/live/live_evaluator.h"

#include <algorithm>

#include "core/engine/elsewhere_model.h"
#include "core/engine/evaluation_cache.h"

namespace espalier {

struct LiveEvaluator::Parts {
  Dataset pairs;
  AnswerOptions answers;
  EvaluationCache cache;
  std::shared_ptr<const Checkpoint> checkpoint;  // of the model asked last
  Reuse reuse;
};

LiveEvaluator::LiveEvaluator(Dataset pairs, AnswerOptions answers, int64_t memoryBytes)
    : m_parts(
          new Parts{std::move(pairs), std::move(answers), {.kept = {.memoryBytes = memoryBytes}}, {}, {}}) {}

LiveEvaluator::~LiveEvaluator() = default;

const Dataset& LiveEvaluator::pairs() const {
  return m_parts->pairs;
}

Evaluation LiveEvaluator::run(const OpenModel& model, const JobControl& control, const PairEvaluated& onPair,
                              std::vector<int64_t> first) {
  Parts& p = *m_parts;
  if (const auto* there = modelElsewhere(model))
    return evaluateElsewhere(*there, p.pairs, p.answers, {true, std::move(first)}, control, onPair);
  p.cache.first = std::move(first);
  if (p.checkpoint != model.checkpoint) p.cache.kept.lists.clear(), p.cache.usable.reset();
  p.checkpoint = model.checkpoint;
  auto evaluation = evaluateModel(model, p.pairs, control, onPair, {}, p.answers, &p.cache);
  p.reuse = {model.model->blocks().size(), model.model->blocks().size()};
  bool ran = false;
  for (const auto& [name, list] : p.cache.kept.lists) {
    if (!list.states.ran()) continue;  // batches that others were made of
    ran = true;
    p.reuse.reused = std::min(p.reuse.reused, list.states.reused());
  }
  if (!ran) p.reuse.reused = 0;
  return evaluation;
}

LiveEvaluator::Reuse LiveEvaluator::lastReuse() const {
  return m_parts->reuse;
}

}  // namespace espalier
