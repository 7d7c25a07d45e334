#include <string_view>

#include "core/tangent/clean_values.h"
#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

using Arguments = std::vector<c10::IValue>;

// Whether an argument names the first dimension of the tensor the operation is on.
void checkDimensions(const RuleCall& call, const at::Tensor& self) {
  const auto& schema = call.operation().schema().arguments();
  const bool adds = call.name() == "aten::unsqueeze";
  const int64_t dimensions = self.dim() + (adds ? 1 : 0);
  const auto check = [&](int64_t d) {
    if (d == 0 || d == -dimensions) call.fail("it works along the first dimension");
  };
  for (size_t i = 0; i < schema.size(); ++i) {
    const auto& name = schema[i].name();
    if (name != "dim" && name != "dim0" && name != "dim1") continue;
    const auto& value = call.arguments()[i];
    if (value.isInt()) check(value.toInt());
    if (value.isIntList()) {
      if (value.toIntVector().empty()) call.fail("it works along all dimensions");
      for (const auto d : value.toIntVector()) check(d);
    }
  }
}

void checkArguments(const RuleCall& call) {
  const auto& arguments = call.arguments();
  if (!arguments[0].isTensor() || !hasTangents(arguments[0].toTensor()))
    call.fail("its first argument is a constant");
  for (size_t i = 1; i < arguments.size(); ++i)
    if (arguments[i].isTensor() && hasTangents(arguments[i].toTensor()))
      call.fail("its argument " + std::to_string(i + 1) + " carries tangents");
  checkDimensions(call, arguments[0].toTensor());
}

// What is linear does the same to a clean value and to tangents.
Arguments joinedResults(const RuleCall& call, const Arguments& clean, const Arguments& tangents) {
  const auto joinedOf = [&](const at::Tensor& value, const at::Tensor& change) {
    if (value.dim() == 0 || change.dim() != value.dim() || change.size(0) != call.count() * value.size(0))
      call.fail("its result is not one of forks and rows");
    return withTangents(value, change);
  };
  Arguments out;
  for (size_t i = 0; i < clean.size(); ++i) {
    if (clean[i].isTensorList()) {
      const auto values = clean[i].toTensorVector(), changes = tangents[i].toTensorVector();
      std::vector<at::Tensor> all;
      for (size_t k = 0; k < values.size(); ++k) all.push_back(joinedOf(values[k], changes[k]));
      out.emplace_back(all);
    } else {
      out.emplace_back(joinedOf(clean[i].toTensor(), tangents[i].toTensor()));
    }
  }
  return out;
}

Arguments onBoth(const RuleCall& call) {
  checkArguments(call);
  auto arguments = call.arguments();
  arguments[0] = tangentsOf(call.tensor(0));
  return joinedResults(call, call.runClean(call.cleanArguments()), call.run(std::move(arguments)));
}

// Where the second argument is the shape that is wanted, of all forks.
Arguments toShape(const RuleCall& call, const char* operation) {
  checkArguments(call);
  const auto& self = call.tensor(0);
  const auto shape = call.arguments()[1].toIntVector();
  const bool sameDimensions = int64_t(shape.size()) == self.dim() || std::string_view(operation) != "expand";
  if (shape.empty() || !sameDimensions || (shape[0] >= 0 && shape[0] % call.forks() != 0))
    call.fail("its result is not one of forks and rows");
  const auto shaped = [&](const at::Tensor& t, int64_t forks) {
    auto own = shape;
    if (own[0] > 0) own[0] = own[0] / call.forks() * forks;
    return std::string_view(operation) == "expand" ? t.expand(own) : t.reshape(own);
  };
  const auto clean = cleanOf(self);
  const auto value =
      cleanValues(call.name(), {clean, shape}, [&]() -> Arguments { return {shaped(clean, 1)}; });
  return joinedResults(call, value, {shaped(tangentsOf(self), call.count())});
}

// What has other arguments of forks and rows, or names rows: on a copy of all forks.
Arguments onTheStack(const RuleCall& call) {
  checkArguments(call);
  auto arguments = call.arguments();
  arguments[0] = stackedOf(call.tensor(0));
  const auto result = call.run(std::move(arguments))[0].toTensor();
  if (result.dim() == 0 || result.size(0) % call.forks() != 0)
    call.fail("its result is not one of forks and rows");
  const int64_t rows = result.size(0) / call.forks();
  return {withTangents(result.narrow(0, 0, rows), result.narrow(0, rows, call.count() * rows))};
}

Arguments permuted(const RuleCall& call) {
  const auto first = call.arguments()[1].toIntVector()[0];
  if (first != 0 && first != -call.tensor(0).dim()) call.fail("it moves the first dimension");
  return onBoth(call);
}

Arguments repeated(const RuleCall& call) {
  const auto times = call.arguments()[1].toIntVector();
  if (int64_t(times.size()) != call.tensor(0).dim() || times[0] != 1)
    call.fail("it works along the first dimension");
  return onBoth(call);
}

}  // namespace

void addLinearRules(std::map<std::string, Rule>& rules) {
  for (const char* name : {"transpose.int",
                           "select.int",
                           "slice.Tensor",
                           "unsqueeze",
                           "squeeze.dim",
                           "contiguous",
                           "clone",
                           "_to_copy",
                           "alias",
                           "detach",
                           "neg",
                           "index_select",
                           "sum.dim_IntList",
                           "mean.dim",
                           "cumsum",
                           "tril",
                           "triu",
                           "split.Tensor",
                           "split_with_sizes",
                           "unbind.int",
                           "upsample_bilinear2d",
                           "upsample_bicubic2d",
                           "_upsample_bilinear2d_aa",
                           "_upsample_bicubic2d_aa",
                           "avg_pool2d"})
    rules[std::string("aten::") + name] = onBoth;
  // Clean values and tangents may lie in memory in different ways, so that one of them has to be copied.
  for (const char* name : {"view", "_unsafe_view", "reshape", "_reshape_alias"})
    rules[std::string("aten::") + name] = [](const RuleCall& call) { return toShape(call, "reshape"); };
  rules["aten::expand"] = [](const RuleCall& call) { return toShape(call, "expand"); };
  rules["aten::permute"] = permuted;
  rules["aten::repeat"] = repeated;
  for (const char* name : {"index.Tensor", "gather"}) rules[std::string("aten::") + name] = onTheStack;
  // Padding is of zeros everywhere here.
  rules["aten::constant_pad_nd"] = [](const RuleCall& call) {
    if (call.number(2) != 0) call.fail("it pads with other than zeros");
    return onBoth(call);
  };
}

}  // namespace espalier
