#include "ui/panels/filter_bar.h"
#include "tests/support/test_settings.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QtTest/QtTest>

#include "ui/panels/gallery_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

class FilterBarTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }

  void takesTwoRowsWhereOneIsTooNarrow() {
    auto* field = new QLineEdit;
    auto* first = new QComboBox;
    auto* second = new QComboBox;
    first->addItem("All answers");
    second->addItem("All kinds");
    auto* remark = new QLabel("64 of 64");
    FilterBar bar(field, {first, second}, remark);
    bar.resize(800, 80);
    bar.show();
    QVERIFY(!bar.isInTwoRows());
    QCOMPARE(field->y() + field->height() / 2, first->y() + first->height() / 2);
    bar.resize(330, 80);
    QTRY_VERIFY(bar.isInTwoRows());
    QTRY_VERIFY(first->y() >= field->y() + field->height());
    QVERIFY(field->width() > 200);
    QCOMPARE(second->y(), first->y());
    QVERIFY(remark->geometry().right() <= bar.width());
    bar.resize(800, 80);
    QTRY_VERIFY(!bar.isInTwoRows());
    // A larger font needs more room.
    const int enough = bar.sizeHint().width() + 200;
    bar.resize(enough, 80);
    QTRY_VERIFY(!bar.isInTwoRows());
    QFont font = bar.font();
    font.setPointSizeF(font.pointSizeF() * 2);
    bar.setFont(font);
    QTRY_VERIFY(bar.isInTwoRows());
  }

  // What one searches for can be read in the smallest window.
  void theSearchHasRoomInASmallWindow() {
    MainWindow window;
    window.resize(1280, 800);
    window.show();
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), 60'000);
    auto* search = window.workbench().content<GalleryPanel>()->findChild<QLineEdit*>();
    QVERIFY(search);
    for (const QSize& size : {QSize(1280, 800), QSize(1024, 640)}) {
      window.resize(size);
      QTRY_VERIFY2(search->width() > search->fontMetrics().horizontalAdvance("is the red star small") + 48,
                   qPrintable(QString::number(search->width())));
    }
  }
};

QTEST_MAIN(FilterBarTest)
#include "filter_bar_test.moc"
