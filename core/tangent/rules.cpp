#include "core/tangent/rules.h"

#include <torch/library.h>

#include <memory>

#include "core/tangent/rule_call.h"

namespace espalier {

namespace {

void runTangentRule(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const RuleCall call(op, *stack);
  const auto* rule = tangentRule(call.name());
  if (!rule) call.fail("it has no derivative rule");
  for (auto& value : (*rule)(call)) stack->push_back(std::move(value));
}

void takeOver(torch::Library& library, const std::string& operation) {
  library.impl(operation.substr(operation.find("::") + 2).c_str(),
               torch::CppFunction::makeFromBoxedFunction<&runTangentRule>());
}

}  // namespace

// Operations that LibTorch puts together from others are taken apart by it as far as no rule says otherwise;
// what is left without a rule ends in the fallback.
void registerTangentRules() {
  static const auto libraries = [] {
    std::vector<std::unique_ptr<torch::Library>> all;
    auto rest = std::make_unique<torch::Library>(torch::Library::IMPL, "_", kTangentKey, __FILE__, __LINE__);
    rest->fallback(torch::CppFunction::makeFromBoxedFunction<&runTangentRule>());
    all.push_back(std::move(rest));
    auto rules =
        std::make_unique<torch::Library>(torch::Library::IMPL, "aten", kTangentKey, __FILE__, __LINE__);
    for (const auto& operation : operationsWithRules()) takeOver(*rules, operation);
    // Those that LibTorch would otherwise run on memory that is not there.
    auto& dispatcher = c10::Dispatcher::singleton();
    for (const auto& name : dispatcher.getAllOpNames()) {
      const auto operation = name.overload_name.empty() ? name.name : name.name + "." + name.overload_name;
      const auto found = dispatcher.findOp(name);
      if (name.name.starts_with("aten::") && !tangentRule(operation) && found &&
          found->hasKernelForDispatchKey(c10::DispatchKey::CompositeExplicitAutogradNonFunctional))
        takeOver(*rules, operation);
    }
    all.push_back(std::move(rules));
    return all;
  }();
  (void)libraries;
}

}  // namespace espalier
