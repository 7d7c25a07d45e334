// Copies that cannot be made say why, and leave nothing half copied.
#include "core/base/copy_file.h"

#include <sys/resource.h>

#include <QtTest/QtTest>
#include <csignal>
#include <fstream>

#include "core/base/file.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

class CopyFileTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }
  fs::path put(const char* name, const std::string& content) const {
    std::ofstream(root() / name, std::ios::binary) << content;
    return root() / name;
  }

 private Q_SLOTS:
  void contentAndPermissions() {
    std::string content(3'000'001, 'x');
    content[1000] = '\0';
    const auto from = put("from", content);
    fs::permissions(from, fs::perms(0640));
    fs::create_symlink(from, root() / "link");
    put("to", std::string(4'000'000, 'y'));
    copyFile(root() / "link", root() / "to");
    QVERIFY(readTextFile(root() / "to") == readTextFile(from));
    QCOMPARE(int(fs::status(root() / "to").permissions()), 0640);
    QVERIFY(!fs::is_symlink(root() / "to"));
  }

  void aFullDeviceIsNamedAndStays() {
    const auto error = errorOf([&] { copyFile(put("a", "content"), "/dev/full"); });
    QVERIFY2(error.contains("cannot be copied to /dev/full: the disk is full"), qPrintable(error));
    QVERIFY(fs::exists("/dev/full"));
  }

  void aLimitLeavesNothingHalfCopied() {
    const auto from = put("large", std::string(100'000, 'x'));
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit low{4096, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &low);
    const auto error = errorOf([&] { copyFile(from, root() / "copy"); });
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY2(error.contains("the file would be larger than"), qPrintable(error));
    QVERIFY(!fs::exists(root() / "copy"));
  }

  void whatIsNoFileIsRefused() {
    QVERIFY(errorOf([&] { copyFile(root(), root() / "b"); }).contains("a folder"));
    QVERIFY(errorOf([&] { copyFile(put("c", "x"), root() / "no" / "b"); }).contains("cannot be copied to"));
  }
};

QTEST_APPLESS_MAIN(CopyFileTest)
#include "copy_file_test.moc"
