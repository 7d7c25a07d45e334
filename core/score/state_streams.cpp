#include "core/score/state_streams.h"

namespace espalier {

std::map<std::string, at::Tensor> streamsOf(const State& state) {
  std::map<std::string, at::Tensor> out;
  const auto take = [&](const std::string& name, const at::Tensor& t) {
    if (t.defined() && t.is_floating_point()) out[name] = t;
  };
  take("hidden", state.hidden);
  take("context", state.context);
  take("lossSum", state.lossSum);
  for (const auto& [name, t] : state.kept) take("kept " + name, t);
  return out;
}

void setStream(State& state, const std::string& name, const at::Tensor& t) {
  if (name == "hidden")
    state.hidden = t;
  else if (name == "context")
    state.context = t;
  else if (name == "lossSum")
    state.lossSum = t;
  else
    state.kept[name.substr(5)] = t;
}

}  // namespace espalier
