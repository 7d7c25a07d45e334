#include "core/prune/criteria_list.h"

namespace espalier {

Registry<Criterion>& criterionRegistry() {
  static Registry<Criterion> list{
      &wandaCriterion(), &sparseGptCriterion(), &admmCriterion(),
      &alpsCriterion(),  &riaCriterion(),       &magnitudeCriterion(),
  };
  return list;
}

const std::vector<const Criterion*>& criteria() {
  return criterionRegistry().all();
}

const Criterion& criterionNamed(const std::string& name) {
  return criterionRegistry().named("criterion", name);
}

const Criterion& criterionFor(const Criterion& chosen, const InputStatistics& inputs) {
  return chosen.needs().any() && inputs.positions == 0 ? magnitudeCriterion() : chosen;
}

Comparison Criterion::publishedComparison(Component component) const {
  return component == Component::Vision ? Comparison::Matrix : Comparison::Row;
}

std::string Criterion::comparedAmong(Comparison comparison) const {
  return comparison == Comparison::Row ? ENGINE_TEXT("Engine", "The least of each output row go.")
                                       : ENGINE_TEXT("Engine", "The least of the whole matrix go.");
}

at::Tensor Criterion::scores(const at::Tensor&, const InputStatistics&) const {
  return {};
}

at::Tensor Criterion::ranking(const at::Tensor& weight, const InputStatistics& inputs) const {
  return zerosFirst(weight, scores(weight, inputs));
}

std::shared_ptr<const Criterion::Prepared> Criterion::prepare(const InputStatistics&, bool) const {
  return nullptr;
}

PrunedWeight Criterion::prune(const at::Tensor& weight, const InputStatistics& inputs, const Prepared*,
                              const Selection& selection) const {
  PrunedWeight out;
  const auto plain = scores(weight, inputs), ranked = zerosFirst(weight, plain);
  out.mask = maskOfLeast(ranked, selection);
  out.weight = zeroed(weight, out.mask);
  if (!ranked.is_same(plain)) out.mask.logical_or_(weight == 0);  // it has zeros of its own
  return out;
}

}  // namespace espalier
