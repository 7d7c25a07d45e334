#include <iostream>

#include "app/cli/command.h"
#include "app/cli/flags.h"
#include "app/cli/unread.h"
#include "core/engine/engine.h"
#include "core/samples/sample_folder.h"
#include "core/samples/scene_dataset.h"

namespace espalier::cli {

void addSample(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "sample", "Write the bundled sample model and data to a folder, or fresh scenes to test it on");
  struct Flags {
    std::string folder, scenes, font, list, world = "train";
    bool emoji = false, conversations = false;
    SceneDatasetOptions options;
  };
  auto f = std::make_shared<Flags>();
  f->options.pictures = 500;
  f->options.pairsPerPicture = 0;
  c->add_option("FOLDER", f->folder, "Folder to write")->required();
  c->add_option("--scenes", f->scenes,
                "Write only fresh scenes of this name (test, calibration, ...): names never share a scene");
  c->add_option("--pictures", f->options.pictures, "How many scenes")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  c->add_option("--pairs", f->options.pairsPerPicture, "Pairs for each scene; 0: every kind")
      ->check(CLI::Range(0, 11))
      ->capture_default_str();
  c->add_option("--seed", f->options.seed, "Of the scenes")->check(wholeNumber())->capture_default_str();
  c->add_option("--world", f->world,
                "train, or novel: each scene has a combination of shape and colour kept out of training")
      ->capture_default_str();
  c->add_flag("--emoji", f->emoji,
              "The second sample: a CLIP that knows emoji, with pictures drawn from an installed font");
  c->add_flag("--conversations", f->conversations,
              "The third sample: a modern vision-language model that converses about drawn scenes");
  c->add_option("--font", f->font, "With --emoji: another file of Noto Color Emoji");
  c->add_option("--list", f->list, "With --emoji: another file of Unicode's emoji-test.txt");
  commands[c] = [f, c](const Context&) {
    if (f->emoji && f->conversations)
      throw Error(ErrorKind::InvalidInput, "--emoji and --conversations are two samples; name one of them.");
    if (f->emoji || f->conversations) tellEachUnread(*c, {"--scenes"}, "another sample is written");
    if (f->emoji || f->conversations || f->scenes.empty())
      tellEachUnread(*c, {"--pictures", "--pairs", "--seed", "--world"}, "only fresh --scenes are drawn so");
    if (!f->emoji)
      tellEachUnread(*c, {"--font", "--list"}, "only the sample of --emoji is drawn from a font");
    writeFolder(f->folder, [f] {
      if (f->conversations) {
        writeConversationSample(f->folder);
      } else if (f->emoji) {
        writeEmojiSample(f->folder, f->font, f->list);
      } else if (!f->scenes.empty()) {
        if (f->world != "train" && f->world != "novel")
          throw Error(ErrorKind::InvalidInput,
                      "--world is \"" + f->world + "\"; train or novel was expected.");
        if (f->scenes.starts_with("train "))
          throw Error(ErrorKind::InvalidInput,
                      "--scenes is \"" + f->scenes +
                          "\"; names beginning with \"train \" are the scenes of training.");
        f->options.stream = f->scenes;
        f->options.world = f->world == "novel" ? SceneWorld::Novel : SceneWorld::Train;
        writeSceneDataset(f->folder, f->options);
      } else {
        writeSample(f->folder);
      }
    });
    std::cout << "Written to " << f->folder << "\n";
  };
}

}  // namespace espalier::cli
