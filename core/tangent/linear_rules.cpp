#include <string_view>

#include "core/tangent/rule_tables.h"

namespace espalier {

namespace {

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
    if (value.isIntList())
      for (const auto d : value.toIntVector()) check(d);
  }
}

// The operation on the stack of a clean value and its tangents: what is linear does the same to both.
std::vector<c10::IValue> onTheStack(const RuleCall& call) {
  auto arguments = call.arguments();
  if (!arguments[0].isTensor() || !hasTangents(arguments[0].toTensor()))
    call.fail("its first argument is a constant");
  const auto self = arguments[0].toTensor();
  checkDimensions(call, self);
  for (size_t i = 1; i < arguments.size(); ++i)
    if (arguments[i].isTensor() && hasTangents(arguments[i].toTensor()))
      call.fail("its argument " + std::to_string(i + 1) + " carries tangents");
  arguments[0] = stackedOf(self);
  auto results = call.run(std::move(arguments));
  const auto wrapped = [&](const at::Tensor& t) {
    if (t.dim() == 0 || t.size(0) % call.forks() != 0) call.fail("its result is not one of forks and rows");
    return withTangents(t, call.count());
  };
  for (auto& r : results) {
    if (r.isTensor()) {
      r = wrapped(r.toTensor());
    } else if (r.isTensorList()) {
      std::vector<at::Tensor> all;
      for (const at::Tensor& t : r.toTensorVector()) all.push_back(wrapped(t));
      r = all;
    }
  }
  return results;
}

}  // namespace

void addLinearRules(std::map<std::string, Rule>& rules) {
  for (const char* name : {"view",
                           "_unsafe_view",
                           "reshape",
                           "_reshape_alias",
                           "transpose.int",
                           "permute",
                           "select.int",
                           "slice.Tensor",
                           "unsqueeze",
                           "squeeze.dim",
                           "expand",
                           "contiguous",
                           "clone",
                           "_to_copy",
                           "alias",
                           "detach",
                           "neg",
                           "index_select",
                           "index.Tensor",
                           "sum.dim_IntList",
                           "mean.dim",
                           "cumsum",
                           "tril",
                           "triu",
                           "gather",
                           "repeat",
                           "split.Tensor",
                           "split_with_sizes",
                           "unbind.int",
                           "upsample_bilinear2d",
                           "upsample_bicubic2d",
                           "_upsample_bilinear2d_aa",
                           "_upsample_bicubic2d_aa",
                           "avg_pool2d"})
    rules[std::string("aten::") + name] = onTheStack;
  // Padding is of zeros everywhere here.
  rules["aten::constant_pad_nd"] = [](const RuleCall& call) {
    if (call.number(2) != 0) call.fail("it pads with other than zeros");
    return onTheStack(call);
  };
}

}  // namespace espalier
