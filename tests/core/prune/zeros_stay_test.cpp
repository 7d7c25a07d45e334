// Weights that are zero stay zero, whatever prunes, and count among those that are to go.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/base/random.h"
#include "core/prune/criterion.h"
#include "core/prune/mask_ranks.h"
#include "core/prune/refinement.h"

using namespace espalier;

namespace {

constexpr int64_t kRows = 48, kColumns = 320;  // several of SparseGPT's blocks of columns

at::Tensor normals(std::vector<int64_t> shape, uint64_t seed) {
  auto t = at::empty(shape, at::kFloat);
  CounterRandom(seed, 0).fillNormal(t.data_ptr<float>(), t.numel());
  return t;
}

// Of related features, two of which are never seen.
std::shared_ptr<const InputStatistics> inputsOf() {
  auto x = normals({4, 200, kColumns}, 1);
  x = x + 0.5 * x.roll({1}, {2});
  x.select(2, 3).zero_();
  x.select(2, 200).zero_();
  StatisticsGatherer gatherer({"w"}, {.features = true, .hessian = true});
  auto recorder = gatherer.recorder();
  at::Tensor output;
  recorder.onLinear("w", x, output);
  gatherer.add(0, std::move(recorder));
  return gatherer.finish()[0];
}

// 60 % zeros, unevenly: hardly any in the first columns, most of the last ones, a row of zeros, and groups of
// four with one to four of them.
at::Tensor sparseWeight() {
  auto w = normals({kRows, kColumns}, 2);
  auto draw = at::empty({kRows, kColumns}, at::kFloat);
  CounterRandom random(3, 0);
  for (int64_t i = 0; i < draw.numel(); ++i) draw.data_ptr<float>()[i] = float(random.uniform());
  w.masked_fill_(draw < at::linspace(0.3, 0.9, kColumns), 0);
  w[5].zero_();
  return w;
}

double sparsityIn(const at::Tensor& w) {
  return (w == 0).sum().item<double>() / double(w.numel());
}

}  // namespace

class ZerosStayTest : public QObject {
  Q_OBJECT
  const std::shared_ptr<const InputStatistics> m_inputs = inputsOf();
  const at::Tensor m_weight = sparseWeight();

  PrunedWeight prune(const std::string& criterion, const Selection& selection,
                     const std::string& refinement) const {
    const auto& c = criterionNamed(criterion);
    auto out = c.prune(m_weight, *m_inputs, c.prepare(*m_inputs, false).get(), selection);
    if (refinement.empty()) return out;
    for (const auto* r : refinementsNamed(refinement)) r->refine(m_weight, *m_inputs, selection.pattern, out);
    return out;
  }

 private Q_SLOTS:
  void prunedAgain_data() {
    QTest::addColumn<QString>("criterion");
    QTest::addColumn<QString>("refinement");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("byRow");
    QTest::addColumn<bool>("official");
    for (const auto* c : criteria())
      for (const char* refinement : {"", "dsnot", "swaps", "refit", "swaps,refit"}) {
        if (*refinement && refinement != std::string("refit") && !c->keepsWeights()) continue;
        for (const char* pattern : {"unstructured", "2:4", "1:4"})
          for (const bool byRow : {false, true})
            for (const bool official : {false, true})
              QTest::addRow("%s %s %s %d %d", c->name().c_str(), refinement, pattern, byRow, official)
                  << QString::fromStdString(c->name()) << refinement << pattern << byRow << official;
      }
  }
  void prunedAgain() {
    QFETCH(QString, criterion);
    QFETCH(QString, refinement);
    QFETCH(QString, pattern);
    QFETCH(bool, byRow);
    QFETCH(bool, official);
    const double before = sparsityIn(m_weight);
    QVERIFY(before > 0.58 && before < 0.65);
    for (const double asked : {0.0, 0.3, 0.5, before, 0.75}) {
      Selection selection{asked, byRow ? Comparison::Row : Comparison::Matrix,
                          patternNamed(pattern.toStdString()), official};
      const auto out = prune(criterion.toStdString(), selection, refinement.toStdString());
      QVERIFY((out.weight.masked_select(m_weight == 0) == 0).all().item<bool>());
      QVERIFY(out.mask.masked_select(m_weight == 0).all().item<bool>());
      QVERIFY(sparsityIn(out.weight) >= before);
      QVERIFY((out.weight.masked_select(out.mask) == 0).all().item<bool>());
      if (selection.pattern.structured()) {
        const auto kept = (out.weight != 0).view({kRows, kColumns / 4, 4}).sum(2);
        // The released code takes N:M as N that go.
        const int64_t n = selection.pattern.n, m = selection.pattern.m;
        QVERIFY(kept.max().item<int64_t>() <= (official ? m - n : n));
      } else if (!official && !byRow) {
        // No more go than were asked for, as long as the zeros are not more already.
        const auto zeros = (out.weight == 0).sum().item<int64_t>(),
                   wanted = prunedInMatrix(kRows, kColumns, selection),
                   had = (m_weight == 0).sum().item<int64_t>();
        QCOMPARE(zeros, std::max(had, wanted));
      }
    }
  }

  void ofEachRowNoMoreThanAsked_data() {
    QTest::addColumn<QString>("criterion");
    for (const auto* c : criteria()) QTest::newRow(c->name().c_str()) << QString::fromStdString(c->name());
  }
  void ofEachRowNoMoreThanAsked() {
    QFETCH(QString, criterion);
    const Selection selection{0.75, Comparison::Row, {}, false};
    const auto out = prune(criterion.toStdString(), selection, "");
    for (int64_t r = 0; r < kRows; ++r)
      QCOMPARE(
          (out.weight[r] == 0).sum().item<int64_t>(),
          std::max((m_weight[r] == 0).sum().item<int64_t>(), prunedInRow(kRows, kColumns, selection, r)));
  }

  // What follows a drag in the window is what pruning gives.
  void liveRanksAgree() {
    for (const auto* c : criteria()) {
      if (!c->keepsWeights()) continue;
      for (const auto comparison : {Comparison::Row, Comparison::Matrix}) {
        const MaskRanks ranks(m_weight, c->ranking(m_weight, *m_inputs), comparison);
        for (const double s : {0.2, 0.61, 0.8}) {
          const auto pruned = prune(c->name(), {s, comparison, {}, false}, "");
          QVERIFY(ranks.masked(s).equal(pruned.weight));
        }
      }
    }
  }
};

QTEST_APPLESS_MAIN(ZerosStayTest)
#include "zeros_stay_test.moc"
