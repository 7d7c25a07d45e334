#include "core/base/journal.h"

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
    auto again = open(f, {{"seed", 1}});
    QCOMPARE(again.finished().size(), size_t(1));
    QCOMPARE(again.finished()[0].at("value").get<double>(), value);
    QCOMPARE(m_notes.size(), size_t(1));
    again.append({{"step", 2}});
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

  void aFileThatIsNoJournalIsReplaced() {
    const auto f = file("strange");
    std::ofstream(f) << "hello\n";
    auto j = open(f, {});
    QVERIFY(j.finished().empty());
    j.append({{"step", 1}});
    QCOMPARE(open(f, {}).finished().size(), size_t(1));
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
    QVERIFY(residentMemory() > 0 && peakMemory() >= residentMemory());
  }
};

QTEST_APPLESS_MAIN(JournalTest)
#include "journal_test.moc"
