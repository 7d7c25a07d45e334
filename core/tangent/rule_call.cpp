#include "core/tangent/rule_call.h"

#include "core/base/error.h"
#include "core/tangent/clean_values.h"

namespace espalier {

RuleCall::RuleCall(const c10::OperatorHandle& op, torch::jit::Stack& stack)
    : m_op(op), m_arguments(torch::jit::pop(stack, op.schema().arguments().size())) {
  for (const auto& a : m_arguments) {
    if (a.isTensor()) look(a.toTensor());
    if (a.isTensorList())
      for (const at::Tensor& t : a.toTensorVector()) look(t);
  }
}

void RuleCall::look(const at::Tensor& t) {
  if (!hasTangents(t)) return;
  const int64_t count = tangentCount(t);
  if (m_count > 0 && m_count != count)
    fail("its arguments carry " + std::to_string(m_count) + " and " + std::to_string(count) + " tangents");
  m_count = count;
  m_rows = cleanOf(t).size(0);
  m_dimensions = t.dim();
}

std::string RuleCall::name() const {
  const auto& name = m_op.operator_name();
  return name.overload_name.empty() ? name.name : name.name + "." + name.overload_name;
}

size_t RuleCall::indexOf(const char* argument) const {
  const auto& all = m_op.schema().arguments();
  size_t i = 0;
  while (i < all.size() && all[i].name() != argument) ++i;
  return i;
}

int64_t RuleCall::rows() const {
  return m_rows;
}

at::Tensor RuleCall::clean(size_t i, int64_t rows) const {
  const auto& t = tensor(i);
  return hasTangents(t) ? cleanOf(t) : constant(t, rows);
}

at::Tensor RuleCall::constant(const at::Tensor& t, int64_t rows) const {
  return t.defined() && t.dim() == m_dimensions ? constantOf(t, m_count, rows) : t;
}

std::vector<c10::IValue> RuleCall::cleanArguments() const {
  const auto cleaned = [this](const at::Tensor& t) {
    return hasTangents(t) ? cleanOf(t) : constant(t, m_rows);
  };
  auto out = m_arguments;
  for (auto& a : out) {
    if (a.isTensor()) {
      a = cleaned(a.toTensor());
    } else if (a.isTensorList()) {
      std::vector<at::Tensor> all;
      for (const at::Tensor& t : a.toTensorVector()) all.push_back(cleaned(t));
      a = all;
    }
  }
  return out;
}

std::vector<c10::IValue> RuleCall::runClean(const std::vector<c10::IValue>& arguments) const {
  return cleanValues(name(), arguments, [&] { return run(arguments); });
}

std::vector<c10::IValue> RuleCall::run(std::vector<c10::IValue> arguments) const {
  torch::jit::Stack stack(std::move(arguments));
  m_op.callBoxed(&stack);
  return stack;
}

void RuleCall::fail(const std::string& why) const {
  throw Error(ErrorKind::Internal, "Forward mode cannot compute " + name() + ": " + why + ".");
}

at::Tensor joined(const at::Tensor& clean, const at::Tensor& tangents, int64_t count) {
  auto shape = clean.sizes().vec();
  auto each = shape;
  shape[0] *= count;
  if (tangents.sizes() == at::IntArrayRef(shape)) return withTangents(clean, tangents);
  each.insert(each.begin(), count);
  const auto from = tangents.dim() == clean.dim()
                        ? tangents.unflatten(0, std::vector<int64_t>{count, tangents.size(0) / count})
                        : tangents;
  return withTangents(clean, from.expand(each).reshape(shape));
}

at::Tensor eachTangent(const at::Tensor& t) {
  const auto tangents = tangentsOf(t);
  auto shape = tangents.sizes().vec();
  const int64_t count = tangentCount(t);
  shape[0] /= count;
  shape.insert(shape.begin(), count);
  return tangents.reshape(shape);
}

}  // namespace espalier
