#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

std::vector<c10::IValue> single(const at::Tensor& t) {
  return {t};
}

void requireSameDimensions(const RuleCall& call) {
  if (call.tensor(0).dim() != call.tensor(1).dim())
    call.fail("its arguments have " + std::to_string(call.tensor(0).dim()) + " and " +
              std::to_string(call.tensor(1).dim()) + " dimensions");
}

// d(a b) = da b + a db, for each number.
std::vector<c10::IValue> productOfNumbers(const RuleCall& call) {
  const auto& a = call.tensor(0);
  const auto& b = call.tensor(1);
  const auto clean = call.cleanResult(), x = call.clean(0, call.rows()), y = call.clean(1, call.rows());
  if (!call.carries(1)) return single(joined(clean, eachTangent(a) * y, call.count()));
  if (!call.carries(0)) return single(joined(clean, x * eachTangent(b), call.count()));
  requireSameDimensions(call);
  auto shape = clean.sizes().vec();
  shape.insert(shape.begin(), call.count());
  auto tangents = at::empty(shape, clean.options());
  at::mul_out(tangents, eachTangent(a), y);
  tangents.addcmul_(x, eachTangent(b));
  return single(withTangents(clean, tangents.flatten(0, 1)));
}

// d(a / b) = da / b - (a / b) db / b.
std::vector<c10::IValue> quotient(const RuleCall& call) {
  const auto& a = call.tensor(0);
  const auto& b = call.tensor(1);
  const auto clean = call.cleanResult();
  if (!call.carries(1))
    return single(joined(clean, eachTangent(a) / call.clean(1, call.rows()), call.count()));
  const auto y = cleanOf(b);
  if (clean.dim() != b.dim() || (call.carries(0) && a.dim() != b.dim()))
    call.fail("its arguments differ in dimensions");
  auto tangents = -clean * eachTangent(b) / y;
  if (call.carries(0)) tangents = tangents + eachTangent(a) / y;
  return single(joined(clean, tangents, call.count()));
}

// d(A B) = dA B + A dB.
std::vector<c10::IValue> matrixProduct(const RuleCall& call) {
  const auto& a = call.tensor(0);
  const auto& b = call.tensor(1);
  const auto clean = call.cleanResult(), x = call.clean(0, call.rows()), y = call.clean(1, call.rows());
  if (!call.carries(1) && y.dim() < 3) return single(withTangents(clean, at::matmul(tangentsOf(a), y)));
  if (call.carries(1) && b.dim() < 3) call.fail("its second argument has no dimension of forks");
  if (call.carries(0) && call.carries(1)) requireSameDimensions(call);
  auto shape = clean.sizes().vec();
  const int64_t rows = shape[0];
  shape[0] *= call.count();
  auto tangents = at::empty(shape, clean.options());
  for (int64_t t = 0; t < call.count(); ++t) {
    at::Tensor change;
    if (call.carries(0)) change = at::matmul(eachTangent(a)[t], y);
    if (call.carries(1)) {
      const auto by = at::matmul(x, eachTangent(b)[t]);
      change = change.defined() ? change.add_(by) : by;
    }
    tangents.narrow(0, t * rows, rows).copy_(change);
  }
  return single(withTangents(clean, tangents));
}

// x W^T + bias: the bias is a constant, and tangents have none.
std::vector<c10::IValue> layer(const RuleCall& call) {
  if (!call.carries(0) || call.carries(1)) call.fail("its weights carry tangents");
  const auto& bias = call.arguments()[2];
  if (!bias.isNone() && hasTangents(bias.toTensor())) call.fail("its bias carries tangents");
  return single(withTangents(call.cleanResult(), at::linear(tangentsOf(call.tensor(0)), call.tensor(1))));
}

}  // namespace

void addProductRules(std::map<std::string, Rule>& rules) {
  rules["aten::mul.Tensor"] = productOfNumbers;
  rules["aten::div.Tensor"] = quotient;
  for (const char* name : {"matmul", "mm", "bmm"}) rules[std::string("aten::") + name] = matrixProduct;
  rules["aten::linear"] = layer;
}

}  // namespace espalier
