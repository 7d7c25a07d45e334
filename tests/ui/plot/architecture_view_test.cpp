// The drawing of a model: every block has its place, colours follow values, mouse and keys choose.
#include "ui/plot/architecture_view.h"

#include <QColor>
#include <QImage>
#include <QtTest/QtTest>
#include <cmath>

#include "ui/base/theme.h"

using namespace espalier;

namespace {

std::vector<ArchitectureBlock> threeRows() {
  std::vector<ArchitectureBlock> blocks;
  const auto add = [&](const std::string& component, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = component + "." + std::to_string(i);
      blocks.push_back(
          {name, component, {{name + ".q_proj.weight", 8, 8, 0.0}, {name + ".up_proj.weight", 24, 8, 1.0}}});
    }
  };
  add("vision", 3), add("projector", 1), add("language", 5);
  return blocks;
}

}  // namespace

class ArchitectureViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyBlockHasAPlace() {
    for (const QSize size : {QSize(160, 200), QSize(500, 300), QSize(1900, 900)}) {
      ArchitectureView view;
      view.setBlocks(threeRows(), 100);
      view.resize(size.expandedTo(view.minimumSizeHint()));
      for (int i = 0; i < 9; ++i) {
        const QRect rect = view.blockRect(i);
        QVERIFY2(!rect.isEmpty() && view.rect().contains(rect), qPrintable(QString::number(i)));
        for (int j = 0; j < i; ++j) QVERIFY(!rect.intersects(view.blockRect(j)));
      }
      QCOMPARE(view.blockRect(0).top(), view.blockRect(2).top());
      QVERIFY(view.blockRect(3).top() > view.blockRect(2).bottom());
    }
  }

  void colourFollowsTheValue() {
    ArchitectureView view;
    view.setBlocks(threeRows(), 0);
    view.resize(600, 400);
    const QImage image = view.grab().toImage();
    const QRect rect = view.blockRect(0);
    // A quarter of the weights has the value 0, three quarters 1.
    const QColor pale = image.pixelColor(rect.left() + 4, rect.top() + 4);
    const QColor strong = image.pixelColor(rect.left() + 4, rect.bottom() - 4);
    QCOMPARE(strong, componentColour("vision", view.palette()));
    QVERIFY(pale.lightness() > strong.lightness() + 60);
    QCOMPARE(ArchitectureView::strengthOf({"m", 1, 1, std::nan("")}), -1.0);
    QCOMPARE(ArchitectureView::strengthOf({"m", 1, 1, 7.0}), 1.0);
  }

  void manyPartsBecomeTheirMean() {
    ArchitectureBlock block{"experts", "language", {}};
    for (int i = 0; i < 400; ++i) block.parts.push_back({"e" + std::to_string(i), 4, 4, i < 200 ? 0.0 : 1.0});
    ArchitectureView view;
    view.setBlocks({block}, 0);
    view.resize(300, 200);
    const QImage image = view.grab().toImage();
    const QRect rect = view.blockRect(0);
    QCOMPARE(image.pixelColor(rect.left() + 4, rect.top() + 4),
             image.pixelColor(rect.left() + 4, rect.bottom() - 4));
  }

  void mouseAndKeysChoose() {
    ArchitectureView view;
    view.setBlocks(threeRows(), 0);
    view.resize(600, 400);
    view.show();
    std::string chosen;
    connect(&view, &ArchitectureView::chosen, this, [&](const std::string& block) {
      chosen = block;
      view.setCurrent(block);
    });
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.blockRect(1).center());
    QCOMPARE(chosen, std::string("vision.1"));
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(chosen, std::string("vision.2"));
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(chosen, std::string("projector.0"));
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(chosen.substr(0, 8), std::string("language"));
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(chosen, std::string("language.4"));
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(chosen, std::string("language.4"));
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(chosen, std::string("vision.0"));
    // Outside the blocks nothing is chosen.
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(2, 2));
    QCOMPARE(chosen, std::string("vision.0"));
  }

  void towersOfAContrastiveModelStandBesideEachOther() {
    QVERIFY(!ArchitectureView::feeds("vision", "text"));
    QVERIFY(ArchitectureView::feeds("vision", "projector"));
    QVERIFY(ArchitectureView::feeds("language encoder", "language decoder"));
  }
};

QTEST_MAIN(ArchitectureViewTest)
#include "architecture_view_test.moc"
