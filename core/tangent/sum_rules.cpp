#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

std::vector<c10::IValue> one(const at::Tensor& t) {
  return {t};
}

// Adds `factor` times b, or b times it less a's.
at::Tensor weightedSum(const RuleCall& call, double ofA, double ofB) {
  const auto scaled = [](const at::Tensor& t, double by) { return by == 1 ? t : t * by; };
  const bool first = call.carries(0), second = call.carries(1);
  const auto& a = call.tensor(0);
  const auto& b = call.tensor(1);
  if (first && second && a.sizes() == b.sizes()) {
    const auto x = scaled(stackedOf(a), ofA);
    return withTangents(at::add(x, stackedOf(b), ofB), call.count());
  }
  const auto x = scaled(call.clean(0, call.rows()), ofA), y = call.clean(1, call.rows());
  const auto clean = at::add(x, y, ofB);
  if (first && second) {
    if (a.dim() != b.dim())
      call.fail("its arguments have " + std::to_string(a.dim()) + " and " + std::to_string(b.dim()) +
                " dimensions");
    return joined(clean, at::add(scaled(eachTangent(a), ofA), eachTangent(b), ofB), call.count());
  }
  const auto& carrying = first ? a : b;
  const double by = first ? ofA : ofB;
  if (clean.dim() != carrying.dim()) call.fail("a constant has more dimensions");
  // The constant adds nothing to the tangents.
  return joined(clean, scaled(eachTangent(carrying), by), call.count());
}

std::vector<c10::IValue> sum(const RuleCall& call) {
  return one(weightedSum(call, 1, call.number(2)));
}
std::vector<c10::IValue> difference(const RuleCall& call) {
  return one(weightedSum(call, 1, -call.number(2)));
}
std::vector<c10::IValue> reversedDifference(const RuleCall& call) {
  return one(weightedSum(call, -call.number(2), 1));
}

// A constant with tangents of zeros; a tensor with tangents as it is. Plain, [forks * rows, ...]. rows: of
// the constant.
at::Tensor stackedWithZeros(const RuleCall& call, const at::Tensor& t, int64_t rows) {
  if (hasTangents(t)) return stackedOf(t);
  const auto value = call.constant(t, rows);
  auto shape = value.sizes().vec();
  shape[0] *= call.count();
  return at::cat({value, at::zeros(shape, value.options())}, 0);
}

std::vector<c10::IValue> sideBySide(const RuleCall& call) {
  const auto given = call.arguments()[0].toTensorVector();
  const int64_t dim = call.arguments()[1].toInt(), dimensions = given[0].dim();
  if (dim == 0 || dim == -dimensions) call.fail("it works along the first dimension");
  std::vector<at::Tensor> all;
  for (const auto& t : given) all.push_back(stackedWithZeros(call, t, call.rows()));
  auto arguments = call.arguments();
  arguments[0] = all;
  return one(withTangents(call.run(std::move(arguments))[0].toTensor(), call.count()));
}

// Numbers that are set to a value have no tangent.
std::vector<c10::IValue> filled(const RuleCall& call) {
  if (!call.carries(0)) call.fail("its first argument is a constant");
  const auto& self = call.tensor(0);
  const auto& mask = call.tensor(1);
  const double value = call.number(2);
  if (value == 0 && (mask.dim() < self.dim() || mask.size(0) == 1 || mask.size(0) == self.size(0)))
    return one(withTangents(stackedOf(self).masked_fill(mask, value), call.count()));
  const auto where = call.constant(mask, call.rows());
  return one(
      joined(cleanOf(self).masked_fill(where, value), eachTangent(self).masked_fill(where, 0), call.count()));
}

// Numbers of a second tensor, one after another, at the places of a mask: in each fork those of its own.
std::vector<c10::IValue> scattered(const RuleCall& call) {
  const auto& mask = call.tensor(1);
  const auto ofForks = [&](size_t i) {
    const auto& t = call.tensor(i);
    return stackedWithZeros(call, t, t.size(0) / call.forks()).chunk(call.forks(), 0);
  };
  const auto self = ofForks(0), source = ofForks(2), where = mask.chunk(call.forks(), 0);
  std::vector<at::Tensor> all;
  for (size_t f = 0; f < self.size(); ++f) all.push_back(self[f].masked_scatter(where[f], source[f]));
  return one(withTangents(at::cat(all, 0), call.count()));
}

std::vector<c10::IValue> chosen(const RuleCall& call) {
  const auto condition = call.constant(call.tensor(0), call.rows());
  const auto clean = at::where(condition, call.clean(1, call.rows()), call.clean(2, call.rows()));
  const auto tangents = [&](size_t i) {
    return call.carries(i) ? eachTangent(call.tensor(i)) : at::zeros({}, clean.options());
  };
  return one(joined(clean, at::where(condition, tangents(1), tangents(2)), call.count()));
}

// Adds rows of a second tensor to places of the first.
std::vector<c10::IValue> addedAtPlaces(const RuleCall& call) {
  const int64_t dim = call.arguments()[1].toInt();
  if (dim == 0 || dim == -call.tensor(0).dim()) call.fail("it works along the first dimension");
  auto arguments = call.arguments();
  for (const size_t i : {0, 3}) arguments[i] = stackedWithZeros(call, call.tensor(i), call.rows());
  return one(withTangents(call.run(std::move(arguments))[0].toTensor(), call.count()));
}

// A tensor that is changed has no place for tangents, or shares it with others.
std::vector<c10::IValue> inPlace(const RuleCall& call) {
  call.fail("it changes a tensor in place");
}

}  // namespace

void addSumRules(std::map<std::string, Rule>& rules) {
  rules["aten::add.Tensor"] = sum;
  rules["aten::sub.Tensor"] = difference;
  rules["aten::rsub.Tensor"] = reversedDifference;
  rules["aten::cat"] = sideBySide;
  rules["aten::masked_fill.Scalar"] = filled;
  rules["aten::masked_scatter"] = scattered;
  rules["aten::where.self"] = chosen;
  rules["aten::index_add"] = addedAtPlaces;
  for (const char* name : {"add_.Tensor", "sub_.Tensor", "mul_.Tensor", "div_.Tensor", "copy_", "index_add_"})
    rules[std::string("aten::") + name] = inPlace;
}

}  // namespace espalier
