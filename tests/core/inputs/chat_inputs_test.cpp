// Samples as conversations: the reference models with the vocabulary of a chat tokenizer.
#include <QtTest/QtTest>
#include <fstream>

#include "core/checkpoint/tensor.h"
#include "core/engine/engine.h"
#include "core/engine/fingerprint.h"
#include "core/engine/open_model.h"
#include "core/inputs/processor.h"
#include "core/model/layers/sequence_loss.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

void copyFile(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  fs::permissions(to, fs::perms::owner_all);
}

}  // namespace

class ChatInputsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_parent;
  int m_count = 0;

  // A reference model whose embeddings and head are as long as the tokenizer of a chat family needs.
  fs::path withChat(const fs::path& model, const char* family,
                    const std::function<void(json&, const Tokenizer&)>& change) {
    const fs::path folder = m_parent.filePath(QString::number(m_count++)).toStdString();
    fs::create_directory(folder);
    const auto chat = dataFile(std::string("families/chat/") + family);
    for (const auto& file : entriesOf(chat))
      if (file.filename() != "expected.json") copyFile(file, folder / file.filename());
    const auto tokenizer = openTokenizer(chat);
    auto tensors = readTensors(model / "model.safetensors");
    for (auto& [name, tensor] : tensors)
      if (name.ends_with("embed_tokens.weight") || name.ends_with("lm_head.weight"))
        tensor = tensor.repeat({(tokenizer->vocabSize() + tensor.size(0) - 1) / tensor.size(0), 1})
                     .narrow(0, 0, tokenizer->vocabSize())
                     .contiguous();
    writeTensors(folder / "model.safetensors", tensors);
    auto config = readJson(model / "config.json");
    auto& text = config.contains("text_config") ? config["text_config"] : config;
    text["vocab_size"] = tokenizer->vocabSize();
    text["max_position_embeddings"] = 1024;
    change(config, *tokenizer);
    std::ofstream(folder / "config.json") << config.dump();
    return folder;
  }

  fs::path textModel() {
    return withChat(dataFile("fixtures/models/llama"), "qwen3",
                    [](json& config, const Tokenizer& t) { config["eos_token_id"] = *t.idOf("<|im_end|>"); });
  }

  fs::path qwenModel() {
    const auto folder = withChat(dataFile("families/models/qwen2-vl-untied-window"), "qwen2_vl",
                                 [](json& config, const Tokenizer& t) {
                                   config["image_token_id"] = *t.idOf("<|image_pad|>");
                                   config["vision_start_token_id"] = *t.idOf("<|vision_start|>");
                                   config["vision_end_token_id"] = *t.idOf("<|vision_end|>");
                                   config["text_config"]["eos_token_id"] = *t.idOf("<|im_end|>");
                                 });
    return folder;
  }

  static Sample asked(const char* question, const char* answer, const char* image = "") {
    Sample s;
    s.question = question;
    s.answer = answer;
    if (*image) s.image = dataFile(image);
    return s;
  }

  // Ids of a row as text, padding left out.
  static std::string textOf(const fs::path& folder, const at::Tensor& ids, const at::Tensor& mask) {
    std::vector<int64_t> row;
    for (int64_t i = 0; i < ids.numel(); ++i)
      if (mask[i].item<int64_t>()) row.push_back(ids[i].item<int64_t>());
    return openTokenizer(folder)->decode(row, false);
  }

 private Q_SLOTS:
  void aTextModelAnswers() {
    const auto folder = textModel();
    const auto model = openModel(folder);
    QVERIFY(makesConversations(*model));
    const std::vector<Sample> samples{asked("How many?", "The ball is red."), asked("What?", "Red.")};
    const auto batch = model->processor->batch(samples);
    const auto labels = batch->at("labels");
    const std::string prompt =
        "<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
    QCOMPARE(textOf(folder, batch->at("prompt_ids")[0], batch->at("prompt_mask")[0]), prompt);
    QCOMPARE(textOf(folder, labels[0], labels[0] != kIgnoredLabel),
             std::string("The ball is red.<|im_end|>"));
    QCOMPARE(textOf(folder, labels[1], labels[1] != kIgnoredLabel), std::string("Red.<|im_end|>"));
    QCOMPARE(textOf(folder, batch->at("input_ids")[0], batch->at("attention_mask")[0]),
             prompt + "The ball is red.<|im_end|>");
    QCOMPARE(model->processor->promptText(samples[0]), prompt);
    // The same as in a batch of its own.
    const auto alone = model->processor->batch(std::span(samples).subspan(1));
    QCOMPARE(textOf(folder, alone->at("prompt_ids")[0], alone->at("prompt_mask")[0]),
             textOf(folder, batch->at("prompt_ids")[1], batch->at("prompt_mask")[1]));

    // A text alone asks nothing, and is gone on with as it is.
    const std::vector<Sample> text{asked("", "Two small dogs run over the wet grass.")};
    QVERIFY(model->processor->batch(text)->has("row_sample"));
    QVERIFY(model->processor->promptText(text[0]).empty());
  }

  void aTextModelIsEvaluated() {
    const auto model = openModel(textModel());
    Dataset data;
    data.kind = DataKind::Pairs;
    data.path = "pairs";
    data.samples = {asked("How many?", "two"), asked("What colour?", "red"), asked("Where?", "here")};
    const auto result = evaluateModel(*model, data, {});
    QCOMPARE(result.task, std::string("vqa"));
    QCOMPARE(result.pairs.size(), size_t(3));
    for (const auto& p : result.pairs) {
      QVERIFY(p.loss > 0 && std::isfinite(p.loss));
      QVERIFY(p.prompt.find(data.samples[size_t(p.sample)].question) != std::string::npos);
    }
    // Asked plainly it goes on with question and answer as one text.
    const auto plain = evaluateModel(*withPrompt(model, PromptForm::Plain), data, {});
    QCOMPARE(plain.task, std::string("perplexity"));
    QVERIFY(plain.pairs[0].prompt.empty() && plain.pairs[0].loss != result.pairs[0].loss);
    QVERIFY(fingerprintOf(*model) != fingerprintOf(*withPrompt(model, PromptForm::Plain)));
  }

  void aPictureIsExpanded() {
    const auto folder = qwenModel();
    const auto model = openModel(folder);
    QVERIFY(makesConversations(*model));
    const std::vector<Sample> samples{asked("What is it?", "A ball.", "fixtures/images/small.png"),
                                      asked("Why?", "So.", "fixtures/images/wide.png")};
    const auto batch = model->processor->batch(samples);
    const auto pad = *openTokenizer(folder)->idOf("<|image_pad|>");
    const auto grids = batch->at("image_grid_thw");
    for (int64_t row = 0; row < 2; ++row)
      QCOMPARE((batch->at("input_ids")[row] == pad).sum().item<int64_t>(),
               grids[row].prod().item<int64_t>() / 4);
    const auto labels = batch->at("labels");
    QCOMPARE(textOf(folder, labels[0], labels[0] != kIgnoredLabel), std::string("A ball.<|im_end|>"));
    QVERIFY(model->processor->promptText(samples[0]).find("<|image_pad|><|vision_end|>What is it?") !=
            std::string::npos);
    Dataset data;
    data.kind = DataKind::Pairs;
    data.samples = samples;
    for (const auto& p : evaluateModel(*model, data, {}).pairs) QVERIFY(p.loss > 0 && std::isfinite(p.loss));
  }

  // Tiles with their marks, the whole picture last.
  void tilesAreExpanded() {
    const auto folder = withChat(dataFile("families/models/smolvlm-256m-like"), "smolvlm",
                                 [](json& config, const Tokenizer& t) {
                                   config["image_token_id"] = *t.idOf("<image>");
                                   config["text_config"]["eos_token_id"] = *t.idOf("<end_of_utterance>");
                                 });
    std::ofstream(folder / "preprocessor_config.json")
        << json{{"image_processor_type", "SmolVLMImageProcessor"},
                {"size", {{"longest_edge", 48}}},
                {"max_image_size", {{"longest_edge", 24}}}};
    const auto model = openModel(folder);
    const auto tokenizer = openTokenizer(folder);
    const std::vector<Sample> samples{asked("What is it?", "A ball.", "fixtures/images/small.png"),
                                      asked("Why?", "So.", "fixtures/images/wide.png")};
    QCOMPARE(model->processor->promptText(samples[0]),
             std::string("<|im_start|>User:<image>What is it?<end_of_utterance>\nAssistant:"));
    const auto batch = model->processor->batch(samples);
    const std::vector<int64_t> tiles{5, 3};  // 2 x 2 and 1 x 2 parts, and the whole
    for (int64_t row = 0; row < 2; ++row)
      QCOMPARE((batch->at("input_ids")[row] == *tokenizer->idOf("<image>")).sum().item<int64_t>(),
               tiles[size_t(row)] * 4);
    const auto labels = batch->at("labels");
    QCOMPARE(textOf(folder, labels[0], labels[0] != kIgnoredLabel),
             std::string(" A ball.<end_of_utterance>"));
    Dataset data;
    data.kind = DataKind::Pairs;
    data.samples = samples;
    for (const auto& p : evaluateModel(*model, data, {}).pairs) QVERIFY(p.loss > 0 && std::isfinite(p.loss));
  }

  // LLaVA's own conversation gives way to the template's.
  void llava() {
    const auto folder =
        withChat(dataFile("fixtures/models/llava"), "llava", [](json& config, const Tokenizer& t) {
          config["image_token_index"] = *t.idOf("<image>");
          config["text_config"]["eos_token_id"] = *t.idOf("</s>");
        });
    const auto model = openModel(folder);
    const std::vector<Sample> samples{asked("What is it?", "A ball.", "fixtures/images/small.png")};
    QCOMPARE(model->processor->promptText(samples[0]), std::string("USER: <image>\nWhat is it? ASSISTANT:"));
    Dataset data;
    data.kind = DataKind::Pairs;
    data.samples = samples;
    const auto chat = evaluateModel(*model, data, {});
    QVERIFY(std::isfinite(chat.pairs[0].loss));
    ScoreOptions options;
    options.method = "gradient";
    options.samples = 1;
    const auto methods = scoreMethods();
    options.method = methods[0].name;
    QVERIFY(!scoreModel(*model, data, options, {}).matrices.empty());
  }

  void whatCannotBe() {
    const auto folder = textModel();
    QVERIFY(errorOf([&] {
              openModel(dataFile("fixtures/models/llama"), defaultDevice(), PromptForm::Chat);
            }).contains("has no chat template"));
    QVERIFY(errorOf([&] {
              openModel(dataFile("fixtures/models/clip"), defaultDevice(), PromptForm::Chat);
            }).contains("takes no conversations"));
    QVERIFY(!makesConversations(*openModel(dataFile("fixtures/models/llama"))));
    const auto replaced = [&](const std::string& content) {
      std::ofstream(folder / "chat_template.jinja") << content;
      const auto model = openModel(folder);  // what cannot be used is told when it is
      return errorOf([&] { model->processor->batch(std::vector{asked("How many?", "two")}); });
    };
    QVERIFY(replaced("{% for m in messages %}").contains("cannot be read, line 1"));
    const auto silent = replaced("nothing");
    QVERIFY2(silent.contains("does not write the question") && silent.contains("\"plain\""),
             qPrintable(silent));
    const auto refused = replaced("{{ raise_exception('no system message') }}");
    QVERIFY2(refused.contains("no system message"), qPrintable(refused));
    const auto endless =
        replaced("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}");
    QVERIFY2(endless.contains("it may never end"), qPrintable(endless));

    const auto pictures = qwenModel();
    std::ofstream(pictures / "chat_template.jinja") << "{{ messages[0].content[1].text }}";
    QVERIFY(errorOf([&] {
              openModel(pictures)->processor->batch(
                  std::vector{asked("What?", "x", "fixtures/images/small.png")});
            }).contains("writes no \"<|image_pad|>\" for a picture"));
  }
};

QTEST_APPLESS_MAIN(ChatInputsTest)
#include "chat_inputs_test.moc"
