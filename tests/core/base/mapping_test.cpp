// Files that change while they are mapped: the process lives, and what was read is not used.
#include "core/base/mapping.h"

#include <fcntl.h>
#include <unistd.h>

#include <QtTest/QtTest>
#include <fstream>
#include <memory>

#include "core/base/journal.h"
#include "core/base/progress.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class MappingTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  static constexpr size_t kBytes = 1 << 20;

  fs::path made(const char* name) const {
    const auto path = fs::path(m_dir.path().toStdString()) / name;
    std::ofstream(path, std::ios::binary) << std::string(kBytes, 'x');
    return path;
  }
  static std::unique_ptr<Mapping> map(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY);
    auto mapping = std::make_unique<Mapping>(path, fd, kBytes);
    ::close(fd);
    return mapping;
  }
  static int64_t sumOf(const Mapping& mapping) {
    int64_t sum = 0;
    for (const auto byte : mapping.bytes()) sum += int64_t(byte);
    return sum;
  }

 private Q_SLOTS:
  void aFileThatShrinksIsNoEnd() {
    const auto path = made("shrinks");
    {
      const auto mapping = map(path);
      QCOMPARE(sumOf(*mapping), int64_t(kBytes) * 'x');
      checkMappings();
      fs::resize_file(path, kBytes / 4);
      QVERIFY(sumOf(*mapping) < int64_t(kBytes) * 'x');  // reads zeros
      const auto sentence = errorOf([] { checkMappings(); });
      QVERIFY2(sentence.contains("shrinks") && sentence.contains("shorter"), qPrintable(sentence));
      // No step that was made of it counts or is kept.
      const JobControl control;
      ProgressMeter meter(control, "Reading", 1);
      QVERIFY(errorOf([&] { meter.advance(); }).contains("shrinks"));
      const auto journal = fs::path(m_dir.path().toStdString()) / "journal";
      QVERIFY(errorOf([&] {
                Journal(journal, "test", {}, {journal, false, {}}).append({{"step", 1}});
              }).contains("shrinks"));
      // Made as long again: what was read in between is still not to be used.
      fs::resize_file(path, kBytes);
      QVERIFY(!errorOf([] { checkMappings(); }).isEmpty());
    }
    checkMappings();  // nobody has it any more
  }

  void aFileThatIsWrittenOverIsFound() {
    const auto path = made("rewritten");
    const auto mapping = map(path);
    QTest::qSleep(20);
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "other";
    QVERIFY(errorOf([] { checkMappings(); }).contains("changed"));
  }

  // Another file in its place, or none at all: the mapped one is as it was.
  void replacedOrRemovedFilesDoNoHarm() {
    const auto path = made("replaced"), other = made("other");
    const auto mapping = map(path);
    fs::resize_file(other, 10);
    fs::rename(other, path);
    QCOMPARE(sumOf(*mapping), int64_t(kBytes) * 'x');
    checkMappings();
    fs::remove(path);
    QCOMPARE(sumOf(*mapping), int64_t(kBytes) * 'x');
    checkMappings();
  }
};

QTEST_APPLESS_MAIN(MappingTest)
#include "mapping_test.moc"
