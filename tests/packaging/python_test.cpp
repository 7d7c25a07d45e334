// The Python module reads real files, runs real commands and says what went wrong (espalier_module.py).
#include <QtTest/QtTest>

class PythonTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void module() {
    QProcess python;
    python.setProcessChannelMode(QProcess::MergedChannels);
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("ESPALIER_CLI", ESPALIER_CLI);
    environment.insert("PYTHONPATH", ESPALIER_SOURCE_DIR "/packaging/python");
    environment.insert("PYTHONDONTWRITEBYTECODE", "1");
    python.setProcessEnvironment(environment);
    // Debian's own: another one may lie in front on PATH.
    const QString program = QFileInfo::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    python.start(program, {ESPALIER_SOURCE_DIR "/tests/packaging/espalier_module.py", ESPALIER_SOURCE_DIR});
    QVERIFY2(python.waitForStarted(), "python3 is not installed (packaging/packages.txt lists it)");
    QVERIFY(python.waitForFinished(200'000));
    const auto said = python.readAll();
    QVERIFY2(python.exitCode() == 0, said.constData());
  }
};

QTEST_GUILESS_MAIN(PythonTest)
#include "python_test.moc"
