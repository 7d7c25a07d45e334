// Pictures of any size behind one another in one row, and where their tokens stand in texts.
#include <ATen/ATen.h>

#include <QtTest/QtTest>

#include "core/model/layers/attention.h"
#include "core/model/layers/picture_positions.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

constexpr int64_t kToken = 9;

Batch pictures(const std::vector<int64_t>& grids, int64_t patches) {
  Batch batch;
  batch.tensors["image_grid_thw"] = at::tensor(grids, at::kLong).view({-1, 3});
  batch.tensors["pixel_values"] = at::zeros({patches, 6});
  return batch;
}

at::Tensor ids(const std::vector<int64_t>& row) {
  return at::tensor(row, at::kLong).unsqueeze(0);
}

at::Tensor integers(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

std::vector<int64_t> numbers(const at::Tensor& t) {
  const auto held = t.contiguous();
  return {held.data_ptr<int64_t>(), held.data_ptr<int64_t>() + held.numel()};
}

QString refusal(const std::vector<int64_t>& row, const std::vector<PictureGrid>& grids) {
  return errorOf([&] { positionsAmongPictures(ids(row), {}, grids, {}, 2, kToken); });
}

}  // namespace

class PictureGridsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void gridsMustMakeUpThePatches() {
    const auto grids = gridsOf(pictures({1, 4, 6, 1, 2, 2}, 28), 2);
    QCOMPARE(grids.size(), size_t(2));
    QCOMPARE(grids[0].tokens(2), int64_t(6));
    const auto few = errorOf([] { gridsOf(pictures({1, 4, 6, 1, 2, 2}, 27), 2); });
    QVERIFY2(few.contains("28 patches") && few.contains("holds 27"), qPrintable(few));
    const auto odd = errorOf([] { gridsOf(pictures({1, 4, 5}, 20), 2); });
    QVERIFY2(odd.contains("1 x 4 x 5") && odd.contains("multiples of 2"), qPrintable(odd));
    QVERIFY(errorOf([] { gridsOf(pictures({1, 0, 2}, 0), 2); }).contains("1 x 0 x 2"));
    // So many patches that their number is none.
    const int64_t huge = int64_t(1) << 40;
    QVERIFY(errorOf([&] { gridsOf(pictures({huge, huge, huge}, 4), 2); }).contains("multiples of 2"));
  }

  // Block by block of 2 x 2, row by row within a block.
  void patchesOfATokenStandTogether() {
    const auto places = placesOfPatches({{1, 2, 4}}, 2);
    QCOMPARE(numbers(places), (std::vector<int64_t>{0, 0, 0, 1, 1, 0, 1, 1, 0, 2, 0, 3, 1, 2, 1, 3}));
  }

  // 3 x 5 tokens in windows of 2 x 2, cut off at the right and at the bottom.
  void windowsEndAtThePicturesBorders() {
    const auto w = windowsOf({{1, 6, 10}, {1, 2, 2}}, 2, 2);
    QCOMPARE(numbers(w.order), (std::vector<int64_t>{0, 1, 5, 6, 2, 3, 7, 8, 4, 9, 10, 11, 12, 13, 14, 15}));
    QCOMPARE(numbers(w.lengths), (std::vector<int64_t>{16, 16, 8, 8, 8, 4, 4}));
  }

  // At its own size a table is itself; the corners stay the corners at any.
  void tablesAreStretchedByTheirCorners() {
    at::manual_seed(3);
    const auto table = at::randn({16, 3});
    const auto same = interpolatedPositions(table, {{1, 4, 4}}, 1);
    QVERIFY(at::allclose(same, table, 0, 1e-6));
    const auto larger = interpolatedPositions(table, {{2, 7, 10}}, 1).view({2, 7, 10, 3});
    QVERIFY(larger[0].equal(larger[1]));
    for (const int64_t row : {0, 1})
      for (const int64_t column : {0, 1})
        QVERIFY(at::allclose(larger[0][row * 6][column * 9], table[row * 12 + column * 3], 0, 1e-6));
    // Half way between two rows.
    QVERIFY(at::allclose(larger[0][1][0], (table[0] + table[4]) / 2, 0, 1e-6));
  }

  // A picture's numbers do not depend on those it shares a batch with, nor do their gradients.
  void attentionStaysWithinThePicture() {
    at::manual_seed(4);
    const std::vector<int64_t> lengths{4, 4, 12, 4};
    const auto q = at::randn({2, 24, 8}), k = at::randn({2, 24, 8}), v = at::randn({2, 24, 8});
    const auto all = attendWithin(q, k, v, 2, 0.5, at::tensor(lengths, at::kLong).unsqueeze(0));
    int64_t begin = 0;
    for (const auto length : lengths) {
      const auto part = [&](const at::Tensor& t) { return t.narrow(1, begin, length).contiguous(); };
      QVERIFY(at::allclose(part(all), attend(part(q), part(k), part(v), 2, 0.5, {}), 0, 1e-6));
      begin += length;
    }
  }

  void positionsCountOnBehindThePicture() {
    // One text token, a picture of 1 x 3 tokens, one text token.
    const auto p =
        positionsAmongPictures(ids({1, kToken, kToken, kToken, 2}), {}, {{1, 2, 6}}, {}, 2, kToken);
    QCOMPARE(numbers(p.positions.select(1, 0)),
             (std::vector<int64_t>{0, 1, 1, 1, 4, 0, 1, 1, 1, 4, 0, 1, 2, 3, 4}));
    QCOMPARE(numbers(p.next), (std::vector<int64_t>{5}));
    QCOMPARE(numbers(p.places), (std::vector<int64_t>{1, 2, 3}));
    QCOMPARE(numbers(p.tokens), (std::vector<int64_t>{0, 1, 2}));
  }

  void textsMayShareAPicture() {
    const auto two = integers({1, kToken, kToken, 2, kToken, kToken}).view({2, 3});
    const std::vector<PictureGrid> grids{{1, 2, 2}, {1, 2, 4}};
    const auto p = positionsAmongPictures(two, {}, grids, integers({1, 1}), 2, kToken);
    QCOMPARE(numbers(p.tokens), (std::vector<int64_t>{1, 2, 1, 2}));
    const auto error = errorOf([&] { positionsAmongPictures(two, {}, grids, integers({0, 2}), 2, kToken); });
    QVERIFY2(error.contains("one of the 2 pictures"), qPrintable(error));
    const auto wrong = errorOf([&] { positionsAmongPictures(two, {}, grids, integers({0, 1}), 2, kToken); });
    QVERIFY2(wrong.contains("4 picture tokens") && wrong.contains("make 3"), qPrintable(wrong));
  }

  void tokensMustFitThePictures() {
    const auto few = refusal({1, kToken, kToken, 2}, {{1, 2, 6}});
    QVERIFY2(few.contains("2 picture tokens (9)") && few.contains("make 3"), qPrintable(few));
    const auto none = refusal({1, 2, 3, 4}, {{1, 2, 6}});
    QVERIFY2(none.contains("0 picture tokens") && none.contains("make 3"), qPrintable(none));
    // As many in all, in the wrong places.
    const auto split = refusal({kToken, 1, kToken, kToken, 2}, {{1, 2, 6}});
    QVERIFY2(split.contains("Text 1 has 1 picture tokens") && split.contains("makes 3"), qPrintable(split));
    QVERIFY(refusal({kToken, kToken}, {{2, 2, 2}}).contains("2 frames"));
  }
};

QTEST_APPLESS_MAIN(PictureGridsTest)
#include "picture_grids_test.moc"
