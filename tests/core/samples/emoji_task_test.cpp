// A CLIP of a few thousand weights learns to tell five coloured squares apart.
#include "core/samples/emoji_task.h"

#include <c10/core/GradMode.h>
#include <QtTest/QtTest>

#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const nlohmann::json kConfig = nlohmann::json::parse(R"({
  "model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": 8,
  "vision_config": {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
                    "image_size": 16, "patch_size": 8},
  "text_config": {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
                  "vocab_size": 8, "max_position_embeddings": 4, "eos_token_id": 7}})");

Sprite squareOf(uint8_t red, uint8_t green, uint8_t blue) {
  Sprite s{8, 8, {}};
  for (int i = 0; i < 64; ++i) s.rgba.insert(s.rgba.end(), {red, green, blue, 255});
  return s;
}

std::shared_ptr<const std::vector<Emoji>> squares() {
  return std::make_shared<std::vector<Emoji>>(std::vector<Emoji>{{"red", squareOf(255, 0, 0)},
                                                                 {"green", squareOf(0, 255, 0)},
                                                                 {"blue", squareOf(0, 0, 255)},
                                                                 {"white", squareOf(255, 255, 255)},
                                                                 {"black", squareOf(0, 0, 0), true}});
}

EmojiTask taskOf(std::shared_ptr<const Model> model, int64_t pairs) {
  return EmojiTask(std::move(model), squares(), {{6, 0, 7}, {6, 1, 7}, {6, 2, 7}, {6, 3, 7}, {6, 4, 7}}, 7,
                   pairs, 1);
}

}  // namespace

class EmojiTaskTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void learns() {
    const auto model = Model::fromConfig(kConfig);
    const auto task = taskOf(model, 4);
    auto parameters = initialClipWeights(*model, 1);
    TrainingOptions options;
    options.steps = 150, options.warmupSteps = 10, options.learningRate = 1e-2, options.shards = 1;
    options.weightDecay = 0;
    QTemporaryDir folder;
    std::map<std::string, double> log;
    const double before = task.loss(Weights(parameters), 0, 0, 1, log).item<double>();
    train(task, parameters, options, "squares", folder.path().toStdString(), {});
    const double after = task.loss(Weights(parameters), 1000, 0, 1, log).item<double>();
    QVERIFY2(before > 1 && after < 0.4, qPrintable(QString("%1 -> %2").arg(before).arg(after)));
    const auto recall = task.validate(Weights(parameters));
    QCOMPARE(recall.size(), size_t(4));
    QCOMPARE(recall.at("held out TR@1"), 1.0);  // there is one only
  }

  // What is held out is never drawn: its name's token gets no gradient.
  void heldOutStaysUnseen() {
    const auto model = Model::fromConfig(kConfig);
    const auto task = taskOf(model, 4);
    c10::AutoGradMode enable(true);
    auto parameters = initialClipWeights(*model, 1);
    auto& table = parameters.at("text_model.embeddings.token_embedding.weight");
    table.set_requires_grad(true);
    std::map<std::string, double> log;
    task.loss(Weights(parameters), 3, 0, 1, log).backward();
    const auto touched = table.grad().abs().sum(1) > 0;
    for (int64_t token = 0; token < 4; ++token) QVERIFY(touched[token].item<bool>());
    QVERIFY(!touched[4].item<bool>());
  }

  void refusesMorePairsThanEmoji() {
    QVERIFY(errorOf([] { taskOf(Model::fromConfig(kConfig), 5); }).contains("only 4"));
  }
};

QTEST_MAIN(EmojiTaskTest)
#include "emoji_task_test.moc"
