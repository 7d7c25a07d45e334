#include <iostream>
#include <sstream>

#include "app/cli/command.h"
#include "core/base/file.h"
#include "core/text/tokenizer.h"

namespace espalier::cli {

void addTokenize(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("tokenize", "Print one JSON list of token ids for each line of a text file");
  auto model = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  c->add_option("MODEL", *model, "Model folder")->required();
  c->add_option("--text-file", *file, "Lines of text")->required();
  commands[c] = [=](const Context&) {
    const auto tokenizer = openTokenizer(*model);
    std::istringstream in(readTextFile(*file));
    for (std::string line; std::getline(in, line);)
      std::cout << nlohmann::json(tokenizer->encode(line)).dump() << "\n";
  };
}

}  // namespace espalier::cli
