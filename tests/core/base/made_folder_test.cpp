#include "core/base/made_folder.h"

#include <QtTest/QtTest>
#include <fstream>

#include "tests/support/errors.h"

using namespace espalier;
namespace fs = std::filesystem;

class MadeFolderTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path at(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

 private Q_SLOTS:
  void emptyOnesGo() {
    {
      const MadeFolder made(at("a/b/c"));
      QVERIFY(fs::is_directory(at("a/b/c")));
    }
    QVERIFY(!fs::exists(at("a")));
  }

  void whatHoldsSomethingStays() {
    {
      const MadeFolder made(at("d/e/f"));
      std::ofstream(at("d/e/kept")) << "x";
    }
    QVERIFY(!fs::exists(at("d/e/f")));
    QVERIFY(fs::exists(at("d/e/kept")));
  }

  // What was there before is nobody's to remove.
  void foldersOfOthersStay() {
    fs::create_directory(at("g"));
    { const MadeFolder made(at("g/h/")); }
    QVERIFY(fs::exists(at("g")) && !fs::exists(at("g/h")));
    { const MadeFolder made(at("g")); }
    QVERIFY(fs::exists(at("g")));
  }

  void whereNoneCanBeMade() {
    std::ofstream(at("file")) << "x";
    const auto sentence = test::errorOf([&] { MadeFolder made(at("file/folder")); });
    QVERIFY2(sentence.contains("file/folder cannot be made"), qPrintable(sentence));
  }
};

QTEST_APPLESS_MAIN(MadeFolderTest)
#include "made_folder_test.moc"
