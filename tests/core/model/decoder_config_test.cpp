// What a text's configuration says, also by null, by silence and in several places at once: as transformers
// 5.12.1 reads it (tests/reference/make_family_variants.py has models of each).
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/model/families/decoder_config.h"
#include "core/model/families/language_part.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;

namespace {

DecoderConfig read(const std::string& family, const json& keys = json::object()) {
  json config{{"model_type", family},     {"hidden_size", 32},      {"intermediate_size", 48},
              {"num_attention_heads", 4}, {"num_hidden_layers", 2}, {"vocab_size", 50}};
  config.update(keys);
  return DecoderConfig::parse(config, nullptr, family);
}

// How the places of a text are turned.
at::Tensor turns(const std::string& family, const json& keys, int64_t length = 40) {
  return read(family, keys).rotary.tables(at::arange(length, at::kLong).unsqueeze(0), length);
}

json longRope(const char* key, const char* kind) {
  return {{key, kind},
          {"rope_theta", 100.0},
          {"short_factor", {1.0, 1.1, 1.2, 1.3}},
          {"long_factor", {2.0, 3.0, 4.0, 5.0}},
          {"original_max_position_embeddings", 8}};
}

DecoderConfig textOf(const json& top, const json& keys, bool tied) {
  ModelSource source;
  source.config = top;
  source.config["text_config"] = {
      {"model_type", "gemma2"}, {"hidden_size", 32}, {"intermediate_size", 48}, {"num_attention_heads", 4},
      {"num_hidden_layers", 2}, {"vocab_size", 50},  {"num_key_value_heads", 2}};
  source.config["text_config"].update(keys);
  return LanguagePart::parse(source, "llama", tied).decoder;
}

}  // namespace

class DecoderConfigTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // null: as many as queries have. Absent: what the family has.
  void keyValueHeadsOfNull() {
    for (const char* family : {"llama", "mistral", "phi3", "qwen2", "qwen3", "smollm3"})
      QCOMPARE(read(family, {{"num_key_value_heads", nullptr}}).keyValueHeads, 4);
    QCOMPARE(read("mistral", {{"num_attention_heads", 16}}).keyValueHeads, 8);
    QCOMPARE(read("phi3").keyValueHeads, 4);
  }

  // Gemma 1 has hidden_act, the later ones hidden_activation, and files of each may have both.
  void activationByTheFamilysKey() {
    const json both{{"hidden_act", "relu"}, {"hidden_activation", "silu"}, {"num_key_value_heads", 2}};
    QCOMPARE(read("gemma", both).activation, Activation::Relu);
    QCOMPARE(read("gemma2", both).activation, Activation::Silu);
    QCOMPARE(read("gemma3_text", both).activation, Activation::Silu);
    QCOMPARE(read("gemma", {{"hidden_activation", "silu"}, {"num_key_value_heads", 2}}).activation,
             Activation::GeluTanh);
  }

  // What stands with the scaling counts before what stands beside it.
  void rotationFromOnePlace() {
    const json linear{{"rope_type", "linear"}, {"factor", 2.0}, {"rope_theta", 300.0}};
    const auto want = turns("qwen2", {{"rope_parameters", linear}, {"num_key_value_heads", 2}});
    const auto same = [&](json keys) {
      keys["num_key_value_heads"] = 2;
      return turns("qwen2", keys).equal(want);
    };
    QVERIFY(same({{"rope_scaling", linear}}));
    QVERIFY(same({{"rope_scaling", linear}, {"rope_theta", 50.0}}));
    QVERIFY(same({{"rope_scaling", linear}, {"rope_parameters", {{"rope_theta", 50.0}}}}));
    QVERIFY(same({{"rope_scaling", {{"type", "linear"}, {"factor", 2.0}}}, {"rope_theta", 300.0}}));
    // Where one says nothing of it, the other's is not asked.
    QVERIFY(!same({{"rope_scaling", {{"type", "linear"}, {"factor", 2.0}}},
                   {"rope_parameters", {{"rope_theta", 300.0}}}}));
  }

  // The length of the texts a model was trained on: beside the sizes before beside the scaling.
  void trainedLengthBesideTheSizes() {
    const json inside{{"rope_type", "llama3"},  {"factor", 8.0},
                      {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0},
                      {"rope_theta", 500.0},    {"original_max_position_embeddings", 8}};
    auto other = inside;
    other["original_max_position_embeddings"] = 16;
    const auto want = turns("llama", {{"rope_parameters", inside}});
    QVERIFY(!turns("llama", {{"rope_parameters", other}}).equal(want));
    QVERIFY(
        turns("llama", {{"rope_parameters", other}, {"original_max_position_embeddings", 8}}).equal(want));
    // Said nowhere, it is how long texts may be.
    other.erase("original_max_position_embeddings");
    QVERIFY(turns("llama", {{"rope_parameters", other}, {"max_position_embeddings", 8}}).equal(want));
  }

  // Phi-3's is 4096 where the sizes do not say, whatever stands with the factors; and "yarn" is another name.
  void phi3sOwnRotation() {
    const json sizes{{"max_position_embeddings", 64}, {"original_max_position_embeddings", 8}};
    const auto with = [&](const json& rope, const json& beside) {
      auto keys = beside;
      keys["rope_parameters"] = rope;
      return turns("phi3", keys);
    };
    const auto want = with(longRope("rope_type", "longrope"), sizes);
    QVERIFY(with(longRope("rope_type", "yarn"), sizes).equal(want));
    QVERIFY(with(longRope("type", "yarn"), sizes).equal(want));
    QVERIFY(with(longRope("type", "su"), sizes).equal(want));
    const auto shorter = with(longRope("rope_type", "longrope"), {{"max_position_embeddings", 64}});
    QVERIFY(!shorter.equal(want));
    QVERIFY(
        shorter.equal(with(longRope("rope_type", "longrope"),
                           {{"max_position_embeddings", 64}, {"original_max_position_embeddings", 4096}})));
  }

  // How long texts may be where the configuration does not say: "dynamic" changes nothing up to there.
  void lengthByTheFamily() {
    const json plain{{"num_key_value_heads", 2}, {"rope_theta", 100.0}};
    auto dynamic = plain;
    dynamic["rope_scaling"] = {{"type", "dynamic"}, {"factor", 4.0}};
    const std::map<std::string, int64_t> lengths{{"gemma", 8192},     {"gemma2", 8192}, {"llama", 2048},
                                                 {"mistral", 131072}, {"qwen2", 32768}, {"smollm3", 32768}};
    for (const auto& [family, length] : lengths) {
      const auto place = at::full({1, 1}, length - 1, at::kLong);
      const auto at = [&](const json& keys, int64_t texts) {
        return read(family, keys).rotary.tables(place, texts);
      };
      QVERIFY2(at(dynamic, length).equal(at(plain, length)), family.c_str());
      QVERIFY2(!at(dynamic, length + 1).equal(at(plain, length + 1)), family.c_str());
    }
  }

  // The whole model's key says whether the head is the table of tokens, or its class where it has none.
  void whoTiesTheHead() {
    QVERIFY(textOf(json::object(), {{"tie_word_embeddings", false}}, true).tied);
    QVERIFY(!textOf({{"tie_word_embeddings", false}}, {{"tie_word_embeddings", false}}, true).tied);
    QVERIFY(textOf({{"tie_word_embeddings", true}}, {{"tie_word_embeddings", false}}, false).tied);
    QVERIFY(!textOf(json::object(), {{"tie_word_embeddings", false}}, false).tied);
    QVERIFY(textOf({{"tie_word_embeddings", false}}, {{"tie_word_embeddings", true}}, false).tied);
    QVERIFY(textOf(json::object(), json::object(), false).tied);  // Gemma's default
  }

  // Gemma 2 alone has soft limits of its logits; among pictures nobody computes them.
  void noLimitOfLogitsAmongPictures() {
    QCOMPARE(read("gemma2", {{"num_key_value_heads", 2}}).logitCap, 30.0);
    QCOMPARE(textOf(json::object(), json::object(), true).logitCap, 0.0);
    QCOMPARE(textOf(json::object(), {{"final_logit_softcapping", 5.0}}, true).logitCap, 0.0);
    QCOMPARE(textOf(json::object(), json::object(), true).attentionCap, 50.0);
  }
};

QTEST_APPLESS_MAIN(DecoderConfigTest)
#include "decoder_config_test.moc"
