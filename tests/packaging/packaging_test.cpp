// What is installed is complete and finds its own files, and what describes it to the desktop is valid.
#include <QtTest/QtTest>

namespace {

struct Ran {
  int exitCode = -1;
  QString out;
};

Ran run(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.setProcessChannelMode(QProcess::MergedChannels);
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.remove("ESPALIER_SAMPLE");
  process.setProcessEnvironment(environment);
  process.start(program, arguments);
  if (!process.waitForFinished(200'000)) return {};
  return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
          QString::fromUtf8(process.readAll())};
}

QString contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

const QString kPackaging = QStringLiteral(ESPALIER_SOURCE_DIR "/packaging/");
const QString kId = QStringLiteral("io.github.espalier.Espalier");

}  // namespace

class PackagingTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void whatIsInstalledFindsItsSample() {
    QTemporaryDir prefix, out;
    const Ran installed = run(ESPALIER_CMAKE, {"--install", ESPALIER_BINARY_DIR, "--prefix", prefix.path()});
    QVERIFY2(installed.exitCode == 0, qPrintable(installed.out));
    QStringList files{"bin/espalier-cli",
                      "share/espalier/sample/model/config.json",
                      "share/espalier/sample/model/model.safetensors",
                      "share/espalier/sample-clip/model/config.json",
                      "share/espalier/sample-clip/training.json",
                      "share/espalier/sample-vlm/model/model.safetensors",
                      "share/espalier/sample-vlm/training.json",
                      "share/man/man1/espalier-cli.1.gz",
                      "share/doc/espalier/changelog.gz",
                      "share/doc/espalier/copyright",
                      "lib/python3/dist-packages/espalier.py",
                      "share/doc/espalier/docs/guide.md",
                      "share/doc/espalier/docs/example/example.cpp",
                      "share/doc/espalier/docs/example/CMakeLists.txt"};
    if (QFile::exists(ESPALIER_BINARY_DIR "/app/espalier"))
      files << "bin/espalier"
            << "share/man/man1/espalier.1.gz"
            << "share/applications/" + kId + ".desktop"
            << "share/metainfo/" + kId + ".metainfo.xml"
            << "share/mime/packages/" + kId + ".xml"
            << "share/icons/hicolor/scalable/apps/" + kId + ".svg"
            << "share/icons/hicolor/scalable/mimetypes/application-x-espalier-project.svg";
    for (const QString& file : files) QVERIFY2(QFileInfo(prefix.filePath(file)).size() > 0, qPrintable(file));

    // Of the two samples there are now, the installed program takes the installed one.
    QFile mark(prefix.filePath("share/espalier/sample/mark"));
    QVERIFY(mark.open(QIODevice::WriteOnly) && mark.write("installed") == 9);
    mark.close();
    const Ran sample = run(prefix.filePath("bin/espalier-cli"), {"sample", out.filePath("sample")});
    QVERIFY2(sample.exitCode == 0, qPrintable(sample.out));
    QCOMPARE(contentOf(out.filePath("sample/mark")), QString("installed"));
  }

  // Over a connection without a screen, too.
  void theWindowsProgramTellsItsOptionsWithoutAScreen() {
    const QString program = ESPALIER_BINARY_DIR "/app/espalier";
    if (!QFile::exists(program)) return;  // built without the window
    auto nowhere = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"}) nowhere.remove(name);
    nowhere.insert("QT_QPA_PLATFORM", "xcb");
    for (const char* asked : {"--help", "-v"}) {
      QProcess process;
      process.setProcessEnvironment(nowhere);
      process.start(program, {asked});
      QVERIFY(process.waitForFinished());
      QCOMPARE(process.exitStatus(), QProcess::NormalExit);
      QCOMPARE(process.exitCode(), 0);
      QVERIFY(process.readAllStandardOutput().contains("espalier"));
    }
  }

  void theManualNamesEveryCommand() {
    const QString help = run(ESPALIER_CLI, {"--help"}).out, manual = contentOf(kPackaging + "espalier-cli.1");
    const QString commands = help.section("Subcommands:", 1);
    int found = 0;
    const QRegularExpression line("^  ([a-z-]+) ", QRegularExpression::MultilineOption);
    for (auto it = line.globalMatch(commands); it.hasNext(); ++found) {
      const QString name = it.next().captured(1);
      QVERIFY2(manual.contains(".B " + name + "\n"), qPrintable(name));
    }
    QVERIFY2(found > 10, qPrintable(help));
  }

  void theDesktopKnowsIt() {
    for (const char* tool : {"desktop-file-validate", "appstreamcli"})
      QVERIFY2(!QStandardPaths::findExecutable(tool).isEmpty(), "see packaging/packages.txt");
    const Ran desktop = run("desktop-file-validate", {kPackaging + kId + ".desktop"});
    QVERIFY2(desktop.exitCode == 0, qPrintable(desktop.out));
    // There is no homepage to name, which is a warning from AppStream 1.0 on; nothing else may be wrong.
    const Ran metainfo = run("appstreamcli", {"validate", "--no-net", kPackaging + kId + ".metainfo.xml"});
    bool homepage = false;
    for (const QString& line : metainfo.out.split('\n')) {
      const bool here = line.contains("url-homepage-missing");
      homepage = homepage || here;
      QVERIFY2(here || !(line.startsWith("W:") || line.startsWith("E:")), qPrintable(metainfo.out));
    }
    QVERIFY2(homepage || metainfo.exitCode == 0, qPrintable(metainfo.out));
    // All say the same name and kind of file.
    QVERIFY(contentOf(kPackaging + kId + ".desktop").contains("Icon=" + kId + "\n"));
    QVERIFY(contentOf(kPackaging + kId + ".desktop").contains("MimeType=application/x-espalier-project;"));
    QVERIFY(contentOf(kPackaging + kId + ".mime.xml").contains("type=\"application/x-espalier-project\""));
    QVERIFY(contentOf(kPackaging + kId + ".mime.xml").contains("pattern=\"*.espalier\""));
    QVERIFY(contentOf(kPackaging + kId + ".metainfo.xml").contains("<id>" + kId + "</id>"));
  }
};

QTEST_GUILESS_MAIN(PackagingTest)
#include "packaging_test.moc"
