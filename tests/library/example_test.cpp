// docs/example is built against an installed Espalier and run. The library shows none of the engine's
// symbols.
#include <QtTest/QtTest>

#include "core/samples/sample_folder.h"

namespace {

struct Ran {
  int exitCode = -1;
  QString out;
};

Ran run(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  process.start(program, arguments);
  if (!process.waitForFinished(240'000)) return {-1, program + " did not finish"};
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          QString::fromUtf8(process.readAll())};
}

}  // namespace

class ExampleTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

 private Q_SLOTS:
  void buildsAndRuns() {
    const QString prefix = m_dir.filePath("prefix"), build = m_dir.filePath("build");
    const QString source = QStringLiteral(ESPALIER_SOURCE_DIR "/docs/example");
    const Ran installed = run(ESPALIER_CMAKE, {"--install", ESPALIER_BINARY_DIR, "--prefix", prefix});
    QVERIFY2(installed.exitCode == 0, qPrintable(installed.out));
    const Ran configured = run(ESPALIER_CMAKE, {"-S", source, "-B", build, "-DCMAKE_PREFIX_PATH=" + prefix,
                                                QStringLiteral("-DCMAKE_CXX_COMPILER=") + ESPALIER_CXX});
    QVERIFY2(configured.exitCode == 0, qPrintable(configured.out));
    const Ran built = run(ESPALIER_CMAKE, {"--build", build});
    QVERIFY2(built.exitCode == 0, qPrintable(built.out));

    const auto sample = [](const char* part) {
      return QString::fromStdString((espalier::sampleFolder() / part).string());
    };
    const QString pruned = m_dir.filePath("pruned");
    const Ran ran =
        run(build + "/example", {sample("model"), sample("calibration"), sample("pairs"), pruned});
    QVERIFY2(ran.exitCode == 0, qPrintable(ran.out));
    QVERIFY2(ran.out.contains(QRegularExpression("sparsity 0\\.(5|4999)")), qPrintable(ran.out));
    QVERIFY2(ran.out.contains(QRegularExpression("before \\d+ of 48 right, after \\d+\n")),
             qPrintable(ran.out));
    QVERIFY(QFile::exists(pruned + "/model.safetensors"));
    QVERIFY(QFile::exists(pruned + "/espalier-recipe.json"));
    const Ran refused =
        run(build + "/example", {sample("pairs"), sample("calibration"), sample("pairs"), pruned});
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.out.contains("config.json"), qPrintable(refused.out));
  }

  // At most 40 lines, as the document says.
  void isShort() {
    QFile file(QStringLiteral(ESPALIER_SOURCE_DIR "/docs/example/example.cpp"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().count('\n') <= 40);
  }

  void showsOnlyItsInterface() {
    const Ran symbols = run("nm", {"-DC", "--defined-only", ESPALIER_LIBRARY_FILE});
    QVERIFY2(symbols.exitCode == 0, qPrintable(symbols.out));
    QVERIFY(symbols.out.contains("espalier::api::Model::open"));
    for (const QString& line : symbols.out.split('\n')) {
      const QString name = line.section(' ', 2);
      QVERIFY2(!name.contains("espalier::") || name.contains("espalier::api::"), qPrintable(name));
    }
  }
};

QTEST_GUILESS_MAIN(ExampleTest)
#include "example_test.moc"
