#include "core/base/input_file.h"

#include <sys/stat.h>

#include <QtTest/QtTest>
#include <fstream>

#include "core/base/file.h"
#include "core/checkpoint/checkpoint.h"
#include "core/data/dataset.h"
#include "core/image/image.h"
#include "core/image/picture_check.h"
#include "core/text/tokenizer.h"
#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

// Pipes, devices and folders in place of files are refused at once, by name and kind; nothing waits for them.
class InputFileTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }

  fs::path pipeAt(const fs::path& file) {
    fs::create_directories(file.parent_path());
    if (::mkfifo(file.c_str(), 0600) != 0) qFatal("no pipe could be made");
    return file;
  }
  void put(const fs::path& file, const std::string& content) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
  }

 private Q_SLOTS:
  void readsRegularFilesAndThroughLinks() {
    put(root() / "a.txt", "some text");
    fs::create_symlink("a.txt", root() / "link.txt");
    QCOMPARE(readTextFile(root() / "link.txt"), std::string("some text"));
    QCOMPARE(InputFile(root() / "link.txt").size(), int64_t(9));
    std::vector<std::byte> bytes(20);
    QCOMPARE(InputFile(root() / "a.txt").read(5, bytes), size_t(4));
    QVERIFY(!readTextFile("/proc/self/status").empty());  // says that it has no bytes
    QVERIFY(errorOf([&] { readTextFile(root() / "a.txt", 8); }).contains("at most 8"));
    QCOMPARE(readTextFile(root() / "a.txt", 9), std::string("some text"));
  }

  void refusesWhatIsNoFile_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("says");
    QTest::newRow("pipe") << QString::fromStdString(pipeAt(root() / "pipe").string()) << "is a named pipe";
    QTest::newRow("zero") << "/dev/zero"
                          << "is a device";
    QTest::newRow("random") << "/dev/random"
                            << "is a device";
    QTest::newRow("folder") << m_dir.path() << "is a folder";
    fs::create_symlink("/dev/zero", root() / "zero.json");
    QTest::newRow("link to a device")
        << QString::fromStdString((root() / "zero.json").string()) << "is a device";
    QTest::newRow("missing") << "/nowhere/at/all"
                             << "does not exist";
  }
  void refusesWhatIsNoFile() {
    QFETCH(QString, path);
    QFETCH(QString, says);
    const fs::path file = path.toStdString();
    for (const auto& read : std::vector<std::function<void()>>{
             [&] { InputFile{file}; }, [&] { readTextFile(file); }, [&] { readJsonFile(file); },
             [&] { MappedFile::open(file); }, [&] { loadImage(file); }}) {
      const auto error = errorOf(read);
      QVERIFY2(error.startsWith(path) && error.contains(says), qPrintable(error));
    }
  }

  void refusesPipesInsideFolders() {
    const auto model = root() / "model";
    pipeAt(model / "config.json");
    QVERIFY(errorOf([&] { Checkpoint::open(model); }).contains("config.json is a named pipe"));
    fs::remove(model / "config.json");
    put(model / "config.json", "{}");
    pipeAt(model / "model.safetensors");
    QVERIFY(errorOf([&] { Checkpoint::open(model); }).contains("model.safetensors is a named pipe"));
    fs::remove(model / "model.safetensors");
    fs::create_symlink("/dev/zero", model / "other.bin");
    QVERIFY(errorOf([&] { Checkpoint::open(model); }).contains("other.bin is a device"));
    pipeAt(model / "tokenizer.json");
    QVERIFY(errorOf([&] { openTokenizer(model); }).contains("tokenizer.json is a named pipe"));
  }

  void refusesPipesAsDataAndPictures() {
    const auto pipe = pipeAt(root() / "data.json");
    QVERIFY(errorOf([&] { openDataset(pipe); }).contains("is a named pipe"));
    QCOMPARE(QString::fromStdString(pictureFault(pipe)), "is a named pipe; a picture was expected");
    QCOMPARE(QString::fromStdString(pictureFault("/dev/zero")), "is a device; a picture was expected");
  }

  void namesGitLfsPointers() {
    const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    const auto file = root() / "lfs" / "spiece.model";
    put(file, pointer);
    QVERIFY(errorOf([&] { readTextFile(file); }).contains("is a Git LFS pointer"));
    QVERIFY(errorOf([&] { MappedFile::open(file); }).contains("run git lfs pull"));
    QVERIFY(errorOf([&] { openTokenizer(root() / "lfs"); }).contains("is a Git LFS pointer"));
    put(root() / "lfs" / "config.json", pointer);
    QVERIFY(errorOf([&] { Checkpoint::open(root() / "lfs"); }).contains("config.json is a Git LFS pointer"));
  }
};

QTEST_MAIN(InputFileTest)
#include "input_file_test.moc"
