#include "core/base/journal.h"

#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QtTest>
#include <fstream>

#include "core/base/file.h"
#include "core/base/memory.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class JournalTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::vector<std::string> m_notes;

  fs::path file(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }
  Journal open(const fs::path& f, const nlohmann::json& inputs, bool restart = false) {
    m_notes.clear();
    return Journal(f, "test", inputs, {f, restart, [&](const std::string& s) { m_notes.push_back(s); }});
  }

 private Q_SLOTS:
  void keepsStepsExactly() {
    const auto f = file("steps");
    const double value = 0.1 + 0.2;
    open(f, {{"seed", 1}}).append({{"step", 1}, {"value", value}});
    {
      auto again = open(f, {{"seed", 1}});
      QCOMPARE(again.finished().size(), size_t(1));
      QCOMPARE(again.finished()[0].at("value").get<double>(), value);
      QCOMPARE(again.finished()[0].size(), size_t(2));
      QCOMPARE(m_notes.size(), size_t(1));
      again.append({{"step", 2}});
    }
    QCOMPARE(open(f, {{"seed", 1}}).finished().size(), size_t(2));
  }

  // What a killed process left of a line, at every length of it.
  void cutsOffATornLine() {
    const auto f = file("torn");
    {
      auto j = open(f, {});
      j.append({{"step", 1}});
      j.append({{"step", 2}});
    }
    const std::string whole = readTextFile(f);
    const size_t second = whole.rfind('\n', whole.size() - 2) + 1;
    for (size_t length = second; length < whole.size(); ++length) {
      std::ofstream(f, std::ios::binary) << whole.substr(0, length);
      auto j = open(f, {});
      QCOMPARE(j.finished().size(), size_t(1));
      j.append({{"step", 2}});
      QCOMPARE(readTextFile(f), whole);
    }
  }

  void otherInputsBeginAnew() {
    const auto f = file("other");
    open(f, {{"seed", 1}}).append({{"step", 1}});
    QVERIFY(open(f, {{"seed", 2}}).finished().empty());
    QCOMPARE(m_notes.size(), size_t(1));
    QVERIFY(m_notes[0].find("other inputs") != std::string::npos);
    open(f, {{"seed", 2}}).append({{"step", 1}});
    QVERIFY(open(f, {{"seed", 2}}, true).finished().empty());
  }

  // A job that is refused, or stopped, before its first step: what it made goes, what was there stays.
  void nothingKeptLeavesNothing() {
    const auto f = file("refused");
    for (const bool restart : {false, true}) {
      open(f, {{"seed", 1}}, restart);
      QVERIFY(!fs::exists(f) && !fs::exists(file("refused.lock")));
    }
    open(f, {{"seed", 1}}).append({{"step", 1}});
    const auto whole = readTextFile(f);
    open(f, {{"seed", 1}}, true);
    open(f, {{"seed", 2}});
    QCOMPARE(readTextFile(f), whole);
    // A line that a killed process left stays, too, until the next step.
    std::ofstream(f, std::ios::app) << "{\"st";
    QCOMPARE(open(f, {{"seed", 1}}).finished().size(), size_t(1));
    auto moved = open(f, {{"seed", 2}});
    Journal to;
    to = std::move(moved);
    to.append({{"step", 7}});
    QVERIFY(readTextFile(f).find("\"step\":7") != std::string::npos);
    QVERIFY(readTextFile(f).find("\"seed\":1") == std::string::npos);
  }

  // Whatever has its name: it is refused with a sentence, with --restart too, and stays as it is.
  void aFileThatIsNoJournalStays() {
    const auto f = file("strange");
    for (const std::string content : {"hello\n", "{}\n", "[1, 2]\n", "{\"format\":\"espalier/scores\"}\n"})
      for (const bool restart : {false, true}) {
        std::ofstream(f) << content;
        const auto sentence = errorOf([&] { open(f, {}, restart); });
        QVERIFY2(sentence.contains("strange") && sentence.contains("no journal"), qPrintable(sentence));
        QCOMPARE(readTextFile(f), content);
        removeJournal(f);
        QVERIFY(fs::exists(f));
      }
    fs::remove(f);
    fs::create_directory(f);
    QVERIFY(errorOf([&] { open(f, {}); }).contains("no journal"));
    QVERIFY(fs::is_directory(f));
  }

  // A bit of every byte of a journal of three lines, flipped: it is found, or nothing of it is used.
  void flippedBitsAreFound() {
    const auto f = file("flipped");
    {
      auto j = open(f, {{"seed", 1}});
      j.append({{"step", 1}, {"value", 0.1 + 0.2}});
      j.append({{"step", 2}});
    }
    const std::string whole = readTextFile(f);
    int found = 0;
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string changed = whole;
      changed[at] = char(changed[at] ^ (1 << at % 8));
      std::ofstream(f, std::ios::binary) << changed;
      size_t steps = 0;
      const auto sentence = errorOf([&] { steps = open(f, {{"seed", 1}}).finished().size(); });
      found += !sentence.isEmpty();
      // Where a line's end is gone the line counts as torn.
      const bool end = whole[at] == '\n';
      QVERIFY2(!sentence.isEmpty() || (end && steps < 2), qPrintable(QString("byte %1").arg(at)));
      if (!sentence.isEmpty() && at > 40) QVERIFY2(sentence.contains("--restart"), qPrintable(sentence));
    }
    QVERIFY(found >= int(whole.size()) - 3);
    QCOMPARE(open(f, {{"seed", 1}}, true).finished().size(), size_t(0));
  }

  // Lines of another journal, lines left out or swapped.
  void mixturesAreFound() {
    const auto f = file("mixed"), g = file("other-journal");
    for (const auto& [path, seed] : {std::pair(f, 1), std::pair(g, 2)}) {
      auto j = open(path, {{"seed", seed}});
      for (int step = 0; step < 3; ++step) j.append({{"step", step}});
    }
    const auto linesOf = [](const fs::path& path) {
      std::vector<std::string> lines;
      std::ifstream in(path);
      for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
      return lines;
    };
    const auto a = linesOf(f), b = linesOf(g);
    const auto refused = [&](const std::string& content) {
      std::ofstream(f, std::ios::binary) << content;
      const auto sentence = errorOf([&] { open(f, {{"seed", 1}}); });
      return sentence.contains("damaged") && sentence.contains("--restart");
    };
    QVERIFY(refused(a[0] + a[1] + b[2]));
    QVERIFY(refused(a[0] + b[1]));
    QVERIFY(refused(a[0] + a[2] + a[3]));
    QVERIFY(refused(a[0] + a[2] + a[1]));
    QVERIFY(refused(a[0] + a[1] + a[1]));
    QVERIFY(refused(a[0] + "{}\n"));
    QVERIFY(refused(a[0] + "\n" + a[1]));
    std::ofstream(f, std::ios::binary) << a[0] + a[1] + a[2];
    QCOMPARE(open(f, {{"seed", 1}}).finished().size(), size_t(2));
  }

  // One job at a time, be its options the same or others; the second is told who has it.
  void oneHolderAtATime() {
    const auto f = file("held");
    {
      auto j = open(f, {{"seed", 1}});
      j.append({{"step", 1}});
      for (const int seed : {1, 2})
        for (const bool restart : {false, true}) {
          const auto sentence = errorOf([&] { open(f, {{"seed", seed}}, restart); });
          QVERIFY2(sentence.contains("in use by process " + QString::number(::getpid()) + " on ") &&
                       sentence.contains("held.lock"),
                   qPrintable(sentence));
        }
      // Of another process.
      const pid_t child = ::fork();
      if (child == 0) ::_exit(errorOf([&] { open(f, {{"seed", 1}}); }).contains("in use") ? 0 : 1);
      int status = -1;
      ::waitpid(child, &status, 0);
      QCOMPARE(status, 0);
    }
    QVERIFY(!fs::exists(file("held.lock")));
    // What a killed process leaves holds nobody up.
    std::ofstream(file("held.lock")) << ownerTag() << "\n";
    QCOMPARE(open(f, {{"seed", 1}}).finished().size(), size_t(1));
    // A hold that outlives the journal.
    JournalOptions options{f, false, {}};
    holdJournal(options);
    { Journal(f, "test", {{"seed", 1}}, options); }
    QVERIFY(errorOf([&] { open(f, {{"seed", 1}}); }).contains("in use"));
  }

  // A step that tells too little is no internal error.
  void stepsThatLackSomethingAreRefused() {
    const auto f = file("lacking");
    open(f, {}).append({{"step", 1}});
    const auto j = open(f, {});
    const auto sentence = errorOf([&] { j.readSteps([&] { j.finished()[0].at("values"); }); });
    QVERIFY2(sentence.contains("lacking") && sentence.contains("--restart"), qPrintable(sentence));
  }

  void removed() {
    const auto f = file("removed");
    auto j = open(f, {});
    j.remove();
    QVERIFY(!fs::exists(f));
    j.append({{"step", 1}});  // keeps nothing any more
    QVERIFY(!fs::exists(f));
    QVERIFY(errorOf([&] { open(file("no-folder") / "x", {}); }).contains("no-folder"));
  }

  void sizesOfMemory() {
    QCOMPARE(bytesNamed("4G", "--memory"), int64_t(4) << 30);
    QCOMPARE(bytesNamed("1.5GiB", "--memory"), int64_t(3) << 29);
    QCOMPARE(bytesNamed("512M", "--memory"), int64_t(512) << 20);
    QCOMPARE(bytesNamed("1000", "--memory"), int64_t(1000));
    for (const char* bad : {"", "G", "-1G", "4X", "lots"})
      QVERIFY2(errorOf([&] { bytesNamed(bad, "--memory"); }).startsWith("--memory"), bad);
    const auto resident = residentMemory();  // first: to ask takes memory, too
    QVERIFY(resident > 0 && peakMemory() >= resident);
  }
};

QTEST_APPLESS_MAIN(JournalTest)
#include "journal_test.moc"
