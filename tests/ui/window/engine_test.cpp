// The window with its engine in another process: a real server behind a pipe.
#include <signal.h>

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QtTest/QtTest>

#include "core/allocate/scores.h"
#include "core/remote/remote_engine.h"
#include "core/samples/sample_folder.h"
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/items/picture_cache.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/remote_folder_dialog.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kRemoteJobMs = 120'000;

template <typename Dialog>
Dialog* openDialogOf(QWidget& window) {
  for (auto* dialog : window.findChildren<Dialog*>())
    if (dialog->isVisible()) return dialog;
  return nullptr;
}

QTreeWidgetItem* entryNamed(RemoteFolderDialog& dialog, const QString& name) {
  for (int i = 0; i < dialog.entries()->topLevelItemCount(); ++i)
    if (dialog.entries()->topLevelItem(i)->text(0) == name) return dialog.entries()->topLevelItem(i);
  return nullptr;
}

}  // namespace

class EngineTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir, m_settings;

  ElsewherePtr engine() const {
    return std::make_shared<RemoteEngine>(engineAddress("echo $$ > '" + m_dir.filePath("pid").toStdString() +
                                                        "'; exec '" ESPALIER_BINARY_DIR
                                                        "/app/espalier-cli' serve --threads 2"));
  }
  int server() const {
    QFile file(m_dir.filePath("pid"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toInt() : -1;
  }
  static QString sample() { return text(sampleFolder()); }
  static void openIn(MainWindow& window) {
    window.show();
    window.open(sample());
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel() && !window.isBusy(), kRemoteJobMs);
    auto score = window.session().scoreOptions();
    score.samples = 4, score.batchSize = 2, score.statistics = false;
    window.session().setScoreOptions(score);
    auto prune = window.session().pruneOptions();
    prune.samples = 16;
    window.session().setPruneOptions(prune);
  }
  static QPushButton* buttonOf(QWidget& in, const QString& label) {
    for (auto* button : in.findChildren<QPushButton*>())
      if (button->text() == label && button->isVisible()) return button;
    return nullptr;
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_settings.path());
    applyAppearance(*qApp, Appearance::Light);
  }
  void init() { QSettings().clear(); }

  void worksAsWithAModelHere() {
    MainWindow window(nullptr, engine());
    openIn(window);
    Session& session = window.session();
    QVERIFY(elsewhereOf(*session.model()));
    QCOMPARE(session.pairs().samples.size(), size_t(48));
    QVERIFY(session.dense().has_value());
    window.actions().score->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(session.plan().isScored() && !window.isBusy(), kRemoteJobMs);
    // As this process scores.
    const auto here = openModel(sampleFolder() / "model");
    ScoreOptions options = session.scoreOptions();
    options.stableTarget = session.plan().settledPlan().target;
    const auto known = scoreModel(*here, openDatasetFor(*here, sampleFolder() / "calibration"), options, {});
    QVERIFY(toJson(session.plan().scores())["matrices"] == toJson(known)["matrices"]);
    // The answers follow.
    QTRY_VERIFY_WITH_TIMEOUT(session.isUpToDate() && session.pruned().has_value(), kRemoteJobMs);
    const double before = session.prunedModel()->sparsity;
    session.plan().setTarget(0.3);
    QTRY_VERIFY_WITH_TIMEOUT(session.isUpToDate() && session.prunedModel()->sparsity < before, kRemoteJobMs);
    QCOMPARE(session.pruned()->pairs.size(), size_t(48));
    QCOMPARE(window.findChild<MessageBar*>()->errors(), QStringList());
  }

  void picturesComeAsThumbnails() {
    PictureCache pictures(nullptr, engine());
    QSignalSpy arrived(&pictures, &PictureCache::arrived);
    const auto model = openModel(sampleFolder() / "model");
    const QString path = text(openDatasetFor(*model, sampleFolder() / "pairs").samples[0].image);
    QVERIFY(pictures.picture(path).isNull());
    QVERIFY(arrived.wait(kRemoteJobMs));
    const QImage there = pictures.picture(path);
    QCOMPARE(there.size(), QImage(path).size());
  }

  void itsDialogsListTheOtherMachine() {
    MainWindow window(nullptr, engine());
    window.show();
    window.actions().openModel->trigger();
    auto* dialog = openDialogOf<RemoteFolderDialog>(window);
    QVERIFY(dialog);
    dialog->list(sample());
    QTRY_COMPARE_WITH_TIMEOUT(dialog->folder(), sample(), kRemoteJobMs);
    auto* model = entryNamed(*dialog, "model");
    QVERIFY(model && entryNamed(*dialog, "pairs"));
    QCOMPARE(model->text(1), QString("Model"));
    QCOMPARE(entryNamed(*dialog, "pairs")->text(1), QString("Data set"));
    dialog->list("/no/such/folder");
    const auto says = [dialog](const QString& words) {
      const auto labels = dialog->findChildren<QLabel*>();
      return std::any_of(labels.begin(), labels.end(), [&](QLabel* l) { return l->text().contains(words); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(says("/no/such/folder cannot be listed"), kRemoteJobMs);
    Q_EMIT dialog->entries()->itemActivated(model, 0);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel() && !window.isBusy(), kRemoteJobMs);
    QVERIFY(!window.actions().explain->isEnabled() &&
            window.actions().explain->toolTip().contains("elsewhere"));
    QVERIFY(!window.actions().recover->isEnabled() && !window.actions().exportMasks->isEnabled());
    // An export names a folder there.
    window.actions().exportModel->trigger();
    auto* target = openDialogOf<RemoteFolderDialog>(window);
    QVERIFY(target);
    target->list(m_dir.path());
    QTRY_COMPARE_WITH_TIMEOUT(target->folder(), m_dir.path(), kRemoteJobMs);
    target->name()->setText("out");
    buttonOf(*target, "&Export")->click();
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_dir.filePath("out/config.json")) && !window.isBusy(),
                             kRemoteJobMs);
  }

  void aLostConnectionKeepsWhatIsSeenAndGoesOn() {
    MainWindow window(nullptr, engine());
    openIn(window);
    Session& session = window.session();
    auto* messages = window.findChild<MessageBar*>();
    const auto dense = session.dense();
    QVERIFY(dense.has_value());
    auto options = session.scoreOptions();
    options.draws = 6;
    session.setScoreOptions(options);
    window.actions().score->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!session.partialScores().empty(), kRemoteJobMs);
    QCOMPARE(::kill(server(), SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(window.engine().isLost() && !window.isBusy(), kRemoteJobMs);
    QCOMPARE(messages->errors().size(), 1);
    QVERIFY2(messages->errors()[0].contains("it was ended by signal 9") &&
                 messages->errors()[0].endsWith("What you see stays, and Reconnect goes on with it."),
             qPrintable(messages->errors()[0]));
    QVERIFY(session.hasModel() && session.dense().has_value() && !session.plan().isScored());
    auto* reconnect = buttonOf(*messages, "Reconnect");
    QVERIFY(reconnect);
    reconnect->click();
    // The scoring that was lost is done to its end, by itself.
    QTRY_VERIFY_WITH_TIMEOUT(session.plan().isScored() && !window.isBusy(), kRemoteJobMs);
    QVERIFY(!window.engine().isLost());
    QCOMPARE(messages->errors(), QStringList());
    QTRY_VERIFY_WITH_TIMEOUT(session.isUpToDate(), kRemoteJobMs);
  }

  void anEngineThatCannotBeStartedIsSaid() {
    MainWindow window(nullptr,
                      std::make_shared<RemoteEngine>(engineAddress("echo 'no such host' >&2; exit 255")));
    window.show();
    window.open("/models/any");
    auto* messages = window.findChild<MessageBar*>();
    QTRY_COMPARE_WITH_TIMEOUT(messages->errors().size(), 1, kRemoteJobMs);
    QVERIFY(messages->errors()[0].contains("it ended with status 255, having said \"no such host\""));
  }
};

QTEST_MAIN(EngineTest)
#include "engine_test.moc"
