// Conversations about scenes: written as the chat template writes them, learnt by a model of a few thousand
// weights, and written to a folder that opens like any other.
#include <c10/core/GradMode.h>

#include <QtTest/QtTest>
#include <fstream>

#include "core/base/file.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/conversation.h"
#include "core/engine/engine.h"
#include "core/samples/conversation_task.h"
#include "core/samples/conversation_training.h"
#include "core/samples/sample_folder.h"
#include "core/samples/scene_dataset.h"
#include "core/template/chat_template.h"
#include "core/text/train_byte_level.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

// A tower of the first sample's width, so that it can begin with that one's.
nlohmann::json configuration(int width, int layers) {
  auto c = nlohmann::json::parse(R"({
    "task": "conversations", "seed": 3, "tokenizer": {"scenes": 40, "vocabulary": 420},
    "model": {
      "architectures": ["Idefics3ForConditionalGeneration"], "model_type": "idefics3", "scale_factor": 4,
      "vision_config": {"model_type": "idefics3_vision", "num_attention_heads": 4, "image_size": 64, "patch_size": 8,
                        "hidden_act": "gelu_pytorch_tanh"},
      "text_config": {"model_type": "llama", "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 1,
                      "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 256}},
    "stages": [{"name": "short", "steps": 3, "picturesPerStep": 4, "questionsPerPicture": 4, "shards": 2,
                "warmupSteps": 1, "validateEvery": 1000}]})");
  auto& vision = c["model"]["vision_config"];
  vision["hidden_size"] = width, vision["intermediate_size"] = 4 * width;
  vision["num_hidden_layers"] = layers;
  return c;
}

std::vector<SceneQuestion> threeTurns() {
  return {{"colour", "what colour is the ring?", "blue"},
          {"caption", "describe the picture", "a small plain blue ring"},
          {"exists", "is there a red star?", "no"}};
}

class Fixture {
 public:
  Fixture() {
    std::vector<std::string> texts;
    for (const auto& q : threeTurns())
      for (auto& t : turnsWithoutTokens(q)) texts.push_back(std::move(t));
    trainByteLevel(texts, conversationTokens(), 420, path());
    std::ofstream(path() / "chat_template.jinja") << conversationTemplate();
    tokenizer = openTokenizer(path());
  }
  fs::path path() const { return m_folder.path().toStdString(); }
  std::shared_ptr<const Tokenizer> tokenizer;

 private:
  QTemporaryDir m_folder;
};

}  // namespace

class ConversationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void isWrittenAsTheTemplateWritesIt() {
    const Fixture f;
    const auto chat = ChatTemplate::ofFolder(f.path(), *f.tokenizer).value();
    nlohmann::ordered_json request{{"messages", nlohmann::ordered_json::array()}};
    for (size_t i = 0; i < threeTurns().size(); ++i) {
      auto asked = nlohmann::ordered_json::array();
      if (i == 0) asked.push_back({{"type", "image"}});
      asked.push_back({{"type", "text"}, {"text", threeTurns()[i].question}});
      request["messages"].push_back({{"role", "user"}, {"content", asked}});
      auto said = nlohmann::ordered_json::array();
      said.push_back({{"type", "text"}, {"text", threeTurns()[i].answer}});
      request["messages"].push_back({{"role", "assistant"}, {"content", said}});
    }
    auto text = chat.render(request);
    const std::string picture = "<image>", around = "<fake_token_around_image>";
    text.replace(text.find(picture), picture.size(), around + "<global-img><image><image>" + around);
    QVERIFY(text.ends_with("<end_of_utterance>\n"));
    text.pop_back();  // what stands behind the last answer is not learnt
    const auto written = writeConversation(threeTurns(), 2, *f.tokenizer);
    QCOMPARE(written.ids, f.tokenizer->encodePlain(text));
    QCOMPARE(written.answers.size(), size_t(3));
    for (const auto& a : written.answers) {
      const std::vector<int64_t> ids(written.ids.begin() + ptrdiff_t(a.begin),
                                     written.ids.begin() + ptrdiff_t(a.end));
      QCOMPARE(f.tokenizer->decode(ids, false), " " + threeTurns()[a.question].answer + "<end_of_utterance>");
    }
  }

  void learns() {
    QTemporaryDir folder;
    auto c = configuration(16, 1);
    c["stages"] = nlohmann::json::array();
    const fs::path path = folder.path().toStdString();
    trainConversationModel(c, path, {});  // the untrained model, its tokenizer
    const auto model = Model::fromConfig(readJsonFile(path / "model" / "config.json"));
    SceneStage stage;
    stage.name = "test", stage.picturesPerStep = 8, stage.questionsPerPicture = 4;
    const ConversationTask task(model, stage, 1, openTokenizer(path / "model"));
    auto parameters = initialConversationWeights(*model, 1, {});
    std::map<std::string, double> log;
    const double before = task.loss(Weights(parameters), 5000, 0, 1, log).item().toDouble();
    TrainingOptions options;
    options.steps = 40, options.warmupSteps = 5, options.learningRate = 1e-2, options.shards = 2;
    train(task, parameters, options, "test", path, {});
    const double after = task.loss(Weights(parameters), 5000, 0, 1, log).item().toDouble();
    QVERIFY2(before > 4.5 && after < 0.6 * before, qPrintable(QString("%1 -> %2").arg(before).arg(after)));
    QVERIFY(log.contains("answers") && log.contains("caption tokens") && log.contains("patch shape"));
    const auto shares = task.validate(Weights(parameters));
    for (const char* name : {"questions", "later turns", "caption", "left-right"}) {
      QVERIFY2(shares.contains(name), name);
      QVERIFY(shares.at(name) >= 0 && shares.at(name) <= 1);
    }
  }

  // Only what the assistant says is learnt: a token that no answer has as its own or before it has no share.
  void questionsAreNotLearnt() {
    const Fixture f;
    const auto written = writeConversation(threeTurns(), 1, *f.tokenizer);
    std::vector<bool> learnt(written.ids.size(), false);
    for (const auto& a : written.answers)
      for (size_t i = a.begin; i < a.end; ++i) learnt[i] = true;
    std::vector<int64_t> ids;
    for (size_t i = 0; i < learnt.size(); ++i)
      if (learnt[i]) ids.push_back(written.ids[i]);
    QCOMPARE(f.tokenizer->decode(ids, false),
             std::string(" blue<end_of_utterance> a small plain blue ring<end_of_utterance> no"
                         "<end_of_utterance>"));
  }

  void visionRateZeroLeavesTheTowerAlone() {
    QTemporaryDir folder;
    auto c = configuration(16, 1);
    c["stages"][0]["visionRate"] = 0;
    const fs::path path = folder.path().toStdString();
    trainConversationModel(c, path, {});
    const auto model = Model::fromConfig(readJsonFile(path / "model" / "config.json"));
    const auto first = initialConversationWeights(*model, 3, {});
    const auto last = readTensors(path / "after-short.safetensors");
    for (const auto& [name, t] : last)
      QCOMPARE(at::equal(t, first.at(name)),
               name.starts_with("model.vision_model.") || name.starts_with("dense."));
  }

  void beginsWithTheFirstSamplesTower() {
    const auto model = Model::fromConfig(configuration(192, 6)["model"]);
    const auto weights = initialConversationWeights(*model, 1, sampleFolder() / "model");
    const auto stored = readTensors(sampleFolder() / "model" / "model.safetensors");
    const auto qkv = stored.at("vision_model.encoder.layers.5.self_attn.qkv.weight").to(at::kFloat);
    const std::string layer = "model.vision_model.encoder.layers.5.self_attn.";
    QVERIFY(at::equal(weights.at(layer + "q_proj.weight"), qkv.slice(0, 0, 192)));
    QVERIFY(at::equal(weights.at(layer + "v_proj.weight"), qkv.slice(0, 384, 576)));
    QVERIFY(at::equal(weights.at("model.vision_model.embeddings.position_embedding.weight")[63],
                      stored.at("vision_model.embeddings.position_embedding")[0][64].to(at::kFloat)));
    const auto narrow = Model::fromConfig(configuration(16, 1)["model"]);
    QVERIFY(errorOf([&] {
              initialConversationWeights(*narrow, 1, sampleFolder() / "model");
            }).contains("another size"));
  }

  // The folder as a person opens it: in bfloat16, asked by its template, answered with text.
  void writesAFolderThatOpens() {
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    trainConversationModel(configuration(16, 1), path, {});
    const auto model = openModel(path / "model");
    QCOMPARE(infoOf(*model).family, std::string("idefics3"));
    for (const auto& [name, t] : readTensors(path / "model" / "model.safetensors"))
      QVERIFY2(t.scalar_type() == at::kBFloat16, name.c_str());
    const auto pairs = openDataset(path / "pairs");
    QCOMPARE(pairs.samples.size(), size_t(24));
    QCOMPARE(openDataset(path / "calibration").samples.size(), size_t(256));
    QCOMPARE(promptText(*model, pairs.samples[0]),
             "<|im_start|>User:<image>" + pairs.samples[0].question + "<end_of_utterance>\nAssistant:");
  }

  // Questions about scenes that it never saw, in the form that the folder asks for.
  void theBundledOneAnswers() {
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    writeConversationSample(path / "sample");
    writeSceneDataset(path / "fresh", {"test of the bundled one", 7, 12, 0, SceneWorld::Train});
    const auto model = openModel(path / "sample" / "model");
    const auto result = evaluateModel(*model, openDataset(path / "fresh"), {});
    int right = 0;
    for (const auto& pair : result.pairs) right += pair.right;
    QVERIFY(result.pairs.size() > 80);
    QVERIFY2(right >= 0.85 * double(result.pairs.size()),
             qPrintable(QString("%1 of %2").arg(right).arg(result.pairs.size())));
    QCOMPARE(openDataset(path / "sample" / "pairs").samples.size(), size_t(24));
  }

  void refusesAnUnknownTower() {
    QTemporaryDir folder;
    auto c = configuration(16, 1);
    c["tower"] = "elsewhere";
    QVERIFY(
        errorOf([&] { trainConversationModel(c, folder.path().toStdString(), {}); }).contains("elsewhere"));
  }
};

QTEST_MAIN(ConversationTest)
#include "conversation_test.moc"
