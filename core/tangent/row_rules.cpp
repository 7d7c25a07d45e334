#include "core/tangent/rule_tables.h"

#include "core/tangent/clean_values.h"
#include "core/tangent/rows.h"

namespace espalier {

namespace {

std::vector<int64_t> dimensionsOf(const RuleCall& call, const c10::IValue& value) {
  auto dims = value.isInt() ? std::vector<int64_t>{value.toInt()} : value.toIntVector();
  for (auto& d : dims) {
    if (d > 0) d -= call.tensor(0).dim();  // from behind, where tangents have one more in front
    if (d == 0 || d == -call.tensor(0).dim()) call.fail("it works along the first dimension");
  }
  return dims;
}

// dp = p (dx - sum(p dx)).
std::vector<c10::IValue> softmax(const RuleCall& call) {
  const auto dim = dimensionsOf(call, call.arguments()[1])[0];
  const auto p = call.cleanResult();
  const auto x = eachTangent(call.tensor(0));
  return {joined(p, p * (x - (p * x).sum(dim, true)), call.count())};
}

// d ln(sum(exp(x))) = sum(softmax(x) dx).
std::vector<c10::IValue> logSumOfExponentials(const RuleCall& call) {
  const auto dims = dimensionsOf(call, call.arguments()[1]);
  const bool keep = call.arguments()[2].toBool();
  const auto both =
      cleanValues("logsumexp and softmax", call.cleanArguments(), [&]() -> std::vector<c10::IValue> {
        const auto x = cleanOf(call.tensor(0));
        const auto whole = at::logsumexp(x, dims, true);
        return {keep ? whole : at::logsumexp(x, dims, false), (x - whole).exp()};
      });
  return {joined(both[0].toTensor(), (both[1].toTensor() * eachTangent(call.tensor(0))).sum(dims, keep),
                 call.count())};
}

// d |x| = sum(x dx) / |x|.
std::vector<c10::IValue> length(const RuleCall& call) {
  const auto& p = call.arguments()[1];
  if (p.isNone() || p.toScalar().toDouble() != 2) call.fail("only lengths of vectors have a rule");
  const auto dims = dimensionsOf(call, call.arguments()[2]);
  const bool keep = call.arguments()[3].toBool();
  const auto x = cleanOf(call.tensor(0)), value = call.cleanResult();
  return {joined(value, (x * eachTangent(call.tensor(0))).sum(dims, keep) / value, call.count())};
}

std::vector<c10::IValue> layerNorm(const RuleCall& call) {
  const auto shape = call.arguments()[1].toIntVector();
  if (shape.size() != 1) call.fail("it norms more than one dimension");
  const auto optional = [&](size_t i) {
    const auto& v = call.arguments()[i];
    return v.isNone() ? at::Tensor() : v.toTensor();
  };
  return {layerNormWithTangents(call.tensor(0), optional(2), optional(3), call.number(4))};
}

}  // namespace

void addRowRules(std::map<std::string, Rule>& rules) {
  rules["aten::softmax.int"] = softmax;
  rules["aten::_softmax"] = softmax;
  rules["aten::logsumexp"] = logSumOfExponentials;
  rules["aten::norm.ScalarOpt_dim"] = length;
  rules["aten::layer_norm"] = layerNorm;
}

}  // namespace espalier
