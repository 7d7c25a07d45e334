#include "core/bench/synthetic.h"

#include <iostream>

#include "app/cli/command.h"
#include "app/cli/flags.h"
#include "app/cli/unread.h"
#include "core/base/json_text.h"

namespace espalier::cli {

void addSynth(CLI::App& app, Commands& commands) {
  auto* c =
      app.add_subcommand("synth", "Write a model of a known shape with random weights, to measure with");
  struct Flags {
    std::string shape, out, pattern = "unstructured";
    double zeros = 0;
  };
  auto f = std::make_shared<Flags>();
  std::string shapes;
  for (const auto& s : benchShapes()) shapes += (shapes.empty() ? "" : "; ") + s.name + ": " + s.summary;
  c->add_option("NAME", f->shape, shapes)->required();
  c->add_option("--out", f->out, "Folder to write; gets \"model\" and \"data\"")->required();
  c->add_option("--zeros", f->zeros, "Share of each prunable matrix that is zero: its least weights")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  c->add_option("--pattern", f->pattern, "Where the zeros stand: unstructured, or Rx1, such as 4x1")
      ->capture_default_str();
  commands[c] = [f, c](const Context& context) {
    if (f->zeros == 0) tellEachUnread(*c, {"--pattern"}, "without --zeros there are none");
    writeFolder(f->out, [&] {
      writeSyntheticModel(benchShapeNamed(f->shape), f->out, context.control, f->zeros, f->pattern);
    });
    if (context.json)
      std::cout << jsonText(nlohmann::json{{"model", f->out + "/model"}, {"data", f->out + "/data"}}, 1)
                << "\n";
    else
      std::cout << "Written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
