#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"
#include "core/engine/pack_model.h"

namespace espalier::cli {

namespace {

void add(CLI::App& app, Commands& commands, const char* name, const char* summary, const char* source,
         bool packs) {
  auto* c = app.add_subcommand(name, summary);
  struct Flags {
    std::string folder, out;
    PackOptions options;
  };
  auto f = std::make_shared<Flags>();
  c->add_option(source, f->folder, "Model folder")->required();
  c->add_option("--out", f->out, "Folder to write")->required();
  if (packs)
    c->add_option(
         "--int8", f->options.int8,
         "Hold the matrices that can be pruned as int8 numbers, which loses digits; the scale of each row: "
         "absmax or mse")
        ->check(CLI::IsMember({"absmax", "mse"}));
  commands[c] = [f, packs](const Context& context) {
    const auto result = packs ? packModel(f->folder, f->out, context.control, f->options)
                              : unpackModel(f->folder, f->out, context.control);
    for (const auto& note : result.notes) std::cerr << note << "\n";
    if (context.json) {
      const nlohmann::json json{{"out", f->out},
                                {"denseBytes", result.denseBytes},
                                {"packedBytes", result.packedBytes},
                                {"int8Matrices", result.int8Matrices},
                                {"seconds", result.seconds}};
      std::cout << jsonText(json, 1) << "\n";
      return;
    }
    const auto mebibytes = [](int64_t bytes) { return fixed(double(bytes) / (1 << 20), 1) + " MiB"; };
    std::cout << (packs ? "Packed " : "Unpacked ")
              << mebibytes(packs ? result.denseBytes : result.packedBytes) << " to "
              << mebibytes(packs ? result.packedBytes : result.denseBytes) << " ("
              << percent(double(result.packedBytes) / double(std::max<int64_t>(1, result.denseBytes)))
              << " of the dense files) in " << fixed(result.seconds, 1) << " s. Written to " << f->out
              << "\n";
  };
}

}  // namespace

void addPack(CLI::App& app, Commands& commands) {
  add(app, commands, "pack",
      "Write a model folder anew with its zeros as bits and its weights compressed, without loss unless as "
      "int8",
      "MODEL", true);
}

void addUnpack(CLI::App& app, Commands& commands) {
  add(app, commands, "unpack", "Write the dense model folder that was packed, byte for byte", "PACKED",
      false);
}

}  // namespace espalier::cli
