#include "ui/panels/jobs_panel.h"

#include <QToolButton>
#include <QtTest/QtTest>
#include <thread>

#include "core/base/error.h"
#include "ui/jobs/job_runner.h"

using namespace espalier;

namespace {

JobDone untilStopped(const JobContext& context) {
  for (;;) {
    context.control().throwIfCancelled();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

class JobsPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void tellsWhatRunsAndHowItEnded() {
    JobsPanel panel;
    JobRunner runner;
    panel.watch(runner);
    panel.show();
    runner.start("Count", [](const JobContext&) { return JobDone(); });
    QTRY_COMPARE(panel.log().size(), 1);
    QVERIFY(panel.log()[0].contains("Count") && panel.log()[0].contains("done"));
    runner.start("Break",
                 [](const JobContext&) -> JobDone { throw Error(ErrorKind::Io, "The disk is full."); });
    QTRY_COMPARE(panel.log().size(), 2);
    QVERIFY(panel.log()[1].contains("The disk is full."));
  }

  // What took long or failed is there after the next start, and is told to who looks elsewhere.
  void theLogIsKept() {
    QTemporaryDir dir;
    const QString file = dir.filePath("jobs.log");
    {
      JobsPanel panel;
      panel.keepLogIn(file);
      QVERIFY(panel.log().isEmpty());
      JobRunner runner;
      panel.watch(runner);
      QSignalSpy told(&panel, &JobsPanel::jobEnded);
      runner.start("Quick", [](const JobContext&) { return JobDone(); });
      QTRY_COMPARE(told.count(), 1);
      runner.start("Long", [](const JobContext&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1050));
        return JobDone();
      });
      QTRY_COMPARE(told.count(), 2);
      QCOMPARE(told[1][0].toString(), QString("Long"));
      QCOMPARE(told[1][1].toString(), QString("done"));
      QVERIFY(told[1][2].toDouble() >= 1);
      runner.start("Break",
                   [](const JobContext&) -> JobDone { throw Error(ErrorKind::Io, "The disk is\nfull."); });
      QTRY_COMPARE(told.count(), 3);
      runner.start("Endless", untilStopped);
      runner.cancel();
      QTRY_VERIFY(panel.log().last().contains("cancelled"));
      QCOMPARE(told.count(), 3);  // whoever cancels knows
    }
    JobsPanel next;
    next.keepLogIn(file);
    QCOMPARE(next.log().size(), 2);
    QVERIFY(next.log()[0].contains("Long: done"));
    QVERIFY(next.log()[0].startsWith(QDate::currentDate().toString("yyyy-")));
    QVERIFY(next.log()[1].contains("Break: failed: The disk is full."));
    // It stays small.
    QFile log(file);
    QVERIFY(log.open(QIODevice::Append));
    for (int i = 0; i < 9000; ++i) log.write("2026-01-01 00:00:00  Long: done (a line of some length)\n");
    log.close();
    JobsPanel later;
    later.keepLogIn(file);
    QCOMPARE(later.log().size(), 500);
    QVERIFY(QFileInfo(file).size() <= 200'000);
  }

  void aJobIsCancelledFromItsRow() {
    JobsPanel panel;
    JobRunner runner;
    panel.watch(runner);
    panel.show();
    runner.start("Endless", untilStopped);
    runner.startNext("Later", [](const JobContext&) { return JobDone(); });
    QToolButton* cancel = nullptr;
    for (auto* button : panel.findChildren<QToolButton*>())
      if (button->accessibleName() == "Cancel this job") cancel = button;
    QVERIFY(cancel && cancel->isVisible());
    QCOMPARE(runner.waitingTitle(), QString("Later"));
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(!runner.isBusy());
    QTRY_COMPARE(panel.log().size(), 1);
    QVERIFY(panel.log()[0].contains("cancelled"));
    QVERIFY(!cancel->isVisible());
  }
};

QTEST_MAIN(JobsPanelTest)
#include "jobs_panel_test.moc"
