#include <iostream>

#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/template/chat_template.h"

namespace espalier::cli {

void addChat(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand("chat", "Write a conversation by a model's chat template");
  auto model = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  c->add_option("MODEL", *model, "Folder of a model, or of a tokenizer alone")->required();
  c->add_option("--messages", *file,
                "JSON file with {\"messages\": [...]} and the template's arguments beside them "
                "(add_generation_prompt, tools, ...)")
      ->required();
  commands[c] = [=](const Context& context) {
    const auto tokenizer = openTokenizer(*model);
    const auto chat = ChatTemplate::ofFolder(*model, *tokenizer);
    if (!chat)
      throw Error(ErrorKind::InvalidInput,
                  *model +
                      " has no chat template; chat_template.jinja, or \"chat_template\" in "
                      "tokenizer_config.json, was expected.");
    const auto text = chat->render(readConversation(*file), TemplateClock::now());
    const auto ids = tokenizer->encodePlain(text);
    if (context.json) {
      std::cout << jsonText(nlohmann::json{{"text", text}, {"ids", ids}}, 1) << "\n";
    } else {
      std::cout << text << "\n" << jsonText(ids) << "\n";
    }
  };
}

}  // namespace espalier::cli
