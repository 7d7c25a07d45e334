#include "core/engine/preprocess_pictures.h"

#include <iostream>

#include "app/cli/command.h"

namespace espalier::cli {

void addPreprocess(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("preprocess", "Write each picture as the model's vision tower receives it");
  struct Flags {
    std::string model, out;
    std::vector<std::string> pictures;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("PICTURES", f->pictures, "Picture files")->required();
  c->add_option("--out", f->out, "Safetensors file to write, with a tensor for each picture by its path")
      ->required();
  commands[c] = [f](const Context&) {
    preprocessPictures(f->model, f->pictures, f->out);
    std::cout << f->pictures.size() << " pictures written to " << f->out << "\n";
  };
}

}  // namespace espalier::cli
