// Which picture a name means: the one whose path agrees with it, and none where several could be meant.
#include "core/data/picture_finder.h"

#include <QtTest/QtTest>
#include <fstream>

using namespace espalier;
namespace fs = std::filesystem;

class PictureFinderTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }
  void put(const std::string& name) const {
    fs::create_directories(root(name).parent_path());
    std::ofstream(root(name)) << "picture";
  }
  // Where a name leads below a folder, or "none: " and why.
  std::string found(const std::string& folder, const std::string& name) const {
    const auto picture = PictureFinder(root(folder), {}).byName(name);
    return picture ? picture.file.lexically_relative(root(folder)).string() : "none: " + picture.problem;
  }
  std::string numbered(const std::string& folder, int64_t number, const std::string& part = {}) const {
    const auto picture = PictureFinder(root(folder), {}).byNumber(number, part);
    return picture ? picture.file.lexically_relative(root(folder)).string() : "none: " + picture.problem;
  }

 private Q_SLOTS:
  void theLongestPathThatAgrees() {
    for (const char* f :
         {"sqa/images/train/1/image.png", "sqa/images/train/2/image.png", "sqa/images/val/1/image.png"})
      put(f);
    QCOMPARE(found("sqa", "2/image.png"), std::string("images/train/2/image.png"));
    QCOMPARE(found("sqa", "val/1/image.png"), std::string("images/val/1/image.png"));
    QVERIFY(found("sqa", "1/image.png").starts_with("none: which could be any of 2 pictures"));
    QVERIFY(found("sqa", "4/image.png").starts_with("none: which does not exist"));
    QVERIFY(found("sqa", "image.png").starts_with("none: which could be any of 3 pictures"));
  }

  // A folder that says another thing is another place; one that says nothing is not.
  void foldersContradict() {
    put("split/train/0001.jpg"), put("split/images/0002.jpg"), put("split/pictures/a/0003.jpg");
    QVERIFY(found("split", "val/0001.jpg").starts_with("none: which does not exist (train/0001.jpg"));
    QCOMPARE(found("split", "train/0001.jpg"), std::string("train/0001.jpg"));
    QCOMPARE(found("split", "0001.jpg"), std::string("train/0001.jpg"));
    QCOMPARE(found("split", "images/0001.jpg"), std::string("train/0001.jpg"));
    QCOMPARE(found("split", "val/0002.jpg"), std::string("images/0002.jpg"));
    QVERIFY(found("split", "b/0003.jpg").starts_with("none: "));
    // Of one name in two places the one in the same folder.
    put("two/a/x.jpg"), put("two/b/x.jpg");
    QCOMPARE(found("two", "b/x.jpg"), std::string("b/x.jpg"));
    QVERIFY(found("two", "c/x.jpg").starts_with("none: "));
    QVERIFY(found("two", "x.jpg").starts_with("none: which could be any of 2 pictures (a/x.jpg, b/x.jpg)"));
    // TextCaps says "train/..." of what lies in train_images, LAVIS "flickr30k-images" of flickr30k_images.
    put("caps/train_images/1.jpg"), put("caps/flickr30k_images/2.jpg");
    QCOMPARE(found("caps", "train/1.jpg"), std::string("train_images/1.jpg"));
    QCOMPARE(found("caps", "flickr30k-images/2.jpg"), std::string("flickr30k_images/2.jpg"));
    QVERIFY(found("caps", "test/1.jpg").starts_with("none: "));
    // Where a person names the folder, what it lies in does not count.
    QVERIFY(PictureFinder(root("caps"), root("caps/train_images")).byName("elsewhere/1.jpg"));
  }

  void namesAsWindowsWritesThem() {
    put("win/images/x.jpg"), put("win/a/y.jpg"), put("win/val/z.jpg");
    QCOMPARE(found("win", "images\\x.jpg"), std::string("images/x.jpg"));
    QCOMPARE(found("win", "C:\\Users\\me\\images\\x.jpg"), std::string("images/x.jpg"));
    QCOMPARE(found("win", ".\\a\\y.jpg"), std::string("a/y.jpg"));
    QCOMPARE(found("win", "a\\..\\a\\y.jpg"), std::string("a/y.jpg"));
    QCOMPARE(found("win", "/home/me/set/val/z.jpg"), std::string("val/z.jpg"));
    QVERIFY(found("win", "D:\\set\\train\\z.jpg").starts_with("none: "));
  }

  void namesThatDifferInCase() {
    put("case/Images/Photo_1.JPG"), put("case/other/b.png"), put("case/Other2/B.png");
    QCOMPARE(found("case", "photo_1.jpg"), std::string("Images/Photo_1.JPG"));
    QCOMPARE(found("case", "images/PHOTO_1.jpg"), std::string("Images/Photo_1.JPG"));
    QCOMPARE(found("case", "deeper/b.png").substr(0, 5), std::string("none:"));
    QCOMPARE(found("case", "B.png"), std::string("Other2/B.png"));
    put("umlaut/pics/\xc3\x84rger.jpg");
    QCOMPARE(found("umlaut", "\xc3\xa4rger.jpg"), std::string("pics/\xc3\x84rger.jpg"));
    QCOMPARE(found("umlaut", "a\xcc\x88rger.jpg"), std::string("pics/\xc3\x84rger.jpg"));
  }

  void masksAreNoPictures() {
    for (const char* f :
         {"coco/annotations/panoptic_val2014/000000000285.png", "coco/val2014/COCO_val2014_000000000285.jpg",
          "coco/SegmentationClass/2007_000032.png", "coco/photos/2007_000032.jpg", "coco/photos/7_mask.png",
          "coco/photos/7.png", "coco/annotations/extra/9.png", "coco/masks/11.png"})
      put(f);
    QCOMPARE(numbered("coco", 285), std::string("val2014/COCO_val2014_000000000285.jpg"));
    QCOMPARE(numbered("coco", 32), std::string("photos/2007_000032.jpg"));
    QCOMPARE(numbered("coco", 7), std::string("photos/7.png"));
    QCOMPARE(numbered("coco", 11), std::string("none: which does not exist"));
    QCOMPARE(found("coco", "000000000285.png"), std::string("none: which does not exist"));
    // One that is named where it lies is meant.
    QCOMPARE(found("coco", "masks/11.png"), std::string("masks/11.png"));
    const auto beside = PictureFinder(root("coco/annotations"), {}).byNumber(285);
    QCOMPARE(beside.file.filename(), fs::path("COCO_val2014_000000000285.jpg"));
  }

  void numbersThatSeveralHave() {
    put("vqa/val2014/COCO_val2014_000000000042.jpg"), put("vqa/train2014/COCO_train2014_000000000042.jpg");
    QVERIFY(numbered("vqa", 42).starts_with("none: which could be any of 2 pictures"));
    QCOMPARE(numbered("vqa", 42, "val2014"), std::string("val2014/COCO_val2014_000000000042.jpg"));
  }

  void stems() {
    put("stem/train_images/00ab.jpg");
    QVERIFY(PictureFinder(root("stem"), {}).byStem("00ab"));
    QVERIFY(PictureFinder(root("stem"), {}).byStem("train_images/00ab"));
    QVERIFY(PictureFinder(root("stem"), {}).byStem("00ab.jpg"));
    QVERIFY(!PictureFinder(root("stem"), {}).byStem("test_images/00ab"));
  }

  void addresses() {
    QVERIFY(found("two", "https://farm1.example/x.jpg").starts_with("none: which is an address"));
    QVERIFY(found("two", "").starts_with("none: "));
    QVERIFY(found("two", "..").starts_with("none: "));
  }
};

QTEST_APPLESS_MAIN(PictureFinderTest)
#include "picture_finder_test.moc"
