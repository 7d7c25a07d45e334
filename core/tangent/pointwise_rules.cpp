#include "core/tangent/clean_values.h"
#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

// f(x) and f'(x).
struct WithSlope {
  at::Tensor value, slope;
};
using Function = WithSlope (*)(const at::Tensor& x, const RuleCall& call);

Rule ofEachNumber(Function function) {
  return [function](const RuleCall& call) -> std::vector<c10::IValue> {
    const auto& x = call.tensor(0);
    // Both are shared with other tangents that run beside the same clean values.
    const auto both =
        cleanValues(call.name() + " and its slope", call.cleanArguments(), [&]() -> std::vector<c10::IValue> {
          const auto [value, slope] = function(cleanOf(x), call);
          return {value, slope};
        });
    const auto value = both[0].toTensor(), slope = both[1].toTensor();
    const auto tangents = areGivenUp(x) ? eachTangent(x).mul_(slope) : eachTangent(x) * slope;
    return {joined(value, tangents, call.count())};
  };
}

WithSlope gelu(const at::Tensor& x, const RuleCall& call) {
  const auto form = call.arguments()[1].toStringRef();
  return {at::gelu(x, form), at::gelu_backward(at::ones({}, x.options()).expand_as(x), x, form)};
}

WithSlope silu(const at::Tensor& x, const RuleCall&) {
  return {at::silu(x), at::silu_backward(at::ones({}, x.options()).expand_as(x), x)};
}

WithSlope mish(const at::Tensor& x, const RuleCall&) {
  const auto t = at::tanh(at::softplus(x));
  return {at::mish(x), t + x * at::sigmoid(x) * (1 - t.square())};
}

WithSlope sigmoid(const at::Tensor& x, const RuleCall&) {
  const auto y = at::sigmoid(x);
  return {y, y * (1 - y)};
}

WithSlope logSigmoid(const at::Tensor& x, const RuleCall&) {
  return {at::log_sigmoid(x), at::sigmoid(-x)};
}

WithSlope hyperbolicTangent(const at::Tensor& x, const RuleCall&) {
  const auto y = at::tanh(x);
  return {y, 1 - y.square()};
}

WithSlope relu(const at::Tensor& x, const RuleCall&) {
  return {at::relu(x), (x > 0).to(x.scalar_type())};
}

WithSlope relu6(const at::Tensor& x, const RuleCall&) {
  return {at::relu6(x), (x > 0).logical_and(x < 6).to(x.scalar_type())};
}

WithSlope exponential(const at::Tensor& x, const RuleCall&) {
  const auto y = at::exp(x);
  return {y, y};
}

WithSlope logarithm(const at::Tensor& x, const RuleCall&) {
  return {at::log(x), at::reciprocal(x)};
}

WithSlope square(const at::Tensor& x, const RuleCall&) {
  return {at::square(x), 2 * x};
}

WithSlope power(const at::Tensor& x, const RuleCall& call) {
  const double exponent = call.number(1);
  return {at::pow(x, exponent), exponent * at::pow(x, exponent - 1)};
}

WithSlope squareRoot(const at::Tensor& x, const RuleCall&) {
  const auto y = at::sqrt(x);
  return {y, 0.5 / y};
}

WithSlope reciprocalSquareRoot(const at::Tensor& x, const RuleCall&) {
  const auto y = at::rsqrt(x);
  return {y, -0.5 * y / x};
}

WithSlope reciprocal(const at::Tensor& x, const RuleCall&) {
  const auto y = at::reciprocal(x);
  return {y, -y.square()};
}

WithSlope softplus(const at::Tensor& x, const RuleCall& call) {
  const double beta = call.number(1), threshold = call.number(2);
  return {at::softplus(x, beta, threshold),
          at::where(x * beta > threshold, at::ones({}, x.options()), at::sigmoid(x * beta))};
}

WithSlope atLeast(const at::Tensor& x, const RuleCall& call) {
  return {at::clamp_min(x, call.number(1)), (x >= call.number(1)).to(x.scalar_type())};
}

}  // namespace

void addPointwiseRules(std::map<std::string, Rule>& rules) {
  const std::pair<const char*, Function> functions[] = {{"gelu", gelu},
                                                        {"silu", silu},
                                                        {"mish", mish},
                                                        {"sigmoid", sigmoid},
                                                        {"log_sigmoid", logSigmoid},
                                                        {"tanh", hyperbolicTangent},
                                                        {"relu", relu},
                                                        {"relu6", relu6},
                                                        {"exp", exponential},
                                                        {"log", logarithm},
                                                        {"square", square},
                                                        {"pow.Tensor_Scalar", power},
                                                        {"sqrt", squareRoot},
                                                        {"rsqrt", reciprocalSquareRoot},
                                                        {"reciprocal", reciprocal},
                                                        {"softplus", softplus},
                                                        {"clamp_min", atLeast}};
  for (const auto& [name, function] : functions) rules[std::string("aten::") + name] = ofEachNumber(function);
}

}  // namespace espalier
