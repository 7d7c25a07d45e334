#include "ui/panels/dataset_dialog.h"
#include "tests/support/test_settings.h"

#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableWidget>
#include <QtTest/QtTest>

#include "core/engine/engine.h"
#include "core/samples/sample_folder.h"
#include "ui/panels/column_chooser.h"

using namespace espalier;

namespace {

void put(const QString& file, const QByteArray& content) {
  QDir().mkpath(QFileInfo(file).absolutePath());
  QFile f(file);
  QVERIFY(f.open(QIODevice::WriteOnly));
  f.write(content);
}

}  // namespace

class DatasetDialogTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  QString path(const char* name) const { return m_dir.filePath(name); }
  static QString headline(const DatasetDialog& d) { return d.findChild<QLabel*>("headline")->text(); }
  static QPushButton* button(const DatasetDialog& d, const QString& label) {
    for (auto* b : d.findChildren<QPushButton*>())
      if (b->text().remove('&') == label) return b;
    return nullptr;
  }
  // Fifty captions of two pictures; one entry has no picture, one no text.
  void writeCaptions() const {
    QImage picture(40, 30, QImage::Format_RGB888);
    for (const char* name : {"red.png", "blue.png"}) {
      picture.fill(name[0] == 'r' ? Qt::red : Qt::blue);
      QVERIFY(picture.save(path(name)));
    }
    QByteArray lines;
    for (int i = 0; i < 50; ++i)
      lines += QString(R"({"file_name": "%1.png", "text": "caption %2"})")
                   .arg(i % 2 ? "red" : "blue")
                   .arg(i)
                   .toUtf8() +
               "\n";
    lines += R"({"file_name": "missing.png", "text": "nothing"})"
             "\n"
             R"({"file_name": "red.png"})"
             "\n";
    put(path("metadata.jsonl"), lines);
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_dir.path());
    writeCaptions();
  }

  // A table whose columns have names of their own is read when a person has said which is which.
  void columnsAreChosen() {
    put(path("liste/Liste.csv"), "Bild;Beschreibung\nred.png;Ein Hund\nblue.png;Zwei\n");
    QFile::copy(path("red.png"), path("liste/red.png")),
        QFile::copy(path("blue.png"), path("liste/blue.png"));
    DatasetDialog dialog(nullptr, DatasetDialog::Use::Test);
    dialog.show();
    dialog.look(path("liste/Liste.csv"));
    QTRY_VERIFY(dialog.columns()->isVisible());
    QCOMPARE(headline(dialog), QString("Which column holds what?"));
    const auto choose = [&](int part, const char* column) {
      auto* box = dialog.columns()->box(part);
      box->setCurrentIndex(box->findData(column));
      Q_EMIT box->activated(box->currentIndex());
    };
    choose(0, "Bild");
    QCOMPARE(headline(dialog), QString("Which column holds what?"));  // not enough to read by
    choose(2, "Beschreibung");
    QTRY_COMPARE(headline(dialog), QString("Pictures and captions: 2 captions on 2 pictures"));
    QCOMPARE(QString::fromStdString(dialog.columns()->columns().text), QString("Beschreibung"));
    // Known names are chosen from the start.
    dialog.look(path("metadata.jsonl"));
    QTRY_VERIFY(headline(dialog).contains("50 captions"));
    QCOMPARE(QString::fromStdString(dialog.columns()->columns().picture), QString("file_name"));
  }

  // A folder of pictures with such a table offers it as well.
  void aTableBesidePicturesIsOffered() {
    put(path("ordner/Liste.csv"), "Bild;Beschreibung\nred.png;Ein Hund\nblue.png;Zwei\n");
    QFile::copy(path("red.png"), path("ordner/red.png")),
        QFile::copy(path("blue.png"), path("ordner/blue.png"));
    DatasetDialog dialog(nullptr, DatasetDialog::Use::Test);
    dialog.show();
    dialog.look(path("ordner"));
    QTRY_VERIFY(dialog.columns()->isVisible());
    QCOMPARE(headline(dialog), QString("Pictures alone: 2 pictures"));
    bool told = false;
    for (const auto* label : dialog.findChildren<QLabel*>())
      told = told || label->text().contains("Liste.csv was not read, as its columns have names of their own");
    QVERIFY(told);
    for (const auto& [part, column] : {std::pair{0, "Bild"}, {2, "Beschreibung"}}) {
      auto* box = dialog.columns()->box(part);
      box->setCurrentIndex(box->findData(column));
      Q_EMIT box->activated(box->currentIndex());
    }
    QTRY_COMPARE(headline(dialog), QString("Pictures and captions: 2 captions on 2 pictures"));
  }

  void nothingCanBeUsedBeforeAnythingIsChosen() {
    DatasetDialog dialog(nullptr, DatasetDialog::Use::Test);
    dialog.show();
    QVERIFY(!button(dialog, "Use as Test Pairs")->isEnabled());
    QVERIFY(!dialog.findChild<QTableWidget*>()->isVisible());
    QVERIFY(button(dialog, "Folder\u2026")->isEnabled() && button(dialog, "File\u2026")->isEnabled());
  }

  // Two splits as two files, of which test is taken first; the other by the keyboard.
  void aSplitIsChosen() {
    put(path("splits/train.jsonl"), "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    put(path("splits/test.jsonl"), "{\"text\": \"three\"}\n");
    DatasetDialog dialog(openModel(sampleFolder() / "model"), DatasetDialog::Use::Calibration);
    dialog.show();
    QSignalSpy chosen(&dialog, &DatasetDialog::chosen);
    dialog.look(path("splits"));
    QTRY_COMPARE(headline(dialog), QString("Text: 1 texts"));
    QVERIFY(dialog.splits()->isVisible());
    QVERIFY(!dialog.formats()->isVisible());
    QCOMPARE(dialog.splits()->currentText(), QString("test.jsonl"));
    QTest::keyClick(dialog.splits(), Qt::Key_Down);
    QTRY_COMPARE(headline(dialog), QString("Text: 2 texts"));
    QCOMPARE(dialog.splits()->currentText(), QString("train.jsonl"));
    QTest::mouseClick(button(dialog, "Use for Calibration"), Qt::LeftButton);
    QCOMPARE(chosen.count(), 1);
    const auto dataset = chosen[0][1].value<Dataset>();
    QCOMPARE(dataset.samples.size(), size_t(2));
    QCOMPARE(openDataset(dataset.path, dataset.options).samples.size(), size_t(2));
  }

  // Captions in .txt files and a table of classes beside the same pictures.
  void aFormatIsChosen() {
    QImage picture(20, 20, QImage::Format_RGB888);
    picture.fill(Qt::green);
    QDir().mkpath(path("both"));
    QVERIFY(picture.save(path("both/1.png")));
    put(path("both/1.txt"), "a green square\n");
    put(path("both/metadata.csv"), "file_name,label\n1.png,square\n");
    DatasetDialog dialog(nullptr, DatasetDialog::Use::Test);
    dialog.show();
    dialog.look(path("both"));
    QTRY_COMPARE(headline(dialog), QString("Pictures by class: 1 pictures in 1 classes"));
    QVERIFY(dialog.formats()->isVisible());
    QVERIFY(!dialog.splits()->isVisible());
    QCOMPARE(dialog.formats()->count(), 3);
    QCOMPARE(dialog.formats()->currentData().toString(), QString("metadata"));
    QTest::keyClick(dialog.formats(), Qt::Key_Down);
    QTRY_COMPARE(headline(dialog), QString("Pictures and captions: 1 captions on 1 pictures"));
    QCOMPARE(dialog.formats()->currentData().toString(), QString("text-captions"));
    // Another place is looked at anew.
    dialog.look(path("metadata.jsonl"));
    QTRY_COMPARE(headline(dialog), QString("Pictures and captions: 50 captions on 2 pictures"));
    QVERIFY(!dialog.formats()->isVisible());
  }

  void aFolderAndItsFileShowTheSame_data() {
    QTest::addColumn<QString>("chosen");
    QTest::newRow("folder") << m_dir.path();
    QTest::newRow("file") << path("metadata.jsonl");
  }
  void aFolderAndItsFileShowTheSame() {
    QFETCH(QString, chosen);
    DatasetDialog dialog(nullptr, DatasetDialog::Use::Test);
    dialog.show();
    dialog.look(chosen);
    QTRY_COMPARE(headline(dialog), QString("Pictures and captions: 50 captions on 2 pictures"));
    auto* entries = dialog.findChild<QTableWidget*>();
    QVERIFY(entries->isVisible());
    QCOMPARE(entries->rowCount(), 24);
    QVERIFY(entries->isColumnHidden(1));  // no questions
    QCOMPARE(entries->item(3, 0)->text(), QString("red.png"));
    QCOMPARE(entries->item(3, 2)->text(), QString("caption 3"));
    QTRY_VERIFY(!entries->item(3, 0)->icon().isNull());
    QCOMPARE(entries->item(3, 0)->icon().pixmap(8, 8).toImage().pixelColor(4, 3), QColor(Qt::red));
    // Each problem with its file and line.
    auto* problems = dialog.findChild<QPlainTextEdit*>();
    QVERIFY(problems->isVisible());
    const auto lines = problems->toPlainText().split('\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines[0].contains("metadata.jsonl, line 51") && lines[0].contains("missing.png"),
             qPrintable(lines[0]));
    QVERIFY2(lines[1].contains("line 52"), qPrintable(lines[1]));
    // Without a model it can be looked at only.
    QVERIFY(!button(dialog, "Use as Test Pairs")->isEnabled());
  }

  void whatIsNoDataIsSaid() {
    put(path("odd.xyz"), "what is this");
    DatasetDialog dialog(nullptr, DatasetDialog::Use::Calibration);
    dialog.show();
    dialog.look(path("odd.xyz"));
    QTRY_COMPARE(headline(dialog), QString("This cannot be used"));
    bool told = false;
    for (auto* label : dialog.findChildren<QLabel*>())
      told = told || label->text().contains("odd.xyz is no data file");
    QVERIFY(told);
    QVERIFY(!button(dialog, "Use for Calibration")->isEnabled());
  }

  void aFileDroppedIsLookedAtAndUsed() {
    const auto model = openModel(sampleFolder() / "model");
    DatasetDialog dialog(model, DatasetDialog::Use::Test);
    std::vector<std::pair<DatasetDialog::Use, size_t>> used;
    connect(&dialog, &DatasetDialog::chosen, this, [&](DatasetDialog::Use use, const Dataset& data) {
      used.emplace_back(use, data.samples.size());
    });
    dialog.show();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path("metadata.jsonl"))});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&dialog, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, {});
    QCoreApplication::sendEvent(&dialog, &drop);
    QTRY_VERIFY(button(dialog, "Use as Test Pairs")->isEnabled());
    QVERIFY(used.empty());
    QTest::keyClick(&dialog, Qt::Key_Return);
    QCOMPARE(used.size(), size_t(1));
    QCOMPARE(int(used[0].first), int(DatasetDialog::Use::Test));
    QCOMPARE(used[0].second, size_t(50));
    QVERIFY(!dialog.isVisible());
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
  }

  void theOtherUseIsAButtonAway() {
    DatasetDialog dialog(openModel(sampleFolder() / "model"), DatasetDialog::Use::Test);
    std::vector<DatasetDialog::Use> used;
    connect(&dialog, &DatasetDialog::chosen, this,
            [&](DatasetDialog::Use use, const Dataset&) { used.push_back(use); });
    dialog.show();
    dialog.look(m_dir.path());
    auto* calibrate = button(dialog, "Use for Calibration");
    QTRY_VERIFY(calibrate->isEnabled());
    QTest::mouseClick(calibrate, Qt::LeftButton);
    QCOMPARE(used.size(), size_t(1));
    QCOMPARE(int(used[0]), int(DatasetDialog::Use::Calibration));
  }

  void cancelUsesNothing() {
    DatasetDialog dialog(openModel(sampleFolder() / "model"), DatasetDialog::Use::Test);
    QSignalSpy rejected(&dialog, &QDialog::rejected);
    bool used = false;
    connect(&dialog, &DatasetDialog::chosen, this, [&] { used = true; });
    dialog.show();
    dialog.look(m_dir.path());
    QTRY_VERIFY(button(dialog, "Use as Test Pairs")->isEnabled());
    QTest::keyClick(&dialog, Qt::Key_Escape);
    QCOMPARE(rejected.count(), 1);
    QVERIFY(!used);
  }
};

QTEST_MAIN(DatasetDialogTest)
#include "dataset_dialog_test.moc"
