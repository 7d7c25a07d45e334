// Each key of each family's configuration: another value gives another result or is refused, or the key is
// known to change nothing, or a person is told that it is not known.
#include "core/model/config_keys.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <algorithm>
#include <fstream>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checkpoint/tensor.h"
#include "core/engine/unused_tensors.h"
#include "core/sweep/run.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Pointer = json::json_pointer;

// A folder with the model's other files and a configuration of its own.
void putVariant(const fs::path& model, const fs::path& folder, const json& config) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator(model))
    if (entry.is_regular_file() && entry.path().filename() != "config.json")
      fs::create_symlink(entry.path(), folder / entry.path().filename());
  std::ofstream(folder / "config.json") << jsonText(config);
}

// What the first call of the fixture gives, every recorded value of it.
std::map<std::string, at::Tensor> resultsOf(const ModelFixture& fixture,
                                            const std::shared_ptr<Batch>& batch) {
  c10::NoGradGuard noGrad;
  std::map<std::string, at::Tensor> recorded;
  Pass pass{fixture.weights};
  pass.recorded = &recorded;
  const auto state = runModel(*fixture.model, pass, batch);
  if (state.logits.defined()) recorded["logits of the state"] = state.logits;
  return recorded;
}

bool areEqual(const std::map<std::string, at::Tensor>& a, const std::map<std::string, at::Tensor>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& l, const auto& r) {
           return l.first == r.first && l.second.equal(r.second);
         });
}

// Single values, sections included.
std::vector<Pointer> leavesOf(const json& config) {
  std::vector<Pointer> out;
  const auto flat = config.flatten();
  for (const auto& [path, value] : flat.items())
    if (value.is_boolean() || value.is_number() || value.is_string()) out.emplace_back(path);
  return out;
}

json another(const json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value == 0 || value == 1) return 1 - value.get<int64_t>();
  if (value.is_number_integer()) return value.get<int64_t>() * 3;
  if (value.is_number()) return value.get<double>() * 1.5 + 0.25;
  return "another";
}

// Of a list's or label's place the name of the list.
std::string keyOf(Pointer path) {
  while (!path.empty() && !path.back().empty() &&
         path.back().find_first_not_of("0123456789") == std::string::npos)
    path.pop_back();
  return path.empty() ? std::string() : path.back();
}

// What counts, but not in the first call of a small model of reference.
const std::map<std::string, const char*> kNotHere{
    {"long_factor", "the texts of one call lie on one side of the trained length"},
    {"short_factor", "the texts of one call lie on one side of the trained length"},
    {"mrope_section", "the text has no pictures, so that all axes are equal"},
    {"relative_attention_max_distance", "the texts are shorter than what is put into buckets"},
    {"use_mean_pooling", "the tower has no head that would pool"},
};
// Of a section.
const std::set<std::string> kOfNoUse{"/qformer_config/vocab_size"};  // no words go into it

}  // namespace

class ConfigKeysTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Of models in any setting; which keys count in one is another matter.
  void everyKeyIsKnown_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }
  void everyKeyIsKnown() {
    QFETCH(QString, folder);
    const ModelFixture plain(folder.toStdString());
    for (const auto& key : unknownKeys(*plain.checkpoint)) QFAIL(key.c_str());
  }

  void everyKeyCounts_data() {
    QTest::addColumn<QString>("folder");
    for (const char* copies : {"fixtures/models", "families/models"})
      for (const auto& folder : entriesOf(dataFile(copies)))
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void everyKeyCounts() {
    QFETCH(QString, folder);
    const fs::path path = folder.toStdString();
    const auto config = parseJson(readTextFile(path / "config.json"), "config.json");
    const auto io = readTensors(path / "io.safetensors");
    const auto call = test::readJson(path / "io.json")["calls"][0]["name"].get<std::string>();
    const auto batch = batchUnder(io, call + "/in/");
    QTemporaryDir scratch;
    const auto variant = fs::path(scratch.path().toStdString()) / path.filename();
    const ModelFixture plain(path);
    const auto expected = resultsOf(plain, batch);
    QVERIFY(!expected.empty());
    QStringList silent;
    for (const auto& leaf : leavesOf(config)) {
      auto changed = config;
      changed[leaf] = another(config[leaf]);
      putVariant(path, variant, changed);
      bool counts = false;
      try {
        const ModelFixture other(variant);
        // Or a person is told of tensors that this configuration has no place for.
        counts = !unusedTensors(*other.checkpoint, *other.model).empty() ||
                 !areEqual(resultsOf(other, batch), expected);
      } catch (const Error&) {
        counts = true;
      } catch (const c10::Error&) {
        counts = true;  // inputs for another size
      }
      const auto key = keyOf(leaf);
      const bool labels = leaf.to_string().find("label") != std::string::npos;
      if (!counts && whyHarmless(key).empty() && !labels && !key.starts_with('_'))
        if (!kNotHere.contains(key) && !kOfNoUse.contains(leaf.to_string()))
          silent << QString::fromStdString(leaf.to_string());
    }
    QVERIFY2(silent.isEmpty(), qPrintable(silent.join(", ")));
  }

  // Numbers that float32 does not hold end in no exception of the library's.
  void refusesWhatFloatsDoNotHold() {
    for (const char* change : {R"({"rope_theta": 1e300})", R"({"rms_norm_eps": 1e39})",
                               R"({"rope_scaling": {"rope_type": "linear", "factor": 1e200}})",
                               R"({"rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1,
                                   "high_freq_factor": 4, "original_max_position_embeddings": 1e120}})"}) {
      json config{{"model_type", "llama"}, {"num_hidden_layers", 1}};
      config.merge_patch(parseJson(change, "change"));
      try {
        Model::fromConfig(config);
        QFAIL(change);
      } catch (const Error& e) {
        QVERIFY2(std::string(e.what()).find("float32's range") != std::string::npos, e.what());
      }
    }
  }

  void tellsWhatItDoesNotKnow() {
    const json config{{"depth", 3},           {"logits_scaling", 2.0},
                      {"use_cache", true},    {"absent", nullptr},
                      {"_name_or_path", "x"}, {"text_config", {{"depth", 3}, {"odd", 1}}}};
    const ConfigReads reads;
    noteConfigKey("depth");
    noteConfigKey("text_config");
    QCOMPARE(unknownKeys(config, reads), (std::vector<std::string>{"logits_scaling", "text_config.odd"}));
    {
      const ConfigReads inner;
      noteConfigKey("logits_scaling");
    }
    QVERIFY(!reads.has("logits_scaling"));
  }

  // What published configurations hold beside what is read is not told as if it might count; in a family that
  // reads a key of the same name it does count.
  void passesOverWhatIsPublished() {
    const std::pair<const char*, const char*> kLeft[] = {
        {"t5", R"({"n_positions": 512, "output_past": true})"},
        {"llama", R"({"is_llama_config": true, "rope_interleaved": false, "max_sequence_length": 4096})"},
        {"phi3", R"({"attention_bias": false})"},
        {"gemma2", R"({"hidden_act": "gelu_pytorch_tanh", "sliding_window_size": 4096})"}};
    for (const auto& [type, keys] : kLeft) {
      json config{{"model_type", type}, {"num_hidden_layers", 1}, {"num_layers", 1}};
      if (std::string(type) == "phi3") config["pad_token_id"] = 0;
      const ConfigReads reads;
      config.merge_patch(parseJson(keys, "keys"));
      Model::fromConfig(config);
      for (const auto& key : unknownKeys(config, reads))
        QVERIFY2(key == "num_layers" || key == "num_hidden_layers", (std::string(type) + ": " + key).c_str());
    }
    json llama{{"model_type", "llama"}, {"num_hidden_layers", 1}, {"logit_scale", 0.5}};
    const ConfigReads reads;
    Model::fromConfig(llama);
    QCOMPARE(unknownKeys(llama, reads), std::vector<std::string>{"logit_scale"});
  }

  // Where there is no generation_config.json, its settings stand in config.json.
  void settingsOfGenerationWithinTheConfig() {
    const auto folders = modelFolders();
    const auto llama =
        std::find_if(folders.begin(), folders.end(), [](const auto& f) { return f.filename() == "llama"; });
    QVERIFY(llama != folders.end());
    QTemporaryDir scratch;
    const auto variant = fs::path(scratch.path().toStdString()) / "llama";
    auto config = parseJson(readTextFile(*llama / "config.json"), "config.json");
    config["no_repeat_ngram_size"] = 3;
    putVariant(*llama, variant, config);
    fs::remove(variant / "generation_config.json");
    const ModelFixture fixture(variant);
    const auto warnings = warningsAbout(*fixture.checkpoint, *fixture.model, {});
    QVERIFY(std::any_of(warnings.begin(), warnings.end(), [](const std::string& w) {
      return w.starts_with("config.json asks for \"no_repeat_ngram_size\": 3, which is not done here");
    }));
  }

  void tellsSettingsOfGeneration() {
    QCOMPARE(unheededGeneration({{"repetition_penalty", 1.2},
                                 {"no_repeat_ngram_size", 0},
                                 {"do_sample", true},
                                 {"suppress_tokens", json::array()},
                                 {"forced_eos_token_id", nullptr}}),
             std::vector<std::string>{"\"repetition_penalty\": 1.2"});
    QCOMPARE(unheededGeneration({{"min_length", 5},
                                 {"min_new_tokens", 3},
                                 {"guidance_scale", 1.5},
                                 {"stop_strings", {"x"}},
                                 {"num_beams", 5},
                                 {"encoder_repetition_penalty", 1.0}}),
             (std::vector<std::string>{"\"guidance_scale\": 1.5", "\"min_length\": 5",
                                       "\"min_new_tokens\": 3", "\"stop_strings\": [\"x\"]"}));
    QVERIFY(unheededGeneration(nullptr).empty());
    QVERIFY(unheededGeneration({{"repetition_penalty", 1}}).empty());
  }
};

QTEST_APPLESS_MAIN(ConfigKeysTest)
#include "config_keys_test.moc"
