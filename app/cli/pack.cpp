#include <iostream>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"
#include "core/engine/pack_model.h"

namespace espalier::cli {

namespace {

using Work = PackResult (*)(const std::filesystem::path&, const std::filesystem::path&, const JobControl&);

void add(CLI::App& app, Commands& commands, const char* name, const char* summary, const char* source,
         Work work) {
  auto* c = app.add_subcommand(name, summary);
  struct Flags {
    std::string folder, out;
  };
  auto f = std::make_shared<Flags>();
  c->add_option(source, f->folder, "Model folder")->required();
  c->add_option("--out", f->out, "Folder to write")->required();
  commands[c] = [f, work, packs = work == packModel](const Context& context) {
    const auto result = work(f->folder, f->out, context.control);
    for (const auto& note : result.notes) std::cerr << note << "\n";
    if (context.json) {
      const nlohmann::json json{{"out", f->out},
                                {"denseBytes", result.denseBytes},
                                {"packedBytes", result.packedBytes},
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
      "Write a model folder anew with its zeros as bits and its weights compressed, without loss", "MODEL",
      packModel);
}

void addUnpack(CLI::App& app, Commands& commands) {
  add(app, commands, "unpack", "Write the dense model folder that was packed, byte for byte", "PACKED",
      unpackModel);
}

}  // namespace espalier::cli
