#include <iostream>
#include <sstream>

#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/text/tokenizer.h"

namespace espalier::cli {

namespace {

std::string textOf(const std::string& line, const std::string& file, int64_t number) {
  const auto where = file + ", line " + std::to_string(number) + ",";
  const auto text = parseJson(line, where);
  if (!text.is_string())
    throw Error(ErrorKind::Format, where + " is no JSON string; one in each line was expected.");
  return text.get<std::string>();
}

}  // namespace

void addTokenize(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("tokenize", "Print one JSON list of token ids for each line of a text file");
  auto model = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  c->add_option("MODEL", *model, "Model folder")->required();
  c->add_option("--text-file", *file, "Lines of text")->required();
  auto strings = std::make_shared<bool>(false);
  c->add_flag("--json-lines", *strings, "Each line is a JSON string, so that a text may hold line breaks");
  commands[c] = [=](const Context&) {
    const auto tokenizer = openTokenizer(*model);
    std::istringstream in(readTextFile(*file));
    int64_t number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (*strings) line = textOf(line, *file, number);
      std::cout << jsonText(tokenizer->encode(line)) << "\n";
    }
  };
}

}  // namespace espalier::cli
