#include "core/engine/forward_calls.h"

#include <iostream>

#include "app/cli/command.h"
#include "core/base/json_text.h"

namespace espalier::cli {

void addForward(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("forward", "Run named tensors through a model and write every named output");
  struct Flags {
    std::string model, inputs, out;
    ForwardOptions options;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("--inputs", f->inputs, "Safetensors file with <call>/in/<argument>")->required();
  c->add_option("--out", f->out, "Safetensors file to write with <call>/out/<value>")->required();
  c->add_option("--max-new-tokens", f->options.maxNewTokens, "Tokens to generate in generate calls")
      ->capture_default_str();
  c->add_option("--beams", f->options.beams, "Beams of the search in generate calls; 1: greedy")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  commands[c] = [f](const Context& context) {
    const auto calls = runForwardCalls(f->model, f->inputs, f->out, f->options);
    if (context.json)
      std::cout << jsonText(nlohmann::json{{"out", f->out}, {"calls", calls}}, 1) << "\n";
    else
      std::cout << calls.size() << " calls written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
