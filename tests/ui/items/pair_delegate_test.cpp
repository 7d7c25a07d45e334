#include "ui/items/pair_delegate.h"

#include <QListView>
#include <QtTest/QtTest>

#include "ui/base/theme.h"
#include "ui/items/pair_model.h"
#include "ui/items/picture_cache.h"

using namespace espalier;

namespace {

// A list of one pair, as it is painted.
QImage painted(const Sample& sample, const PairResult& dense, const PairResult& pruned, int width = 420) {
  QObject owner;
  PictureCache pictures(&owner);
  PairModel model;
  PairDelegate delegate(pictures, &owner);
  PairOutcome outcome;
  outcome.dense = dense;
  outcome.pruned = pruned;
  Dataset pairs;
  pairs.samples = {sample};
  model.setPairs(pairs, {outcome});
  QListView view;
  view.setModel(&model);
  view.setItemDelegate(&delegate);
  view.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view.resize(width, 120);
  view.show();
  const QString picture = QString::fromStdString(sample.image.string());
  if (!picture.isEmpty() && !QTest::qWaitFor([&] { return !pictures.picture(picture).isNull(); })) return {};
  return view.grab().toImage();
}

// The pixels of the colour of wrong answers: their number, and where the first line's begin in it, right of
// the accent; the image's width where there are none.
struct Wrong {
  int count = 0, from = 0;
};
Wrong wrongIn(const QImage& image) {
  const QRgb wrong = shadesFor(qApp->palette()).wrong.rgb();
  Wrong out{0, image.width()};
  const int accent = 20, firstLine = 12 + QFontMetrics(qApp->font()).height();
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixel(x, y) != wrong) continue;
      ++out.count;
      if (x > accent && y <= firstLine) out.from = std::min(out.from, x);
    }
  return out;
}

}  // namespace

class PairDelegateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { applyAppearance(*qApp, Appearance::Light); }

  // A text that a language model foresees is neither right nor wrong; an answer to a question is.
  void onlyAnswersAreJudged() {
    const PairResult dense{.loss = 0.9}, pruned{.loss = 1.4};
    QCOMPARE(wrongIn(painted({"", "", "Once upon a time", ""}, dense, pruned)).count, 0);
    QVERIFY(wrongIn(painted({"", "what colour?", "red", ""}, dense, pruned)).count > 20);
  }

  // That an answer flipped is said in words where the question leaves them room, else in signs.
  void aLongQuestionGetsTheRoom() {
    const PairResult dense{.answer = "red", .right = true}, pruned{.answer = "blue"};
    const QFontMetrics metrics(qApp->font());
    const int words = metrics.horizontalAdvance("right \u2192 wrong"),
              signs = metrics.horizontalAdvance("\u2713\u2192\u2717");
    QVERIFY(signs < words / 2);
    for (const auto& [question, wide] :
         {std::pair{QString("what colour?"), true},
          {QString("what colour is the large striped ring to the left?"), false}}) {
      const QImage image = painted({"", question.toStdString(), "red", "colour"}, dense, pruned, 300);
      const int badge = image.width() - wrongIn(image).from;
      QVERIFY2(wide ? badge > words : badge < words && badge >= signs / 2,
               qPrintable(QString::number(badge)));
    }
  }

  // Beside a picture there is little room in a narrow card: the question stands above it.
  void inANarrowCardTheQuestionStandsAboveThePicture() {
    QTemporaryDir folder;
    const QString file = folder.filePath("blue.png");
    QImage blue(16, 16, QImage::Format_RGB32);
    blue.fill(Qt::blue);
    QVERIFY(blue.save(file));
    const PairResult answer{.answer = "red", .right = true};
    const QRgb ink = qApp->palette().color(QPalette::Text).rgb();
    for (const int width : {240, 420}) {
      const QImage image =
          painted({file.toStdString(), "what colour is the ring?", "red", ""}, answer, answer, width);
      QCOMPARE(image.width(), width);
      const int firstLine = 12 + QFontMetrics(qApp->font()).height();
      int textFrom = width, pictureFrom = image.height();
      for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < width; ++x) {
          if (y < firstLine && image.pixel(x, y) == ink) textFrom = std::min(textFrom, x);
          if (image.pixel(x, y) == qRgb(0, 0, 255)) pictureFrom = std::min(pictureFrom, y);
        }
      if (width == 240)
        QVERIFY2(textFrom < 30 && pictureFrom >= firstLine - 6,
                 qPrintable(QString("%1 %2").arg(textFrom).arg(pictureFrom)));
      else
        QVERIFY2(textFrom > 60 && pictureFrom < firstLine,
                 qPrintable(QString("%1 %2").arg(textFrom).arg(pictureFrom)));
    }
  }
};

QTEST_MAIN(PairDelegateTest)
#include "pair_delegate_test.moc"
