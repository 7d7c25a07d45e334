#include "core/bench/synthetic.h"

#include <iostream>

#include "app/cli/command.h"
#include "core/base/json_text.h"

namespace espalier::cli {

void addSynth(CLI::App& app, Commands& commands) {
  auto* c =
      app.add_subcommand("synth", "Write a model of a known shape with random weights, to measure with");
  struct Flags {
    std::string shape, out;
  };
  auto f = std::make_shared<Flags>();
  std::string shapes;
  for (const auto& s : benchShapes()) shapes += (shapes.empty() ? "" : "; ") + s.name + ": " + s.summary;
  c->add_option("NAME", f->shape, shapes)->required();
  c->add_option("--out", f->out, "Folder to write; gets \"model\" and \"data\"")->required();
  commands[c] = [f](const Context& context) {
    writeSyntheticModel(benchShapeNamed(f->shape), f->out, context.control);
    if (context.json)
      std::cout << jsonText(nlohmann::json{{"model", f->out + "/model"}, {"data", f->out + "/data"}}, 1)
                << "\n";
    else
      std::cout << "Written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
