#include "ui/items/pair_delegate.h"

#include <QListView>
#include <QtTest/QtTest>

#include "ui/base/theme.h"
#include "ui/items/pair_model.h"
#include "ui/items/picture_cache.h"

using namespace espalier;

class PairDelegateTest : public QObject {
  Q_OBJECT

  // How many pixels of a card are drawn in the colour of wrong answers.
  static int wrongPixels(const Sample& sample) {
    QObject owner;
    PictureCache pictures(&owner);
    PairModel model;
    PairDelegate delegate(pictures, &owner);
    PairOutcome outcome;
    outcome.dense = PairResult{0, "", false, 0.9};
    outcome.pruned = PairResult{0, "", false, 1.4};
    Dataset pairs;
    pairs.samples = {sample};
    model.setPairs(pairs, {outcome});
    QListView view;
    view.setModel(&model);
    view.setItemDelegate(&delegate);
    view.resize(420, 120);
    view.show();
    const QImage image = view.grab().toImage();
    const QRgb wrong = shadesFor(view.palette()).wrong.rgb();
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) count += image.pixel(x, y) == wrong;
    return count;
  }

 private Q_SLOTS:
  void initTestCase() { applyAppearance(*qApp, Appearance::Light); }

  // A text that a language model foresees is neither right nor wrong; an answer to a question is.
  void onlyAnswersAreJudged() {
    QCOMPARE(wrongPixels({"", "", "Once upon a time", ""}), 0);
    QVERIFY(wrongPixels({"", "what colour?", "red", ""}) > 20);
  }
};

QTEST_MAIN(PairDelegateTest)
#include "pair_delegate_test.moc"
