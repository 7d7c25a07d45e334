// Which heads and neurons go, and what of each matrix with them.
#include "core/prune/unit_masks.h"

#include <QtTest/QtTest>

#include "core/engine/open_model.h"
#include "core/engine/prune_model.h"
#include "core/prune/prune_model.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// Two heads of three rows each, and ten neurons, of a model four wide.
BlockDescription smallBlock() {
  return {"b", Component::Language, true, {{"q", 6, 4}, {"o", 4, 6}, {"up", 10, 4}, {"down", 4, 10}}};
}
std::vector<BlockUnits> smallUnits() {
  BlockUnits heads, neurons;
  heads.kind = BlockUnits::Kind::Heads, heads.count = 2;
  heads.in = {{"q", 0, 0, 3}}, heads.out = {"o", 1, 0, 3};
  neurons.count = 10, neurons.in = {{"up", 0, 0, 1}}, neurons.out = {"down", 1, 0, 1};
  return {heads, neurons};
}

}  // namespace

class UnitMasksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void countsMeetTheBudget() {
    const auto block = smallBlock();
    const auto units = smallUnits();
    QCOMPARE(units[0].weightsOfEach(block), int64_t(24));
    QCOMPARE(units[1].weightsOfEach(block), int64_t(8));
    const auto gone = [&](double heads, double neurons) {
      return unitsToGo(units, block, {{"q", heads}, {"o", heads}, {"up", neurons}, {"down", neurons}});
    };
    using Counts = std::vector<int64_t>;
    QCOMPARE(gone(0, 0), (Counts{0, 0}));
    QCOMPARE(gone(0.5, 0.5), (Counts{1, 5}));
    // A fifth of the heads is none of them: its 9.6 weights go as neurons.
    QCOMPARE(gone(0.2, 0.2), (Counts{0, 3}));
    // Nine tenths of them would be both: one stays, and the neurons go in its place.
    QCOMPARE(gone(0.9, 0.5), (Counts{1, 7}));
    QCOMPARE(gone(1, 1), (Counts{2, 10}));
    // Of two matrices with different sparsities their mean.
    QCOMPARE(unitsToGo(units, block, {{"q", 0}, {"o", 1}, {"up", 0.2}, {"down", 0.4}}), (Counts{1, 3}));
    QVERIFY(errorOf([&] {
              unitsToGo(units, block, {{"q", 0.5}, {"o", 0.5}, {"x", 0.5}});
            }).contains("\"x\" belongs to no attention heads or neurons"));
    QVERIFY(errorOf([&] { unitsToGo(units, block, {{"q", 0.5}}); }).contains("but not \"o\""));
  }

  void theLeastGo() {
    QCOMPARE(leastUnits({3, 1, 2, 1}, 2), (std::vector<bool>{false, true, false, true}));
    QCOMPARE(leastUnits({1, 1, 1}, 1), (std::vector<bool>{true, false, false}));
    const auto heads = smallUnits()[0];
    std::vector<double> importance(2);
    auto q = at::ones({6, 4}), o = at::ones({4, 6});
    q.narrow(0, 0, 3).fill_(3);
    o.narrow(1, 0, 3).fill_(0);
    addImportance(heads, "q", q, importance);
    QCOMPARE(importance, (std::vector<double>{0.75, 0.25}));
    addImportance(heads, "o", o, importance);
    addImportance(heads, "up", at::ones({10, 4}), importance);  // holds none of them
    QCOMPARE(importance, (std::vector<double>{0.75, 1.25}));
    const auto mask = unitMask(heads, {"o", 4, 6}, {true, false});
    QVERIFY(mask.narrow(1, 0, 3).all().item<bool>() && !mask.narrow(1, 3, 3).any().item<bool>());
  }

  // In every block of a real model: whole units and nothing else, the asked share of the weights.
  void wholeUnitsGo() {
    for (const auto& folder : modelFolders()) {
      if (folder.filename() != "llama-gqa" && folder.filename() != "clip" && folder.filename() != "t5")
        continue;
      const auto dense = openModel(folder);
      PruneOptions chosen;
      chosen.criterion = "magnitude", chosen.pattern = "units";
      const auto options = modelOptionsOf(chosen, *dense->model);
      std::unordered_map<std::string, double> sparsities;
      for (const auto& block : dense->model->blocks())
        for (const auto& m : block->description().matrices) sparsities[m.name] = 0.5;
      const auto pruned = pruneModel(*dense->model, dense->weights, {}, sparsities, options, {});
      for (const auto& block : dense->model->blocks()) {
        if (block->description().matrices.empty()) continue;
        double zeros = 0;
        std::map<std::string, int64_t> zerosIn;
        for (const auto& m : block->description().matrices) {
          zerosIn[m.name] = m.parameters() - at::count_nonzero(pruned.weights.get(m.name)).item<int64_t>();
          zeros += double(zerosIn[m.name]);
        }
        QVERIFY2(std::abs(zeros / double(block->description().parameters()) - 0.5) < 0.05,
                 block->name().c_str());
        for (const auto& u : unitsOf(*dense->model, *block)) {
          const auto out = pruned.weights.get(u.out.tensor) == 0;
          int64_t gone = 0;
          for (int64_t i = 0; i < u.count; ++i) {
            const bool goes = out.narrow(1, i * u.out.size, u.out.size).all().item<bool>();
            gone += goes;
            for (const auto& part : u.in)
              QCOMPARE(
                  (pruned.weights.get(part.tensor).narrow(0, part.offset + i * part.size, part.size) == 0)
                      .all()
                      .item<bool>(),
                  goes);
          }
          QVERIFY(gone > 0 && gone < u.count);
          QCOMPARE(zerosIn[u.out.tensor], gone * u.out.size * out.size(0));
        }
      }
    }
  }

  void whatExchangesWeightsIsRefused() {
    for (const std::string pattern : {"units", "4x1"}) {
      const auto refused = [&](const char* criterion, const char* refinement, bool official = false) {
        PruneOptions options;
        options.criterion = criterion, options.pattern = pattern, options.refinement = refinement;
        options.official = official;
        return errorOf([&] { checkOptions(options); });
      };
      QCOMPARE(refused("wanda", ""), QString());
      QCOMPARE(refused("magnitude", "refit,int8"), QString());
      QVERIFY(refused("sparsegpt", "").contains("needs a criterion that ranks weights"));
      QVERIFY(refused("wanda", "swaps").contains("\"swaps\" does"));
      QVERIFY(refused("wanda", "", true).contains("--official"));
    }
  }
};

QTEST_GUILESS_MAIN(UnitMasksTest)
#include "unit_masks_test.moc"
