// Recipes that are not what whoever wrote them meant: what nothing reads is told, and what a later step would
// refuse is refused before the first.
#include "core/document/recipe_remarks.h"

#include <QtTest/QtTest>

#include "core/base/file.h"
#include "core/document/recipe.h"
#include "core/samples/sample_folder.h"
#include "tests/support/errors.h"

using namespace espalier;
using test::errorOf;
namespace fs = std::filesystem;

class RecipeRemarksTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path file() const { return fs::path(m_dir.path().toStdString()) / "recipe.json"; }

  static Recipe quick() {
    Recipe recipe;
    recipe.model = sampleFolder() / "model";
    recipe.calibration = sampleFolder() / "calibration";
    recipe.score.method = "magnitude";
    recipe.prune.criterion = "magnitude";
    return recipe;
  }
  QString remarksOn(const nlohmann::json& json) const {
    writeEspalierJson(file(), "recipe", json);
    QString out;
    for (const auto& remark : remarksOnRecipe(file())) out += QString::fromStdString(remark) + "\n";
    return out;
  }
  // The sentence by which the recipe is refused; "late" where something was scored or pruned by then.
  static QString refused(const Recipe& recipe) {
    bool worked = false;
    JobControl control;
    control.onProgress = [&](const Progress& p) {
      worked = worked || p.stage == "Scoring" || p.stage == "Pruning" || p.stage == "Evaluating";
    };
    const auto sentence = errorOf([&] { runRecipe(recipe, {}, control); });
    return worked ? "late: " + sentence : sentence;
  }

 private Q_SLOTS:
  // As programs write them, with every option in place.
  void whatProgramsWriteIsNotRemarkedOn() {
    QCOMPARE(remarksOn(toJson(quick())), QString());
    auto recipe = quick();
    recipe.score = {}, recipe.prune = {}, recipe.recover.methods = "rebuild";
    QCOMPARE(remarksOn(toJson(recipe)), QString());
  }

  // Nothing looks at data here, takes steps, fits or recovers: of every other option with another value it is
  // told.
  void everyUnreadOptionIsTold() {
    const auto other = [](const nlohmann::json& value) -> nlohmann::json {
      if (value.is_boolean()) return !value.get<bool>();
      if (value.is_number_integer()) return value.get<int64_t>() + 1;
      return value.is_number() ? nlohmann::json(value.get<double>() / 2 + 0.25) : nlohmann::json();
    };
    const auto check = [&](const char* section, const auto& fields, const auto& options,
                           const std::set<std::string>& read) {
      for (const auto& field : fields) {
        auto json = toJson(quick());
        auto value = other(option_fields::valueOf(field, options));
        if (field.key == "inputs" || field.key == "comparison")
          value = field.key == "inputs" ? "dense" : "row";
        if (value.is_null()) continue;
        json[section][field.key] = value;
        const auto told = remarksOn(json);
        const auto named =
            QString::fromStdString("\"" + std::string(section) + "." + field.key + "\" changes nothing");
        QVERIFY2(told.contains(named) == !read.contains(field.key), qPrintable(named + " / " + told));
      }
    };
    check("score", scoreFields(), ScoreOptions(), {"includeBridge", "statistics", "untilStable", "rescore"});
    check("prune", pruneFields(), PruneOptions(), {"comparison", "official"});
    check("recover", recoverFields(), RecoverOptions(), {});
    auto json = toJson(quick());
    json["prune"]["pattern"] = "2:4", json["prune"]["comparison"] = "row";
    QVERIFY(remarksOn(json).contains("\"prune.comparison\" changes nothing"));
    // The scores of a recipe that has its plan.
    json["score"] = {{"method", "forward-mode"}, {"seed", 7}};
    json["plan"] = {{"language_model.decoder.block.1", 0.5}};
    QVERIFY(remarksOn(json).contains("\"score.seed\" changes nothing: the recipe has a plan"));
  }

  void keysThatAreNoneAreTold() {
    auto json = toJson(quick());
    json["calibrate"] = "elsewhere";
    json["score"]["sample"] = 4;
    json["allocate"]["pin"] = {{"a", 0.5}};
    json["calibrationOptions"]["splits"] = "val";
    const auto told = remarksOn(json);
    for (const char* key :
         {"\"calibrate\"", "\"score.sample\"", "\"allocate.pin\"", "\"calibrationOptions.splits\""})
      QVERIFY2(told.contains(key), qPrintable(told));
    // As versions up to 0.1 spelled them.
    json = toJson(quick());
    json["prune"].erase("batchSize");
    json["prune"]["batch_size"] = 16;
    QCOMPARE(remarksOn(json), QString());
    json["shrunk"] = {{"x", 1}};
    json["recoveryStopped"] = true;
    QVERIFY(remarksOn(json).contains("shrunk afterwards") && remarksOn(json).contains("was stopped"));
  }

  // What these tell of cannot be done again by a recipe.
  void recipesOfOtherCommandsAreRefused() {
    auto json = toJson(quick());
    json["globally"] = {{"method", "global-obd"}};
    QVERIFY(errorOf([&] { recipeFromJson(json, {}); }).contains("--globally"));
    json = toJson(quick());
    json["dense"] = "dense";
    QVERIFY(errorOf([&] { recipeFromJson(json, {}); }).contains("recover"));
  }

  void whatALaterStepRefusesIsRefusedFirst() {
    auto recipe = quick();
    recipe.score.method = "forward-mode";
    const auto plain = recipe;
    recipe.allocate.pins = {{"no such block", 0.5}};
    QVERIFY2(refused(recipe).startsWith("There is no group \"no such block\""), qPrintable(refused(recipe)));
    recipe = plain;
    recipe.allocate.options = {{"no such option", 0.5}};
    QVERIFY2(refused(recipe).startsWith("The allocator ecoflap has no option"), qPrintable(refused(recipe)));
    recipe = plain;
    recipe.allocate.allocator = "owl";
    QVERIFY2(refused(recipe).startsWith("OWL shares by"), qPrintable(refused(recipe)));
    recipe = plain;
    recipe.allocate.target = 0.9, recipe.allocate.cap = 0.5;
    QVERIFY2(!refused(recipe).isEmpty() && !refused(recipe).startsWith("late"), qPrintable(refused(recipe)));
    recipe = plain;
    recipe.allocate.componentCaps = {{"no such part", 0.5}};
    QVERIFY2(refused(recipe).startsWith("There is no component"), qPrintable(refused(recipe)));
    recipe = plain;
    recipe.prune.pattern = "3:7";
    QVERIFY2(refused(recipe).startsWith("The matrix "), qPrintable(refused(recipe)));
    recipe = plain;
    recipe.evaluation = "/no/such/place";
    QVERIFY2(refused(recipe).contains("/no/such/place") && !refused(recipe).startsWith("late"),
             qPrintable(refused(recipe)));
    recipe = plain;
    recipe.recover.methods = "finetune", recipe.recover.views = 3;
    QVERIFY2(refused(recipe).startsWith("\"finetune\" goes by the answers"), qPrintable(refused(recipe)));
  }
};

QTEST_APPLESS_MAIN(RecipeRemarksTest)
#include "recipe_remarks_test.moc"
