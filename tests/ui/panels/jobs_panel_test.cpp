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
