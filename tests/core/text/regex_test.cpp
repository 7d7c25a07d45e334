#include "core/text/regex.h"

#include <QtTest/QtTest>
#include <thread>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/stop_here.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;

// Tokenizer files come from strangers, and so do their patterns.
class RegexTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void refusesPatternsThatBacktrackWithoutEnd() {
    const std::string text = std::string(64, 'a') + "b";
    for (const char* pattern : {"(a+)+$", "(a|a)+$", "(.*a){20}$", "(?:a*)*c"}) {
      const auto error = errorOf([&] { Regex(pattern).matches(text); });
      QVERIFY2(error.contains(pattern) && error.contains("takes too many steps"), qPrintable(error));
    }
  }

  void readsLongTextsWithOrdinaryPatterns() {
    std::string text;
    while (text.size() < 2'000'000) text += "two cats' 17 dogs, and so on ";
    const Regex gpt2(R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)");
    QVERIFY(gpt2.matches(text).size() > 600'000);
    QCOMPARE(Regex(R"(\p{L}+)").matches(std::string(2'000'000, 'a')).size(), size_t(1));
  }

  // The pattern alone would run for longer than the limit of the test.
  void obeysAStop() {
    const std::string text = std::string(40'000'000, 'a') + "b";
    for (const bool inTask : {false, true}) {
      std::stop_source stop;
      std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        stop.request_stop();
      });
      const StopHere here(stop.get_token());
      const auto run = [&](int64_t) { Regex("(?:a?){30}c").matches(text); };
      bool cancelled = false;
      try {
        if (inTask)
          parallelFor(2, run);
        else
          run(0);
      } catch (const Cancelled&) {
        cancelled = true;
      } catch (const Error& e) {
        qWarning("%s", e.what());
      }
      later.join();
      QVERIFY(cancelled);
    }
    QVERIFY(!stopRequestedHere());
  }
};

QTEST_MAIN(RegexTest)
#include "regex_test.moc"
