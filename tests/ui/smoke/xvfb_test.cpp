// The real program on a real X server, driven by a real mouse and real keys: Xvfb and xdotool.
#include <QtTest/QtTest>

#include "core/document/project.h"
#include "ui/base/format.h"
#include "ui/controllers/model_controller.h"
#include "ui/session/session.h"

using namespace espalier;

namespace {

constexpr int kStartMs = 60'000, kJobMs = 240'000;

}  // namespace

class XvfbTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_home;
  QProcess m_server;
  QProcessEnvironment m_environment;

  QString xdotool(const QStringList& arguments) {
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.start("xdotool", arguments);
    if (!process.waitForFinished(20'000)) return {};
    return QString::fromUtf8(process.readAllStandardOutput()).trimmed();
  }
  QString window(const QString& title) {
    return xdotool({"search", "--onlyvisible", "--name", title}).section('\n', 0, 0);
  }
  void key(const QString& name) { xdotool({"key", "--delay", "60", name}); }

  // A project of the sample with a plan and nothing else, so that what the mouse does can be read from the
  // file.
  QString project() {
    Session session;
    ModelController models(session);
    models.openSample();
    if (!QTest::qWaitFor([&] { return session.hasModel(); }, kStartMs)) return {};
    const QString file = m_home.filePath("driven.espalier");
    writeProject(toPath(file), session.project());
    return file;
  }

 private Q_SLOTS:
  void initTestCase() {
    for (const char* tool : {"Xvfb", "xdotool"})
      QVERIFY2(!QStandardPaths::findExecutable(tool).isEmpty(),
               "Xvfb and xdotool are in packaging/packages.txt");
    m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    // A display that is free: the server says which.
    m_server.start("Xvfb",
                   {"-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"});
    QVERIFY(m_server.waitForStarted());
    QByteArray number;
    QVERIFY(QTest::qWaitFor(
        [&] {
          m_server.waitForReadyRead(50);
          number += m_server.readAllStandardOutput();
          return number.contains('\n');
        },
        kStartMs));
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert("DISPLAY", ":" + number.trimmed());
    m_environment.insert("QT_QPA_PLATFORM", "xcb");
    m_environment.insert("HOME", m_home.path());
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
      m_environment.insert(name, m_home.path());
    m_environment.insert("LC_ALL", "C.UTF-8");
  }

  void cleanupTestCase() {
    m_server.terminate();
    m_server.waitForFinished(10'000);
  }

  void aBarIsDraggedAndSaved() {
    const QString file = project();
    QVERIFY(!file.isEmpty());
    const Plan before = readProject(toPath(file)).steps.back().plan;
    QProcess program;
    program.setProcessEnvironment(m_environment);
    program.setProcessChannelMode(QProcess::ForwardedChannels);
    program.start(ESPALIER_PROGRAM, {file});
    QVERIFY(program.waitForStarted());
    QString id;
    QVERIFY(QTest::qWaitFor([&] { return !(id = window("^driven .*Espalier")).isEmpty(); }, kStartMs));
    xdotool({"windowmove", id, "0", "0"});
    xdotool({"windowsize", "--sync", id, "1280", "800"});
    xdotool({"windowfocus", "--sync", id});
    QTest::qWait(1500);

    // Without knowing where a bar stands: from the chart's first pixel columns of bars at half height, where
    // an even plan of 50 % has every bar's top. The target line is there too; only a bar can be dragged.
    key("F9");  // no pruning after each move
    bool dragged = false;
    for (int y = 300; y <= 380 && !dragged; y += 6) {
      xdotool({"mousemove", "120", QString::number(y)});
      xdotool({"mousedown", "1"});
      for (int i = 1; i <= 8; ++i) xdotool({"mousemove", "120", QString::number(y - 4 * i)});
      xdotool({"mouseup", "1"});
      QTest::qWait(150);
      key("ctrl+s");
      (void)QTest::qWaitFor([&] { return readProject(toPath(file)).steps.size() > 1; }, 1500);
      dragged = readProject(toPath(file)).steps.size() > 1;
    }
    QVERIFY(dragged);
    const Project after = readProject(toPath(file));
    QVERIFY(after.steps.back().text.starts_with("Drag "));
    const Plan& plan = after.steps.back().plan;
    int pinned = 0;
    for (size_t i = 0; i < plan.groups.size(); ++i)
      if (plan.groups[i].pinned) {
        ++pinned;
        QVERIFY(plan.groups[i].sparsity > before.groups[i].sparsity + 0.02);
      }
    QCOMPARE(pinned, 1);
    QVERIFY(qAbs(plan.achievedSparsity() - before.achievedSparsity()) < 1e-4);

    // Undo by the key, saved again.
    key("ctrl+z");
    key("ctrl+s");
    QVERIFY(QTest::qWaitFor([&] { return readProject(toPath(file)).current == 0; }, 20'000));
    // A second window, and both closed by quitting.
    key("ctrl+n");
    QVERIFY(QTest::qWaitFor(
        [&] {
          return xdotool({"search", "--onlyvisible", "--name", "^Espalier$"})
                     .split('\n', Qt::SkipEmptyParts)
                     .size() >= 1;
        },
        20'000));
    key("ctrl+q");
    QVERIFY(program.waitForFinished(kJobMs));
    QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    QCOMPARE(program.exitCode(), 0);
  }
};

QTEST_GUILESS_MAIN(XvfbTest)
#include "xvfb_test.moc"
