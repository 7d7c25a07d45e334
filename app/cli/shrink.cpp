#include "core/engine/shrink_model.h"

#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"

namespace espalier::cli {

void addShrink(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "shrink", "Write a dense model folder without the heads and neurons that --pattern units pruned");
  struct Flags {
    std::string folder, out;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->folder, "Model folder")->required();
  c->add_option("--out", f->out, "Folder to write")->required();
  commands[c] = [f](const Context& context) {
    const auto result = shrinkModel(f->folder, f->out, context.control);
    for (const auto& note : result.notes) std::cerr << note << "\n";
    if (context.json) {
      nlohmann::json json{{"out", f->out},
                          {"denseBytes", result.denseBytes},
                          {"bytes", result.bytes},
                          {"sparsity", result.sparsity},
                          {"seconds", result.seconds},
                          {"numbers", nlohmann::json::object()}};
      for (const auto& n : result.numbers)
        json["numbers"][n.pointer] = {
            {"kind", n.kind}, {"from", n.before}, {"to", n.after}, {"fewest", n.fewest}};
      std::cout << jsonText(json, 1) << "\n";
      return;
    }
    for (const auto& n : result.numbers)
      std::cout << n.pointer << ": " << n.before << " to " << n.after
                << (n.fewest < n.after ? " (a layer needs " + std::to_string(n.fewest) + ")" : std::string())
                << "\n";
    const auto mebibytes = [](int64_t bytes) { return fixed(double(bytes) / (1 << 20), 1) + " MiB"; };
    std::cout << mebibytes(result.denseBytes) << " to " << mebibytes(result.bytes) << " ("
              << percent(double(result.bytes) / double(std::max<int64_t>(1, result.denseBytes)))
              << "), zeros that are left " << percent(result.sparsity) << ". Written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
