#include "core/base/model_folder.h"

#include <QtTest/QtTest>
#include <fstream>

#include "tests/support/errors.h"

using namespace espalier;
using espalier::test::errorOf;
namespace fs = std::filesystem;

// A folder of the Hugging Face cache, by each of the folders that a person may name.
class ModelFolderTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path at(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }
  void put(const std::string& name, const std::string& content) const {
    fs::create_directories(at(name).parent_path());
    std::ofstream(at(name)) << content;
  }

 private Q_SLOTS:
  void theCacheOfOneModel() {
    put("one/models--a--b/refs/main", "abc\n");
    put("one/models--a--b/snapshots/abc/config.json", "{}");
    put("one/models--a--b/snapshots/other/config.json", "{}");
    put("one/version.txt", "1");
    const auto meant = at("one/models--a--b/snapshots/abc");
    for (const char* named : {"one", "one/models--a--b", "one/models--a--b/snapshots/abc"})
      QCOMPARE(modelFolderAt(at(named)), meant);
  }

  void nothingIsGuessed() {
    put("two/models--a--b/snapshots/1/config.json", "{}");
    put("two/models--c--d/snapshots/2/config.json", "{}");
    QVERIFY(errorOf([&] { modelFolderAt(at("two")); }).contains("with 2 models; name one, such as"));
    put("unnamed/snapshots/1/config.json", "{}");
    put("unnamed/snapshots/2/config.json", "{}");
    QVERIFY(errorOf([&] { modelFolderAt(at("unnamed")); }).contains("2 snapshots"));
    fs::create_directories(at("empty/snapshots"));
    QVERIFY(errorOf([&] { modelFolderAt(at("empty")); }).contains("no snapshot"));
  }

  void otherFoldersAreWhatTheyAre() {
    put("model/config.json", "{}");
    put("model/models--x--y/snapshots/1/config.json", "{}");
    put("plain/notes.txt", "x");
    for (const char* named : {"model", "plain", "absent"}) QCOMPARE(modelFolderAt(at(named)), at(named));
  }

  void pointersAreNamed() {
    put("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n");
    put("text", "words");
    QVERIFY(errorOf([&] { refusePointer(at("lfs")); }).contains("Git LFS pointer"));
    QCOMPARE(errorOf([&] { refusePointer(at("text")); }), QString());
    QCOMPARE(errorOf([&] { refusePointer(at("absent")); }), QString());
  }
};

QTEST_APPLESS_MAIN(ModelFolderTest)
#include "model_folder_test.moc"
