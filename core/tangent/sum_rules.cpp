#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

std::vector<c10::IValue> one(const at::Tensor& t) {
  return {t};
}

// ofA a + ofB b, where the operation gives the clean one.
at::Tensor weightedSum(const RuleCall& call, double ofA, double ofB) {
  const auto scaled = [](const at::Tensor& t, double by) { return by == 1 ? t : t * by; };
  const bool first = call.carries(0), second = call.carries(1);
  const auto& a = call.tensor(0);
  const auto& b = call.tensor(1);
  const auto clean = call.cleanResult();
  if (first && second) {
    if (a.dim() != b.dim())
      call.fail("its arguments have " + std::to_string(a.dim()) + " and " + std::to_string(b.dim()) +
                " dimensions");
    if (a.sizes() == b.sizes())
      return withTangents(clean, at::add(scaled(tangentsOf(a), ofA), tangentsOf(b), ofB));
    return joined(clean, at::add(scaled(eachTangent(a), ofA), eachTangent(b), ofB), call.count());
  }
  const auto& carrying = first ? a : b;
  if (clean.dim() != carrying.dim()) call.fail("a constant has more dimensions");
  // The constant adds nothing to the tangents.
  return joined(clean, scaled(tangentsOf(carrying), first ? ofA : ofB), call.count());
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

// The tangents of a tensor, [T * rows, ...]: zeros of a constant, of which so many rows are clean.
at::Tensor tangentsOrZeros(const RuleCall& call, const at::Tensor& t, int64_t rows) {
  if (hasTangents(t)) return tangentsOf(t);
  auto shape = t.sizes().vec();
  shape[0] = call.count() * rows;
  return at::zeros(shape, t.options());
}

std::vector<c10::IValue> sideBySide(const RuleCall& call) {
  const auto given = call.arguments()[0].toTensorVector();
  const int64_t dim = call.arguments()[1].toInt(), dimensions = given[0].dim();
  if (dim == 0 || dim == -dimensions) call.fail("it works along the first dimension");
  std::vector<at::Tensor> changes;
  for (const auto& t : given) changes.push_back(tangentsOrZeros(call, t, call.rows()));
  return one(withTangents(call.cleanResult(), at::cat(changes, dim)));
}

// Numbers that are set to a value have no tangent.
std::vector<c10::IValue> filled(const RuleCall& call) {
  if (!call.carries(0)) call.fail("its first argument is a constant");
  const auto where = call.constant(call.tensor(1), call.rows());
  return one(joined(call.cleanResult(), eachTangent(call.tensor(0)).masked_fill(where, 0), call.count()));
}

// Numbers of a second tensor, one after another, at the places of a mask: in each fork those of its own.
std::vector<c10::IValue> scattered(const RuleCall& call) {
  const auto rowsOf = [&](size_t i) {
    return call.carries(i) ? cleanOf(call.tensor(i)).size(0) : call.tensor(i).size(0) / call.forks();
  };
  const auto ofRows = [&](size_t i) {
    const auto& t = call.tensor(i);
    return call.carries(i) ? cleanOf(t) : t.narrow(0, 0, rowsOf(i));
  };
  const auto changes = [&](size_t i) {
    return tangentsOrZeros(call, call.tensor(i), rowsOf(i)).chunk(call.count(), 0);
  };
  const auto where = ofRows(1);
  const auto clean = call.runClean({ofRows(0), where, ofRows(2)})[0].toTensor();
  const auto self = changes(0), source = changes(2);
  std::vector<at::Tensor> all;
  for (size_t t = 0; t < self.size(); ++t) all.push_back(self[t].masked_scatter(where, source[t]));
  return one(withTangents(clean, at::cat(all, 0)));
}

std::vector<c10::IValue> chosen(const RuleCall& call) {
  const auto condition = call.constant(call.tensor(0), call.rows());
  const auto clean = call.cleanResult();
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
  for (const size_t i : {0, 3}) arguments[i] = tangentsOrZeros(call, call.tensor(i), call.rows());
  return one(withTangents(call.cleanResult(), call.run(std::move(arguments))[0].toTensor()));
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
