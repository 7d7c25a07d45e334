// espalier-cli killed with SIGKILL goes on to the very same files.
#include <signal.h>
#include <QtTest/QtTest>

#include "core/base/owner.h"
#include "core/engine/engine.h"
#include "core/samples/sample_folder.h"

class ResumeCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  QString path(const char* name) const { return m_dir.filePath(name); }
  QString sample(const char* part) const {
    return QString::fromStdString((espalier::sampleFolder() / part).string());
  }

  static int run(const QStringList& arguments) {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments);
    p.waitForFinished(240'000);
    return p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1;
  }

  static QByteArray contentOf(const QString& file) {
    QFile f(file);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
  }

  // Runs the command and kills it as soon as its journal tells of `steps` steps.
  static bool runAndKill(const QStringList& arguments, const QString& journal, int steps) {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments);
    if (!p.waitForStarted()) return false;
    for (int i = 0; i < 24'000 && contentOf(journal).count('\n') <= steps; ++i)
      if (p.waitForFinished(10)) return false;
    ::kill(pid_t(p.processId()), SIGKILL);
    p.waitForFinished();
    return contentOf(journal).count('\n') > steps;
  }

 private Q_SLOTS:
  void scoring() {
    const auto arguments = [&](const char* out) {
      // A method that finishes block by block, even where all of them are small.
      return QStringList{"score",        sample("model"),
                         "--data",       sample("calibration"),
                         "--samples",    "4",
                         "--batch-size", "4",
                         "--method",     "zeroth-order",
                         "--out",        path(out)};
    };
    QCOMPARE(run(arguments("whole.json")), 0);
    for (const int steps : {1, 4})
      QVERIFY(runAndKill(arguments("killed.json"), path("killed.json.journal"), steps));
    QVERIFY(!QFile::exists(path("killed.json")));
    QCOMPARE(run(arguments("killed.json")), 0);
    QCOMPARE(contentOf(path("killed.json")), contentOf(path("whole.json")));
    QVERIFY(!QFile::exists(path("killed.json.journal")));
  }

  void pruning() {
    QCOMPARE(run({"allocate", path("whole.json"), "--target", "0.5", "--out", path("plan.json")}), 0);
    const auto arguments = [&](const char* out) {
      return QStringList{
          "prune", sample("model"), "--plan", path("plan.json"), "--data", sample("calibration"), "--samples",
          "16",    "--out",         path(out)};
    };
    QCOMPARE(run(arguments("whole")), 0);
    for (const int steps : {1, 5})
      QVERIFY(runAndKill(arguments("killed"), path("killed.journal/journal.jsonl"), steps));
    QVERIFY(!QFile::exists(path("killed")));
    QCOMPARE(run(arguments("killed")), 0);
    QCOMPARE(contentOf(path("killed/model.safetensors")), contentOf(path("whole/model.safetensors")));
    QVERIFY(!QFile::exists(path("killed.journal")));

    // Killed while it exported: what is left of that goes. Killed when only the journal was left to put away:
    // done.
    QProcess dead;
    dead.start("true");
    dead.waitForStarted();
    const auto id = dead.processId();
    dead.waitForFinished();
    const QString tag = QString::fromStdString(espalier::ownerTag());
    const QString partial = path("killed.partial-") + QString::number(id) + tag.mid(tag.indexOf('@'));
    QVERIFY(QDir().mkpath(partial));
    QVERIFY(QDir(path("killed")).removeRecursively());
    QCOMPARE(run(arguments("killed")), 0);
    QVERIFY(!QFile::exists(partial));
    const auto written = QFileInfo(path("killed/model.safetensors")).lastModified();
    QVERIFY(QDir().mkpath(path("killed.journal")));
    QCOMPARE(run(arguments("killed")), 0);
    QVERIFY(QFileInfo(path("killed/model.safetensors")).lastModified() == written);
    QVERIFY(!QFile::exists(path("killed.journal")));
    // Another plan is not what is there.
    QVERIFY(QDir().mkpath(path("killed.journal")));
    QCOMPARE(run(arguments("killed") << "--criterion"
                                     << "magnitude"),
             1);
    QCOMPARE(run(arguments("killed") << "--restart"), 1);
    QVERIFY(QDir(path("killed.journal")).removeRecursively());
    QCOMPARE(run(arguments("killed")), 1);
  }
};

QTEST_APPLESS_MAIN(ResumeCliTest)
#include "resume_cli_test.moc"
