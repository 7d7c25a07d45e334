#pragma once

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/tangent/tangents.h"

namespace espalier {

// A call of an operation of which at least one argument carries tangents, as its rule sees it.
class RuleCall {
 public:
  RuleCall(const c10::OperatorHandle& op, torch::jit::Stack& stack);

  const c10::OperatorHandle& operation() const { return m_op; }
  std::string name() const;
  const std::vector<c10::IValue>& arguments() const { return m_arguments; }
  size_t indexOf(const char* argument) const;  // past the end where there is none of that name

  int64_t count() const { return m_count; }  // of tangents: all arguments that carry any have as many
  int64_t forks() const { return 1 + m_count; }

  const at::Tensor& tensor(size_t i) const { return m_arguments[i].toTensor(); }
  bool carries(size_t i) const { return hasTangents(tensor(i)); }
  double number(size_t i) const { return m_arguments[i].toScalar().toDouble(); }
  // A tensor's values for the clean part and for the tangents: of a constant beside a tensor with so many
  // clean rows.
  at::Tensor clean(size_t i, int64_t rows) const;
  // constantOf() beside tensors of so many rows; what has fewer dimensions serves all rows.
  at::Tensor constant(const at::Tensor& t, int64_t rows) const;
  // Clean rows of those that carry tangents.
  int64_t rows() const;

  // All arguments, clean, and constants as they stand beside clean values.
  std::vector<c10::IValue> cleanArguments() const;

  // The operation itself, on other arguments.
  std::vector<c10::IValue> run(std::vector<c10::IValue> arguments) const;
  // The same on clean values, shared with other tangents that run beside them (CleanValues).
  std::vector<c10::IValue> runClean(const std::vector<c10::IValue>& arguments) const;
  at::Tensor cleanResult() const { return runClean(cleanArguments())[0].toTensor(); }

  [[noreturn]] void fail(const std::string& why) const;

 private:
  const c10::OperatorHandle& m_op;
  std::vector<c10::IValue> m_arguments;
  int64_t m_count = 0, m_rows = 0, m_dimensions = 0;

  void look(const at::Tensor& t);
};

// What an operation gives: one value, or several.
using Rule = std::function<std::vector<c10::IValue>(const RuleCall&)>;

// The rule of an operation by its name and overload ("aten::add.Tensor"); null: it has none.
const Rule* tangentRule(const std::string& operation);
// All names that have one.
std::vector<std::string> operationsWithRules();

// A clean value and its tangents, [T, rows, ...] or [T * rows, ...], as one tensor with tangents. The
// tangents are brought to the clean value's shape where they lack its width.
at::Tensor joined(const at::Tensor& clean, const at::Tensor& tangents, int64_t count);
// Tangents as [T, rows, ...].
at::Tensor eachTangent(const at::Tensor& t);

}  // namespace espalier
