// Where results are written: links, pipes, devices, permissions.
#include "core/base/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest/QtTest>
#include <csignal>
#include <fstream>

#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class FileTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }

  int filesIn(const fs::path& folder) const {
    return int(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

 private Q_SLOTS:
  void aLinkStaysAndItsTargetIsWritten() {
    fs::create_directory(root() / "far");
    std::ofstream(root() / "far" / "file") << "old";
    fs::create_symlink("far/file", root() / "link");
    fs::create_symlink("link", root() / "link-to-link");
    fs::create_symlink("far/new", root() / "dangling");
    writeFileAtomically(root() / "link-to-link", "new");
    writeFileAtomically(root() / "dangling", "made");
    for (const char* link : {"link", "link-to-link", "dangling"}) QVERIFY(fs::is_symlink(root() / link));
    QCOMPARE(readTextFile(root() / "far" / "file"), std::string("new"));
    QCOMPARE(readTextFile(root() / "far" / "new"), std::string("made"));
    QCOMPARE(filesIn(root() / "far"), 2);  // nothing else is left
  }

  void permissionsStay() {
    const auto f = root() / "private";
    std::ofstream(f) << "old";
    fs::permissions(f, fs::perms::owner_read | fs::perms::owner_write);
    writeFileAtomically(f, "new");
    QVERIFY(fs::status(f).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }

  void devicesAndPipesAreWrittenInto() {
    QVERIFY(!isFileTarget("/dev/null") && isFileTarget(root() / "nothing") &&
            isFileTarget(root() / "private"));
    fs::create_symlink("/dev/null", root() / "null");
    writeFileAtomically(root() / "null", "gone");
    QVERIFY(fs::is_symlink(root() / "null") && fs::is_character_file(fs::status("/dev/null")));
    QVERIFY(errorOf([] { writeFileAtomically("/dev/full", "too much"); }).contains("/dev/full"));

    const auto pipe = root() / "pipe";
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    QVERIFY(errorOf([&] { writeFileAtomically(pipe, "x"); }).contains("nobody reads"));
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    writeFileAtomically(pipe, "through");
    char text[16] = {};
    QCOMPARE(::read(reader, text, sizeof text), ssize_t(7));
    ::close(reader);
    QCOMPARE(std::string(text), std::string("through"));
    QVERIFY(fs::is_fifo(pipe));
    QVERIFY(errorOf([&] { writeFileAtomically(root() / "far", "x"); }).contains("is a folder"));
  }

  // As on a full disk: an error, the old file, and nothing beside it.
  void aLimitOnFilesIsAnError() {
    const auto f = root() / "far" / "limited";
    writeFileAtomically(f, "old");
    const int before = filesIn(root() / "far");
    std::signal(SIGXFSZ, SIG_IGN);  // as the programs do
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlimit small{1000, limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto sentence = errorOf([&] { writeFileAtomically(f, std::string(5000, 'x')); });
    ::setrlimit(RLIMIT_FSIZE, &limit);
    QVERIFY2(sentence.contains("limited") && sentence.contains("larger than"), qPrintable(sentence));
    QCOMPARE(readTextFile(f), std::string("old"));
    QCOMPARE(filesIn(root() / "far"), before);
  }
};

QTEST_APPLESS_MAIN(FileTest)
#include "file_test.moc"
