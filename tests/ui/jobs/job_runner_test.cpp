#include "ui/jobs/job_runner.h"

#include <QtTest/QtTest>
#include <atomic>
#include <chrono>
#include <thread>

using namespace espalier;
using namespace std::chrono_literals;

namespace {

// Until told to stop; then as the engine does it.
void spin(const JobContext& context) {
  for (;;) {
    context.control().throwIfCancelled();
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace

class JobRunnerTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void worksElsewhereAndEndsHere() {
    JobRunner runner;
    std::thread::id worker, end;
    QSignalSpy idle(&runner, &JobRunner::idle);
    runner.start("work", [&](const JobContext&) {
      worker = std::this_thread::get_id();
      return [&] { end = std::this_thread::get_id(); };
    });
    QVERIFY(runner.isBusy());
    QCOMPARE(runner.title(), "work");
    QVERIFY(idle.wait());
    QVERIFY(!runner.isBusy());
    QVERIFY(worker != std::this_thread::get_id());
    QVERIFY(end == std::this_thread::get_id());
  }

  void progressComesAtMostTenTimesASecond() {
    JobRunner runner;
    QSignalSpy progressed(&runner, &JobRunner::progressed), idle(&runner, &JobRunner::idle);
    runner.start("work", [](const JobContext& context) -> JobDone {
      for (int i = 1; i <= 500; ++i) {
        context.control().onProgress({"Stage", "item", i, 500, 1.0});
        std::this_thread::sleep_for(1ms);
      }
      return {};
    });
    QElapsedTimer clock;
    clock.start();
    QVERIFY(idle.wait(10000));
    QVERIFY(progressed.count() >= 2);
    QVERIFY(progressed.count() <= clock.elapsed() / 100 + 1);
    QCOMPARE(runner.progress().stage, "Stage");
    QVERIFY(runner.progress().done > 100);
  }

  void cancelStopsAndIsNoError() {
    JobRunner runner;
    QSignalSpy failed(&runner, &JobRunner::failed), cancelled(&runner, &JobRunner::cancelled);
    bool done = false;
    std::atomic<bool> unwound = false;
    runner.start("work", [&](const JobContext& context) -> JobDone {
      try {
        spin(context);
      } catch (...) {
        unwound = true;
        throw;
      }
      return [&] { done = true; };
    });
    QTest::qWait(30);
    runner.cancel();
    QVERIFY(!runner.isBusy());
    QCOMPARE(cancelled.count(), 1);
    QTRY_VERIFY(unwound);
    QTest::qWait(20);
    QVERIFY(!done);
    QCOMPARE(failed.count(), 0);
  }

  void staleResultsAreDropped() {
    JobRunner runner;
    QStringList seen;
    QSignalSpy idle(&runner, &JobRunner::idle);
    // The first takes no notice of being stopped, delivers and returns all the same.
    std::atomic<bool> go = false;
    runner.start("old", [&](const JobContext& context) {
      while (!go) std::this_thread::sleep_for(1ms);
      context.deliver([&] { seen << "old part"; });
      return [&] { seen << "old"; };
    });
    QTest::qWait(20);
    runner.start("new", [&](const JobContext& context) {
      context.deliver([&] { seen << "new part"; });
      return [&] { seen << "new"; };
    });
    go = true;
    QTRY_COMPARE(seen, (QStringList{"new part", "new"}));
  }

  void theNewestWaitsAndOthersGiveWay() {
    JobRunner runner;
    QStringList seen;
    const auto job = [&](const QString& name) {
      return [&seen, name](const JobContext&) {
        std::this_thread::sleep_for(30ms);
        return [&seen, name] { seen << name; };
      };
    };
    for (const char* name : {"1", "2", "3", "4"}) runner.startNext(name, job(name));
    QTRY_COMPARE(seen, (QStringList{"1", "4"}));
    QTRY_VERIFY(!runner.isBusy());
    QCOMPARE(seen.size(), 2);
  }

  void exceptionsBecomeSentences() {
    JobRunner runner;
    QSignalSpy failed(&runner, &JobRunner::failed);
    runner.start("work", [](const JobContext&) -> JobDone { throw Error(ErrorKind::Io, "disk full"); });
    QVERIFY(failed.wait());
    auto error = failed.takeFirst().first().value<JobError>();
    QCOMPARE(error.kind, ErrorKind::Io);
    QCOMPARE(error.message, "disk full");
    runner.start("work", [](const JobContext&) -> JobDone { throw std::runtime_error("odd\nbacktrace"); });
    QVERIFY(failed.wait());
    error = failed.takeFirst().first().value<JobError>();
    QCOMPARE(error.kind, ErrorKind::Internal);
    QVERIFY(error.message.contains("odd") && !error.message.contains("backtrace"));
    runner.start("work", [](const JobContext&) -> JobDone { throw 1; });
    QVERIFY(failed.wait());
    QVERIFY(!failed.first().first().value<JobError>().message.isEmpty());
  }

  void mayBeDestroyedWhileBusy() {
    bool done = false;
    {
      JobRunner runner;
      runner.start("work", [&](const JobContext& context) -> JobDone {
        spin(context);
        return [&] { done = true; };
      });
      runner.startNext("next", [&](const JobContext&) { return [&] { done = true; }; });
      QTest::qWait(10);
    }
    QTest::qWait(20);
    QVERIFY(!done);
  }

  void survivesAStormOfCancels() {
    JobRunner runner;
    int done = 0;
    for (int i = 0; i < 200; ++i) {
      runner.start("work", [&](const JobContext&) { return [&] { ++done; }; });
      if (i % 2) runner.cancel();
      if (i % 7 == 0) QCoreApplication::processEvents();
    }
    runner.start("last", [&](const JobContext&) { return [&] { done = 1000; }; });
    QTRY_COMPARE(done, 1000);
    QTRY_VERIFY(!runner.isBusy());
  }
};

QTEST_MAIN(JobRunnerTest)
#include "job_runner_test.moc"
