// Configurations that cannot be computed are refused by key and value; those that leave keys out get the
// reference's defaults.
#include <QtTest/QtTest>
#include <fstream>

#include "core/base/file.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/forward_calls.h"
#include "core/model/layers/activation.h"
#include "core/model/layers/rotary.h"
#include "core/model/model.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

// A copy of a reference model with another config.json or other weights.
class Copy {
 public:
  explicit Copy(const std::string& name) {
    for (const char* file : {"config.json", "model.safetensors"})
      fs::copy_file(dataFile("fixtures/models/" + name) / file, path() / file);
  }
  fs::path path() const { return m_folder.path().toStdString(); }
  void write(const char* file, const std::string& content) const {
    std::ofstream(path() / file, std::ios::binary) << content;
  }
  // The header of the safetensors file, changed; the same length is kept by blanks.
  void editHeader(const std::string& from, const std::string& to) const {
    std::ifstream in(path() / "model.safetensors", std::ios::binary);
    std::string all{std::istreambuf_iterator<char>(in), {}};
    in.close();
    const auto at = all.find(from);
    QVERIFY(at != std::string::npos && from.size() >= to.size());
    all.replace(at, from.size(), to + std::string(from.size() - to.size(), ' '));
    write("model.safetensors", all);
  }
  QString refusal() const {
    return errorOf([&] { Model::fromCheckpoint(*Checkpoint::open(path())); });
  }

 private:
  QTemporaryDir m_folder;
};

}  // namespace

class ConfigTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // A size given as a factor of another is one that configSize would take.
  void factorsMakeSizes() {
    for (const char* family : {"dinov2", "dinov2_with_registers"})
      for (const double ratio : {1e20, -1e20, -4.0, 1e-9, 0.0}) {
        const auto said = errorOf([&] {
          Model::fromConfig({{"model_type", family}, {"mlp_ratio", ratio}})->declaredBytes();
        });
        QVERIFY2(said.contains("\"mlp_ratio\": ") && said.contains("makes 1 to 16777216 of 768"),
                 qPrintable(said));
      }
  }

  void rotaryPartsAreParts() {
    for (const double part : {1e20, -1e20, 1.5, 0.001}) {
      const auto said = errorOf([&] {
        Model::fromConfig({{"model_type", "phi3"}, {"partial_rotary_factor", part}});
      });
      QVERIFY2(said.contains("a part of the 96 numbers of a head was expected"), qPrintable(said));
    }
  }

  void refusals_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("change");  // a JSON merge patch
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* model, const char* change, const char* says) {
      QTest::newRow(name) << model << change << says;
    };
    row("activation", "llama", R"({"hidden_act": "swiglu9"})", R"("hidden_act": "swiglu9")");
    row("rope kind", "llama", R"({"rope_scaling": {"type": "spiral", "factor": 4}})", "spiral");
    row("rope kind, newer key", "llama", R"({"rope_scaling": {"rope_type": "spiral"}})", "spiral");
    row("longrope without factors", "llama", R"({"rope_scaling": {"rope_type": "longrope"}})",
        R"("rope_scaling.short_factor" with 0 numbers)");
    row("rope no object", "llama", R"({"rope_scaling": "linear"})", R"("rope_scaling": "linear"; an object)");
    row("rope factor", "llama", R"({"rope_scaling": {"type": "dynamic", "factor": 0}})",
        "rope_scaling.factor");
    row("rope factor no number", "llama", R"({"rope_scaling": {"type": "linear", "factor": "x"}})",
        R"("factor": "x")");
    row("partial rotary", "llama", R"({"partial_rotary_factor": 0.5})", R"("partial_rotary_factor": 0.5)");
    row("partial rotary inside", "llama", R"({"rope_parameters": {"partial_rotary_factor": 0.5}})",
        R"("partial_rotary_factor": 0.5)");
    row("heads", "llama", R"({"num_attention_heads": 5})", "5 attention heads");
    row("odd head width", "llama", R"({"head_dim": 7})", "width 7");
    row("quantized", "llama", R"({"quantization_config": {"quant_method": "gptq", "bits": 4}})",
        R"("quantization_config": {"bits":4,"quant_method":"gptq"})");
    row("compressed", "llama", R"({"compression_config": {"quant_method": "compressed-tensors"}})",
        "quantised by compressed-tensors");
    row("bitsandbytes", "llama", R"({"quantization_config": {"load_in_4bit": true}})",
        "quantised by bitsandbytes");
    row("architectures no list", "llama", R"({"architectures": {"a": 1}})",
        R"("architectures": {"a":1}; a list)");
    row("another head", "llama", R"({"architectures": ["LlamaForSequenceClassification"]})", "another head");
    row("infinite as transformers 5 writes it", "llama", R"({"rope_theta": {"__float__": "Infinity"}})",
        R"("rope_theta": an infinite number)");
    row("a size that is a list", "llama", R"({"hidden_size": [64]})",
        R"("hidden_size": [64], a value of the wrong kind; a whole number)");
    row("a size that is half", "llama", R"({"hidden_size": 64.5})", R"("hidden_size": 64.5)");
    row("a size beyond all", "llama", R"({"hidden_size": 18446744073709551615})",
        R"("hidden_size": 18446744073709551615)");
    row("2^63-1", "llama", R"({"vocab_size": 9223372036854775807})", R"("vocab_size": 9223372036854775807)");
    row("no layers", "llama", R"({"num_hidden_layers": 0})", R"("num_hidden_layers": 0; at least 1)");
    row("too many layers", "llama", R"({"num_hidden_layers": 1000000000})",
        R"("num_hidden_layers": 1000000000; at most)");
    row("huge width", "llama", R"({"hidden_size": 4611686018427387904})",
        R"("hidden_size": 4611686018427387904; at most)");
    row("width as text", "llama", R"({"hidden_size": "x"})", R"("hidden_size": "x")");
    row("other class", "llama", R"({"architectures": ["LlamaForSequenceClassification"]})",
        "LlamaForSequenceClassification");
    row("other family", "llama", R"({"model_type": "mistroll"})", R"("model_type": "mistroll")");
    row("vision section", "clip", R"({"vision_config": "base"})", R"("vision_config": "base"; an object)");
    row("T5 activation", "t5", R"({"feed_forward_proj": "gated-foo"})", R"("feed_forward_proj": "foo")");
    row("picture size", "vit", R"({"image_size": [32, 32, 32]})", R"("image_size": [32,32,32])");
    row("patches", "vit", R"({"patch_size": [8, 4]})", R"("patch_size": [8,4])");
    row("problem type", "vit", R"({"problem_type": "regression"})", R"("problem_type": "regression")");
    row("feature layer", "llava", R"({"vision_feature_layer": [-2, 9]})", R"("vision_feature_layer": 9)");
    row("no feature layer", "llava", R"({"vision_feature_layer": []})", R"("vision_feature_layer": [])");
    row("feature strategy", "llava", R"({"vision_feature_select_strategy": "cls"})",
        R"("vision_feature_select_strategy": "cls")");
    row("other tower", "llava", R"({"vision_config": {"model_type": "convnext"}})", "convnext");
    row("other language model", "blip2-opt", R"({"text_config": {"model_type": "llama"}})",
        R"("text_config.model_type": "llama")");
    row("OPT projections in BLIP-2", "blip2-opt", R"({"text_config": {"word_embed_proj_dim": 16}})",
        "word_embed_proj_dim");
    row("Q-Former positions", "blip2-opt",
        R"({"qformer_config": {"position_embedding_type": "relative_key"}})", "relative_key");
    row("EVA scale", "eva-vit", R"({"qk_scale": 0.3})", R"("qk_scale": 0.3)");
    row("EVA relative positions", "eva-vit", R"({"img_size": 4096, "use_rel_pos_bias": true})", "patches");
  }
  void refusals() {
    QFETCH(QString, model);
    QFETCH(QString, change);
    QFETCH(QString, says);
    auto config = readJson(dataFile("fixtures/models/" + model.toStdString()) / "config.json");
    config.merge_patch(json::parse(change.toStdString()));
    const auto error = errorOf([&] { Model::fromConfig(config); });
    QVERIFY2(error.contains(says) && error.endsWith('.') && !error.contains("internal"), qPrintable(error));
  }

  // An empty configuration is the reference's default model.
  void keysMayBeLeftOut_data() {
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<qint64>("rows");
    QTest::addColumn<qint64>("columns");
    const auto row = [](const char* name, const char* config, const char* tensor, qint64 rows,
                        qint64 columns) { QTest::newRow(name) << config << tensor << rows << columns; };
    row("clip", R"({"model_type": "clip", "text_config": null})",
        "text_model.embeddings.token_embedding.weight", 49408, 512);
    row("blip", R"({"model_type": "blip", "architectures": ["BlipForConditionalGeneration"]})",
        "text_decoder.bert.embeddings.word_embeddings.weight", 30524, 768);
    row("blip-2", R"({"model_type": "blip-2"})", "vision_model.encoder.layers.38.mlp.fc1.weight", 6144, 1408);
    row("vit", R"({"model_type": "vit"})", "classifier.weight", 2, 768);
    row("t5", R"({"model_type": "t5"})", "shared.weight", 32128, 512);
    row("llama", R"({"model_type": "llama", "num_key_value_heads": null})",
        "model.layers.31.self_attn.k_proj.weight", 4096, 4096);
    row("opt", R"({"model_type": "opt"})", "model.decoder.layers.11.fc1.weight", 3072, 768);
    row("llava", R"({"model_type": "llava"})", "multi_modal_projector.linear_1.weight", 4096, 1024);
    row("llava, two layers", R"({"model_type": "llava", "vision_feature_layer": [-2, -1]})",
        "multi_modal_projector.linear_1.weight", 4096, 2048);
    row("bert", R"({"model_type": "bert"})", "encoder.layer.11.output.dense.weight", 768, 3072);
    row("eva", R"({"model_type": "lavis_eva_vit"})", "blocks.11.mlp.fc2.weight", 768, 3072);
    row("tied", R"({"model_type": "llama", "tie_word_embeddings": true, "vocab_size": 7})",
        "model.embed_tokens.weight", 7, 4096);
  }
  void keysMayBeLeftOut() {
    QFETCH(QString, config);
    QFETCH(QString, tensor);
    QFETCH(qint64, rows);
    QFETCH(qint64, columns);
    const auto model = Model::fromConfig(json::parse(config.toStdString()));
    bool found = false, head = false;
    for (const auto& d : model->declared()) {
      head = head || d.name == "lm_head.weight";
      if (d.name != tensor.toStdString()) continue;
      found = true;
      QCOMPARE(d.shape, (std::vector<int64_t>{rows, columns}));
    }
    QVERIFY(found);
    if (QByteArray(QTest::currentDataTag()) == "tied") QVERIFY(!head);
  }

  void weightsThatDoNotFitAreNamed() {
    Copy other("llama");
    auto config = readJson(other.path() / "config.json");
    config["intermediate_size"] = 57;
    other.write("config.json", config.dump());
    QVERIFY(other.refusal().contains("gate_proj.weight") && other.refusal().contains("[57, 32]"));

    Copy integers("llama");
    integers.editHeader(R"("model.norm.weight":{"dtype":"F32")", R"("model.norm.weight":{"dtype":"I32")");
    QVERIFY2(integers.refusal().contains("\"model.norm.weight\"") && integers.refusal().contains("I32"),
             qPrintable(integers.refusal()));

    Copy renamed("llama");
    renamed.editHeader(R"("model.norm.weight")", R"("model.norm.weighx")");
    QVERIFY(renamed.refusal().contains("lacks the tensor \"model.norm.weight\""));

    Copy pointer("llama");
    pointer.write("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    QVERIFY2(pointer.refusal().contains("git lfs pull"), qPrintable(pointer.refusal()));
  }

  // Python writes NaN and Infinity bare. Where a key is not read they are no matter.
  void numbersThatAreNone() {
    const auto with = [](const std::string& key, const std::string& value) {
      Copy copy("llama");
      auto config = readTextFile(copy.path() / "config.json");
      config.replace(config.rfind('}'), std::string::npos, ", \"" + key + "\": " + value + "}");
      copy.write("config.json", config);
      return copy.refusal();
    };
    for (const char* value : {"NaN", "Infinity", "-Infinity", "1e400", "{\"__float__\": \"Infinity\"}"})
      QCOMPARE(with("time_step_limit", value), QString());
    for (const char* value : {"NaN", "Infinity", "1e400", "{\"__float__\": \"NaN\"}"}) {
      const auto refusal =
          with("rope_scaling", std::string("{\"type\": \"linear\", \"factor\": ") + value + "}");
      QVERIFY2(refusal.contains("\"factor\""), qPrintable(refusal));
    }
  }

  // model_type decides; an architecture in other letters, or someone's own class with the same head, is its.
  void architecturesThatAreAliases() {
    const auto opened = [](const char* name, const std::string& architecture) {
      Copy copy(name);
      auto config = readJsonFile(copy.path() / "config.json");
      config["architectures"] = {architecture};
      copy.write("config.json", config.dump());
      return copy.refusal();
    };
    for (const char* alias :
         {"LlamaForCausalLM", "LLaMAForCausalLM", "LLaMaForCausalLM", "MyOwnLlamaForCausalLM"})
      QCOMPARE(opened("llama", alias), QString());
    for (const char* alias :
         {"BertForMaskedLM", "BertForSequenceClassification", "BertForPreTraining", "BertModel"})
      QCOMPARE(opened("bert", alias), QString());
    QVERIFY(opened("llama", "LlamaForTokenClassification").contains("\"LlamaForTokenClassification\""));
  }

  void quantisedWeightsAreNamed() {
    for (const auto& [tensor, says] : {std::pair<std::string, const char*>{"norm.qweight", "GPTQ or AWQ"},
                                       {"n.weight_packed", "compressed-tensors"},
                                       {"norm.SCB", "bitsandbytes"}}) {
      Copy copy("llama");
      copy.editHeader(R"("model.norm.weight")", "\"" + tensor + "\"");
      QVERIFY2(copy.refusal().contains("is quantised by") && copy.refusal().contains(says),
               qPrintable(copy.refusal()));
      copy.write("quantize_config.json", "{\"bits\": 4}");
      QVERIFY2(copy.refusal().contains("GPTQ (quantize_config.json)"), qPrintable(copy.refusal()));
    }
  }

  // A model of a type that is not known: the family that its tensors fit best, and what differs.
  void unknownTypesAreComparedWithFamilies() {
    Copy copy("llama");
    auto config = readJsonFile(copy.path() / "config.json");
    config["model_type"] = "lama9";
    copy.write("config.json", config.dump());
    QVERIFY2(copy.refusal().contains("\"model_type\": \"lama9\"") &&
                 copy.refusal().contains("The nearest known family is ") &&
                 copy.refusal().contains("Nothing was loaded."),
             qPrintable(copy.refusal()));
    copy.editHeader(R"("model.norm.weight")", R"("model.norm.weighx")");
    QVERIFY2(copy.refusal().contains("model.norm.weight is not there") &&
                 copy.refusal().contains("model.norm.weighx is none of its own"),
             qPrintable(copy.refusal()));
    Copy other("vit");
    other.write("config.json", R"({"model_type": "berd", "text_config": {"model_type": "llama"}})");
    QVERIFY2(other.refusal().contains("The nearest known name is \"bert\"") &&
                 other.refusal().contains("text_config is of the known type \"llama\""),
             qPrintable(other.refusal()));
  }

  void aFolderOfModelsNamesThem() {
    QTemporaryDir outer;
    const fs::path root = outer.path().toStdString();
    const auto refusal = [&] { return errorOf([&] { Checkpoint::open(root); }); };
    QVERIFY(refusal().endsWith("it has no config.json."));
    fs::create_directories(root / "inner");
    std::ofstream(root / "inner" / "config.json") << "{}";
    QVERIFY2(refusal().contains("its folder inner has one."), qPrintable(refusal()));
  }

  void activations() {
    const auto x = at::tensor({-2.0f, -0.5f, 0.0f, 1.0f, 7.0f});
    const auto equal = [&](const char* name, std::vector<float> want) {
      const auto got = activate(activationOf(name, "hidden_act"), x);
      return (got - at::tensor(want)).abs().max().item<double>() < 1e-5;
    };
    QVERIFY(equal("relu6", {0, 0, 0, 1, 6}));
    QVERIFY(equal("relu2", {0, 0, 0, 1, 49}));
    QVERIFY(equal("linear", {-2, -0.5, 0, 1, 7}));
    QVERIFY(equal("tanh", {-0.964028f, -0.462117f, 0, 0.761594f, 0.999998f}));
    QVERIFY(equal("sigmoid", {0.119203f, 0.377541f, 0.5f, 0.731059f, 0.999089f}));
    QVERIFY(equal("mish", {-0.252501f, -0.220743f, 0, 0.865098f, 6.999988f}));
    QVERIFY(equal("gelu_python", {-0.045500f, -0.154269f, 0, 0.841345f, 7}));
    for (const char* name :
         {"gelu_new", "gelu_fast", "gelu_accurate", "gelu_pytorch_tanh", "gelu_python_tanh"})
      QVERIFY2(equal(name, {-0.045402f, -0.154286f, 0, 0.841192f, 7}), name);
    QVERIFY(equal("quick_gelu", {-0.064341f, -0.149612f, 0, 0.845796f, 6.999953f}));
    QVERIFY(equal("swish", {-0.238406f, -0.188770f, 0, 0.731059f, 6.993624f}));
  }

  // Up to the length it was trained on "dynamic" is as if it were not there.
  void dynamicFrequencies() {
    const json plain{{"rope_theta", 100.0}, {"max_position_embeddings", 8}};
    auto scaled = plain;
    scaled["rope_scaling"] = {{"type", "dynamic"}, {"factor", 2.0}};
    const auto a = RotaryEmbedding::parse(plain, 8, {}), b = RotaryEmbedding::parse(scaled, 8, {});
    const auto positions = at::arange(8, at::kLong).unsqueeze(0);
    QVERIFY(a.tables(positions, 8).equal(b.tables(positions, 8)));
    // Twice the length: theta becomes 100 * (2 * 2 - 1)^(8 / 6).
    auto stretched = plain;
    stretched["rope_theta"] = 100.0 * std::pow(3.0, 8.0 / 6.0);
    const auto c = RotaryEmbedding::parse(stretched, 8, {});
    QVERIFY((c.tables(positions, 16) - b.tables(positions, 16)).abs().max().item<double>() < 1e-6);
  }

  // dense_act_fn and is_gated_act are what the reference computes with, whatever feed_forward_proj says.
  void t5ActivationByItsOwnKey() {
    const auto folder = dataFile("t5-dense-act-fn"), t5 = dataFile("fixtures/models/t5");
    QTemporaryDir scratch;
    const auto model = fs::path(scratch.path().toStdString()), out = model / "out.safetensors";
    fs::copy_file(folder / "config.json", model / "config.json");
    for (const char* file : {"generation_config.json", "model.safetensors"})
      fs::copy_file(t5 / file, model / file);
    runForwardCalls(model, folder / "inputs.safetensors", out, {});
    const auto expected = SafetensorsFile::open(folder / "expected.safetensors"),
               got = SafetensorsFile::open(out);
    at::Tensor mask;  // padding is nobody's
    for (size_t i = 0; i < expected.tensors().size(); ++i)
      if (expected.tensors()[i].name == "mask")
        mask = storedTensor(expected.tensors()[i], expected.bytes(i)).to(at::kDouble).unsqueeze(-1);
    int compared = 0;
    const std::string made = "forward_labels/out/";
    for (size_t i = 0; i < expected.tensors().size(); ++i)
      for (size_t j = 0; j < got.tensors().size(); ++j) {
        if (got.tensors()[j].name != made + expected.tensors()[i].name) continue;
        const auto a = storedTensor(expected.tensors()[i], expected.bytes(i)).to(at::kDouble),
                   b = storedTensor(got.tensors()[j], got.bytes(j)).to(at::kDouble);
        QVERIFY2(
            ((a - b) * mask).abs().max().item<double>() < 1e-5 * std::max(1.0, a.abs().max().item<double>()),
            got.tensors()[j].name.c_str());
        ++compared;
      }
    QVERIFY(compared > 0);
  }
};

QTEST_APPLESS_MAIN(ConfigTest)
#include "config_test.moc"
