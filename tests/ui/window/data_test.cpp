// Choosing data in the real window: by the menu, by dropping a file or a folder.
#include <QDropEvent>
#include <QMimeData>
#include <QPushButton>
#include <QTableWidget>
#include <QtTest/QtTest>

#include "core/samples/sample_folder.h"
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/panels/dataset_dialog.h"
#include "ui/panels/message_bar.h"
#include "ui/window/main_window.h"

using namespace espalier;

#define WAIT_FOR_JOBS(window) QTRY_VERIFY_WITH_TIMEOUT(!(window).isBusy(), 240'000)

class DataTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  QString captions() const { return m_dir.filePath("captions.json"); }
  static void drop(QWidget& window, const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&window, &drop);
  }
  static QPushButton* button(const QWidget& in, const QString& label) {
    for (auto* b : in.findChildren<QPushButton*>())
      if (b->text().remove('&') == label) return b;
    return nullptr;
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_dir.path());
    applyAppearance(*qApp, Appearance::Light);
    QImage picture(64, 64, QImage::Format_RGB888);
    picture.fill(Qt::green);
    QVERIFY(picture.save(m_dir.filePath("1.png")));
    QFile file(captions());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"images": [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "2.png"}],
 "annotations": [{"image_id": 1, "caption": "A green square."}, {"image_id": 1, "caption": "Green."},
  {"image_id": 2, "caption": "Nothing."}]})");
  }

  void withoutAModelDataAreRefusedInPlace() {
    MainWindow window;
    window.show();
    drop(window, captions());
    auto* messages = window.findChild<MessageBar*>();
    QCOMPARE(messages->texts().size(), 1);
    QVERIFY(messages->texts()[0].contains("captions.json") &&
            messages->texts()[0].contains("once a model is open"));
    QVERIFY(!window.findChild<DatasetDialog*>());
  }

  // A language model with nothing beside it: what is refused for want of data says so, offers the way to
  // them, and is gone when they are there.
  void whatNeedsDataOffersToChooseThem() {
    const QString texts = m_dir.filePath("texts.txt");
    QFile file(texts);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("One day.\n\nAnother day.\n");
    file.close();
    MainWindow window;
    window.show();
    window.open(ESPALIER_BINARY_DIR "/tests/data/fixtures/models/llama");
    QTRY_VERIFY(window.session().hasModel());
    WAIT_FOR_JOBS(window);
    // Its one component has a name and a colour of its own.
    QCOMPARE(componentTitle(window.session().plan().plan().groups[0].component), QString("Language"));
    QVERIFY(componentColour("language", window.palette()) != componentColour("unknown", window.palette()));
    auto* messages = window.findChild<MessageBar*>();
    window.actions().score->trigger();
    window.actions().prune->trigger();
    QCOMPARE(messages->errors().size(), 2);
    QTest::mouseClick(button(*messages, window.actions().openCalibration->iconText()), Qt::LeftButton);
    auto* dialog = window.findChild<DatasetDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(messages->errors().size(), 1);
    drop(*dialog, texts);
    QTRY_VERIFY(button(*dialog, "Use for Calibration")->isEnabled());
    QTest::mouseClick(button(*dialog, "Use for Calibration"), Qt::LeftButton);
    QCOMPARE(messages->errors(), QStringList());
  }

  void aModelsFileOpensItsFolder() {
    MainWindow window;
    window.show();
    drop(window, QString::fromStdString((sampleFolder() / "model" / "model.safetensors").string()));
    QTRY_VERIFY(window.session().hasModel());
    WAIT_FOR_JOBS(window);
  }

  void aFileIsLookedAtBeforeItIsUsed() {
    MainWindow window;
    window.show();
    window.openSample();
    QTRY_VERIFY(window.session().hasModel());
    WAIT_FOR_JOBS(window);
    const auto before = window.session().pairs().samples.size();

    // By the menu, chosen in the dialog by dropping.
    window.actions().openCalibration->trigger();
    auto* dialog = window.findChild<DatasetDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    drop(*dialog, captions());
    QTRY_VERIFY(button(*dialog, "Use for Calibration")->isEnabled());
    QCOMPARE(dialog->findChild<QTableWidget*>()->rowCount(), 2);
    QTest::keyClick(dialog, Qt::Key_Return);
    QCOMPARE(window.session().calibration().samples.size(), size_t(2));
    QCOMPARE(window.session().pairs().samples.size(), before);
    QTRY_VERIFY(!window.findChild<DatasetDialog*>());
    // What was left out stays said.
    QVERIFY(window.findChild<MessageBar*>()->texts().join(' ').contains("1 entries"));

    // Dropped onto the window, and not used.
    drop(window, captions());
    dialog = window.findChild<DatasetDialog*>();
    QTRY_VERIFY(button(*dialog, "Use as Test Pairs")->isEnabled());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QCOMPARE(window.session().pairs().samples.size(), before);
    QTRY_VERIFY(!window.findChild<DatasetDialog*>());

    // A folder, and used: the model is asked at once.
    drop(window, m_dir.path());
    dialog = window.findChild<DatasetDialog*>();
    QTRY_VERIFY(button(*dialog, "Use as Test Pairs")->isEnabled());
    QTest::mouseClick(button(*dialog, "Use as Test Pairs"), Qt::LeftButton);
    QCOMPARE(window.session().pairs().samples.size(), size_t(2));
    WAIT_FOR_JOBS(window);
    QVERIFY(window.session().dense().has_value());
  }
};

QTEST_MAIN(DataTest)
#include "data_test.moc"
