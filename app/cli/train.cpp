#include <iostream>

#include "app/cli/command.h"
#include "core/base/device.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/samples/conversation_training.h"
#include "core/samples/emoji_training.h"
#include "core/samples/scene_training.h"

namespace espalier::cli {

void addTrain(CLI::App& app, Commands& commands) {
  auto* c =
      app.add_subcommand("train", "Train a sample model; goes on from the last checkpoint in the folder");
  auto config = std::make_shared<std::string>();
  auto out = std::make_shared<std::string>();
  c->add_option("CONFIG", *config, "training.json")->required();
  c->add_option("--out", *out, "Folder for checkpoints, log and the finished model")->required();
  commands[c] = [=](const Context& context) {
    if (!defaultDevice().isCpu())
      throw Error(ErrorKind::Unsupported, "--device is " + nameOf(defaultDevice()) +
                                              "; training the small sample models runs on the cpu only.");
    const auto configuration = readJsonFile(*config);
    if (!configuration.is_object())
      throw Error(ErrorKind::Format,
                  *config + " holds no JSON object; the configuration of a training was expected.");
    const auto asked = configuration.find("task");
    const auto task = asked == configuration.end() ? "scenes"
                      : asked->is_string()         ? asked->get<std::string>()
                                                   : jsonText(*asked);
    if (task == "scenes")
      trainSceneModel(configuration, *out, context.control);
    else if (task == "emoji")
      trainEmojiModel(configuration, *out, context.control);
    else if (task == "conversations")
      trainConversationModel(configuration, *out, context.control);
    else
      throw Error(ErrorKind::InvalidInput,
                  *config + " has \"task\": \"" + task + "\"; scenes, emoji or conversations was expected.");
    std::cout << "Trained. The model and its data are in " << *out << "\n";
  };
}

}  // namespace espalier::cli
