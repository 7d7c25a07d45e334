// Folders of one process: where they are made, and that they go with it.
#include "core/base/scratch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QtTest>
#include <fstream>
#include <memory>

#include "core/base/error.h"
#include "core/base/owner.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class ScratchFolderTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

  fs::path root() const { return m_dir.path().toStdString(); }

 private Q_SLOTS:
  void goesWithItsOwner() {
    fs::path first, second;
    {
      const ScratchFolder a(root(), "work-"), b(root(), "work-");
      first = a.path(), second = b.path();
      QVERIFY(first != second && fs::is_directory(first) && fs::is_directory(second));
      std::ofstream(first / "file") << "x";
    }
    QVERIFY(!fs::exists(first) && !fs::exists(second));
    {
      ScratchFolder c(root(), "work-");
      fs::rename(c.path(), root() / "result");
      c.release();
    }
    QVERIFY(fs::exists(root() / "result"));
  }

  void thoseOfKilledProcessesAreRemoved() {
    const pid_t gone = ::fork();
    if (gone == 0) ::_exit(0);
    ::waitpid(gone, nullptr, 0);
    const auto tag = ownerTag(), host = tag.substr(tag.find('@'));
    const auto abandoned = root() / ("work-" + std::to_string(gone) + host),
               second = root() / ("work-" + std::to_string(gone) + host + "(2)"),
               alive = root() / ("work-" + std::to_string(::getppid()) + host),
               other = root() / "work-of-mine";
    // What a process of another host has, or one of whom nothing is known.
    const auto foreign = root() / ("work-" + std::to_string(gone) + "@another-host"),
               unknown = root() / ("work-" + std::to_string(gone));
    // Of a process of another container of this host: gone by its number, but it holds the folder.
    const auto locked = root() / ("work-" + std::to_string(gone) + host + "(3)");
    for (const auto& f : {abandoned, second, alive, other, foreign, unknown, locked}) fs::create_directory(f);
    const int fd = ::open(locked.c_str(), O_RDONLY | O_DIRECTORY);
    QVERIFY(::flock(fd, LOCK_EX | LOCK_NB) == 0);
    {
      const ScratchFolder mine(root(), "work-");
      QVERIFY(!fs::exists(abandoned) && !fs::exists(second));
      for (const auto& f : {alive, other, foreign, unknown, locked}) QVERIFY2(fs::exists(f), f.c_str());
    }
    ::close(fd);
    const ScratchFolder again(root(), "work-");
    QVERIFY(!fs::exists(locked));
  }

  void saysWhereItCannotBeMade() {
    const auto nowhere = root() / "not there" / "at all";
    QVERIFY(errorOf([&] { ScratchFolder(nowhere, "work-"); }).contains("not there"));
  }

  void liesWhereAPersonWantsIt() {
    qputenv("TMPDIR", m_dir.path().toLocal8Bit());
    QCOMPARE(scratchParent(), root());
    qunsetenv("TMPDIR");
    qputenv("XDG_CACHE_HOME", m_dir.path().toLocal8Bit());
    QCOMPARE(scratchParent(), root() / "espalier");
    QVERIFY(fs::is_directory(root() / "espalier"));
    qunsetenv("XDG_CACHE_HOME");
    qputenv("HOME", m_dir.path().toLocal8Bit());
    QCOMPARE(scratchParent(), root() / ".cache" / "espalier");
    qputenv("HOME", "/proc/nowhere");
    QCOMPARE(scratchParent(), fs::temp_directory_path());
  }
};

QTEST_APPLESS_MAIN(ScratchFolderTest)
#include "scratch_folder_test.moc"
