// Weights that shrink under a running job, in the real window with its engine: one sentence, and nothing that
// a person made is lost; with the file back the job goes on after its finished steps, to the same bits.
#include <QtTest/QtTest>
#include <fstream>

#include "core/samples/sample_folder.h"
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/panels/message_bar.h"
#include "ui/window/main_window.h"

using namespace espalier;
namespace fs = std::filesystem;

namespace {

constexpr int kJobMs = 240'000;
constexpr qint64 kWhole = 100'000;  // bytes that are left of the weights

}  // namespace

class ShrinkingWeightsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  std::unique_ptr<QTemporaryDir> m_dir;
  std::unique_ptr<MainWindow> m_window;

  QString path(const char* name) const { return m_dir->filePath(name); }
  fs::path weights() const { return toPath(path("model")) / "model.safetensors"; }
  QStringList errors() const { return m_window->findChild<MessageBar*>()->errors(); }
  Session& session() { return m_window->session(); }
  void wait() { QTRY_VERIFY_WITH_TIMEOUT(!m_window->isBusy(), kJobMs); }

  // Writes into the file itself, as a download that begins anew does: the one that is mapped.
  void shrink() { fs::resize_file(weights(), kWhole); }
  // As it was, its time too.
  void putBack() {
    const auto from = sampleFolder() / "model" / "model.safetensors";
    std::ofstream out(weights(), std::ios::binary | std::ios::trunc);
    out << std::ifstream(from, std::ios::binary).rdbuf();
    out.close();
    fs::last_write_time(weights(), fs::last_write_time(from));
  }
  QString journal() const {
    const QDir steps(path("copies/steps"));
    const auto all = steps.entryList({"*.journal"}, QDir::Files);
    return all.isEmpty() ? QString() : steps.filePath(all.first());
  }
  static qint64 linesOf(const QString& file) {
    QFile f(file);
    return !file.isEmpty() && f.open(QIODevice::ReadOnly) ? f.readAll().count('\n') : 0;
  }
  void openModel(const QString& what) {
    m_window->open(what);
    QTRY_VERIFY_WITH_TIMEOUT(session().hasModel(), kJobMs);
    m_window->actions().stop->trigger();
    wait();
  }
  // One sentence that names the file and says what to do.
  void verifyTold() {
    QTRY_COMPARE(errors().size(), 1);
    const QString said = errors().first();
    QVERIFY2(said.contains("model.safetensors") && said.contains("Put the file back"), qPrintable(said));
  }

 private Q_SLOTS:
  void initTestCase() {
    QCoreApplication::setOrganizationName("espalier-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
  }

  // A copy of the sample, scored and planned by hand.
  void init() {
    QSettings().clear();
    m_dir = std::make_unique<QTemporaryDir>();
    fs::copy(sampleFolder() / "model", toPath(path("model")));
    fs::last_write_time(weights(), fs::last_write_time(sampleFolder() / "model" / "model.safetensors"));
    m_window = std::make_unique<MainWindow>();
    m_window->show();
    m_window->actions().live->setChecked(false);
    m_window->keepCopiesIn(path("copies"), false);
    openModel(path("model"));
    session().setCalibration(openDataset(sampleFolder() / "calibration"));
    Dataset few = openDataset(sampleFolder() / "pairs");
    few.samples.resize(4);
    session().setPairs(few);
    m_window->actions().stop->trigger();
    wait();
    ScoreOptions options = session().scoreOptions();
    options.method = "magnitude";
    session().setScoreOptions(options);
    m_window->scoring().score();
    wait();
    QVERIFY(session().plan().isScored());
    session().plan().setTarget(0.62);
  }
  void cleanup() {
    if (m_window) m_window->projects().discardChanges();
    m_window.reset();
    m_dir.reset();
  }

  void aScoringGoesOnWhenTheyAreBack() {
    ScoreOptions options = session().scoreOptions();
    options.method = "exact-gradient";
    options.samples = 24, options.batchSize = 1;
    session().setScoreOptions(options);
    const auto plan = session().plan().plan().sparsities();
    const auto scores = session().plan().scores().method;
    m_window->scoring().score();
    QTRY_VERIFY_WITH_TIMEOUT(linesOf(journal()) > 3 || !m_window->isBusy(), kJobMs);
    QVERIFY(m_window->isBusy());
    shrink();
    wait();
    verifyTold();
    // What was made before is there.
    QVERIFY(session().hasModel());
    QCOMPARE(session().plan().scores().method, scores);
    QVERIFY(session().plan().plan().sparsities() == plan);
    QCOMPARE(session().plan().plan().target, 0.62);
    QVERIFY(session().partialScores().empty());
    QVERIFY(m_window->actions().undo->isEnabled());
    const auto kept = linesOf(journal());
    QVERIFY(kept > 3);
    m_window->projects().saveTo(path("work.espalier"));
    QTRY_VERIFY(!m_window->isWindowModified());

    putBack();
    m_window->open(path("work.espalier"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->models().runner().isBusy(), kJobMs);
    QTRY_VERIFY_WITH_TIMEOUT(session().hasModel() && errors().isEmpty(), kJobMs);
    m_window->actions().stop->trigger();
    wait();
    QVERIFY(session().plan().plan().sparsities() == plan);
    m_window->scoring().score();
    auto fewest = kept;
    while (m_window->isBusy()) {
      if (const auto lines = linesOf(journal())) fewest = std::min(fewest, lines);
      QTest::qWait(5);
    }
    QVERIFY2(errors().isEmpty(), qPrintable(errors().join("; ")));
    QCOMPARE(fewest, kept);  // was not begun anew
    QCOMPARE(journal(), QString());
    const auto whole = scoreModel(*session().model(), session().calibration(), options, {});
    const auto& here = session().plan().scores().matrices;
    QCOMPARE(here.size(), whole.matrices.size());
    for (size_t i = 0; i < here.size(); ++i) QCOMPARE(here[i].score, whole.matrices[i].score);
  }

  // While nothing runs: whatever is begun then, ends with the sentence.
  void whateverIsBegunIsRefused_data() {
    QTest::addColumn<int>("what");
    QTest::newRow("prune") << 0;
    QTest::newRow("score") << 1;
    QTest::newRow("export") << 2;
    QTest::newRow("recover") << 3;
  }
  void whateverIsBegunIsRefused() {
    QFETCH(int, what);
    PruneOptions options = session().pruneOptions();
    options.samples = 8, options.criterion = "magnitude";
    session().setPruneOptions(options);
    RecoverOptions recover;
    recover.methods = "correct", recover.rebuildSteps = 2, recover.samples = 8;
    session().setRecoverOptions(recover);
    if (what == 3) {
      m_window->actions().prune->trigger();
      wait();
      QVERIFY(session().pruned().has_value());
    }
    const auto plan = session().plan().plan().sparsities();
    shrink();
    if (what == 0) m_window->actions().prune->trigger();
    if (what == 1) m_window->scoring().score();
    if (what == 2) m_window->exports().exportTo(path("pruned"));
    if (what == 3) m_window->recovery().recover();
    wait();
    verifyTold();
    QVERIFY(session().plan().plan().sparsities() == plan);
    QVERIFY(!session().pruned().has_value() || what == 3);
    QVERIFY(!QFile::exists(path("pruned")));
    m_window->projects().saveTo(path("work.espalier"));
    QTRY_VERIFY(!m_window->isWindowModified());
  }

  // Finished steps that are damaged, or whose place is no folder, only cost the time.
  void keptStepsThatCannotBeUsed() {
    ScoreOptions options = session().scoreOptions();
    options.method = "exact-gradient";
    options.samples = 4, options.batchSize = 2;
    session().setScoreOptions(options);
    m_window->scoring().score();
    QTRY_VERIFY_WITH_TIMEOUT(linesOf(journal()) > 2 || !m_window->isBusy(), kJobMs);
    m_window->actions().stop->trigger();
    wait();
    const QString file = journal();
    QVERIFY(!file.isEmpty());
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    auto bytes = damaged.readAll();
    bytes[bytes.size() - 20] = char(bytes[bytes.size() - 20] ^ 1);
    damaged.seek(0);
    damaged.write(bytes);
    damaged.close();
    m_window->scoring().score();
    wait();
    QVERIFY2(errors().isEmpty(), qPrintable(errors().join("; ")));
    QCOMPARE(session().plan().scores().method, std::string("exact-gradient"));
    QCOMPARE(journal(), QString());
    QFile(path("no-folder")).open(QIODevice::WriteOnly);
    m_window->scoring().keepStepsIn(path("no-folder"));
    m_window->scoring().score();
    wait();
    QVERIFY2(errors().isEmpty(), qPrintable(errors().join("; ")));
  }
};

QTEST_MAIN(ShrinkingWeightsTest)
#include "shrinking_weights_test.moc"
