#include <ATen/ExpandUtils.h>

#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

std::vector<c10::IValue> single(const at::Tensor& t) {
  return {t};
}

// A constant beside tensors of so many rows, for all forks: as it is where it serves all rows.
at::Tensor forAllForks(const RuleCall& call, const at::Tensor& t, int64_t dimensions) {
  if (t.dim() < dimensions || t.size(0) == 1 || t.size(0) == call.forks() * call.rows()) return t;
  std::vector<int64_t> repeats(size_t(t.dim()), 1);
  repeats[0] = call.forks();
  return t.repeat(repeats);
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
  if (!call.carries(1))
    return single(withTangents(stackedOf(a) * forAllForks(call, b, a.dim()), call.count()));
  if (!call.carries(0))
    return single(withTangents(forAllForks(call, a, b.dim()) * stackedOf(b), call.count()));
  requireSameDimensions(call);
  const auto x = cleanOf(a), y = cleanOf(b);
  auto shape = at::infer_size(x.sizes(), y.sizes());
  const int64_t rows = shape[0];
  shape[0] *= call.forks();
  auto all = at::empty(shape, x.options());
  auto clean = all.narrow(0, 0, rows);
  at::mul_out(clean, x, y);
  shape[0] = rows;
  shape.insert(shape.begin(), call.count());
  auto tangents = all.narrow(0, rows, call.count() * rows).view(shape);
  at::mul_out(tangents, eachTangent(a), y);
  tangents.addcmul_(x, eachTangent(b));
  return single(withTangents(all, call.count()));
}

// d(a / b) = da / b - (a / b) db / b.
std::vector<c10::IValue> quotient(const RuleCall& call) {
  const auto& a = call.tensor(0);
  const auto& b = call.tensor(1);
  if (!call.carries(1))
    return single(withTangents(stackedOf(a) / forAllForks(call, b, a.dim()), call.count()));
  const auto x = call.clean(0, call.rows()), y = cleanOf(b);
  const auto clean = x / y;
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
  if (!call.carries(1))
    return single(withTangents(at::matmul(stackedOf(a), forAllForks(call, b, a.dim())), call.count()));
  if (b.dim() < 3) call.fail("its second argument has no dimension of forks");
  if (!call.carries(0))
    return single(withTangents(at::matmul(forAllForks(call, a, b.dim()), stackedOf(b)), call.count()));
  requireSameDimensions(call);
  const auto x = cleanOf(a), y = cleanOf(b);
  const auto clean = at::matmul(x, y);
  const int64_t rows = clean.size(0);
  auto shape = clean.sizes().vec();
  shape[0] *= call.forks();
  auto all = at::empty(shape, clean.options());
  all.narrow(0, 0, rows).copy_(clean);
  const auto byA = eachTangent(a), byB = eachTangent(b);
  for (int64_t t = 0; t < call.count(); ++t)
    all.narrow(0, (1 + t) * rows, rows).copy_(at::matmul(byA[t], y) + at::matmul(x, byB[t]));
  return single(withTangents(all, call.count()));
}

// x W^T + bias: the bias is a constant, and tangents have none.
std::vector<c10::IValue> layer(const RuleCall& call) {
  if (!call.carries(0) || call.carries(1)) call.fail("its weights carry tangents");
  const auto product = at::linear(stackedOf(call.tensor(0)), call.tensor(1));
  const auto& bias = call.arguments()[2];
  if (!bias.isNone() && bias.toTensor().defined()) {
    if (hasTangents(bias.toTensor())) call.fail("its bias carries tangents");
    product.narrow(0, 0, product.size(0) / call.forks()).add_(bias.toTensor());
  }
  return single(withTangents(product, call.count()));
}

}  // namespace

void addProductRules(std::map<std::string, Rule>& rules) {
  rules["aten::mul.Tensor"] = productOfNumbers;
  rules["aten::div.Tensor"] = quotient;
  for (const char* name : {"matmul", "mm", "bmm"}) rules[std::string("aten::") + name] = matrixProduct;
  rules["aten::linear"] = layer;
}

}  // namespace espalier
