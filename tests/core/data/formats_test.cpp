// Every kind of data set that is recognised by looking at a folder or file. Pictures are of one pixel here.
#include <QtTest/QtTest>
#include <fstream>

#include "core/base/memory.h"
#include "core/data/dataset.h"
#include "core/data/json_records.h"
#include "core/data/picture_finder.h"
#include "core/image/picture_check.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/tiny_picture.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class FormatsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }
  fs::path put(const std::string& name, const std::string& content = tinyPicture()) const {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << content;
    return root() / name;
  }
  static DataOptions split(const std::string& name) {
    DataOptions o;
    o.split = name;
    return o;
  }
  static DataOptions preferring(DataKind kind) {
    DataOptions o;
    o.preferred = {kind};
    return o;
  }

 private Q_SLOTS:
  // What cannot be read is left out with its fault, and the rest goes on.
  void brokenPicturesAreLeftOut() {
    const auto whole = tinyPicture();
    auto huge = whole;
    huge.replace(16, 8, std::string("\0\1\0\0\0\1\0\0", 8));  // 65536 x 65536
    put("broken/good.png"), put("broken/cut.png", whole.substr(0, whole.size() - 20)),
        put("broken/none.jpg", "hello there");
    put("broken/empty.png", ""), put("broken/huge.png", huge),
        put("broken/after.png", whole + "trailing bytes");
    put("broken/metadata.jsonl", R"({"file_name":"cut.png","text":"a"})"
                                 "\n"
                                 R"({"file_name":"good.png","text":"b"})"
                                 "\n"
                                 R"({"file_name":"none.jpg","text":"c"})"
                                 "\n"
                                 R"({"file_name":"empty.png","text":"d"})"
                                 "\n"
                                 R"({"file_name":"huge.png","text":"e"})"
                                 "\n"
                                 R"({"file_name":"after.png","text":"f"})"
                                 "\n"
                                 R"({"text":"g"})"
                                 "\n");
    const auto d = openDataset(root() / "broken");
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].answer, std::string("b"));
    QCOMPARE(d.samples[1].answer, std::string("f"));
    std::map<std::string, std::string> faults;
    for (const auto& p : d.problems) faults[p.place] = p.what;
    QCOMPARE(faults.size(), size_t(5));
    QCOMPARE(faults.at("cut.png"), std::string("is cut short"));
    QCOMPARE(faults.at("none.jpg"), std::string("is no JPEG, PNG, WebP, BMP or TIFF picture"));
    QCOMPARE(faults.at("empty.png"), std::string("is empty"));
    QVERIFY(faults.at("huge.png").starts_with("has 65536 x 65536 pixels"));
    QCOMPARE(faults.at("metadata.jsonl, line 7"), std::string("names no picture"));
  }

  // The others are read; a picture that fits into no ceiling is told, not begun.
  void aPictureBeyondTheCeilingIsLeftOut() {
    put("ceiling/a.png");
    std::ifstream in(root() / "ceiling/a.png", std::ios::binary);
    std::string large{std::istreambuf_iterator<char>(in), {}};
    large.replace(16, 8, std::string("\0\0\x2e\xe0\0\0\x2e\xe0", 8));
    put("ceiling/large.png", large);
    put("ceiling/metadata.csv", "file_name,text\na.png,fine\nlarge.png,too large\n");
    setMemoryLimit(int64_t(512) << 20);
    const auto d = openDataset(root() / "ceiling");
    setMemoryLimit(0);
    QCOMPARE(d.samples.size(), size_t(1));
    QCOMPARE(d.problems.size(), size_t(1));
    QCOMPARE(d.problems[0].place, std::string("large.png"));
    QVERIFY(d.problems[0].what.starts_with("has 12000 x 12000 pixels; the ceiling on memory"));
  }

  // What begins as a format and goes on otherwise.
  void aListThatIsNoneIsTold() {
    for (const char* text :
         {R"({"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"image_id": 1, "caption": "c"}],
              "annotations": {"image_id": 1}})",
          R"({"": [{"image": "1.jpg", "caption": "c"}]})",
          R"({"a": [{"image": "1.jpg", "caption": "c"}], "a": {"image": "1.jpg"}})",
          R"({"questions": [{"image_id": 1, "question_id": 1, "question": "q"}], "questions": 4})"}) {
      const auto error = errorOf([&] { openDataset(put("odd/captions_val2014.json", text)); });
      QVERIFY2(error.contains("captions_val2014.json"), qPrintable(error));
      QVERIFY2(!error.contains("json.exception"), qPrintable(error));
    }
  }

  // Whole and cut JPEGs and PNGs of every kind the decoder is tested with.
  void wholePicturesHaveNoFault() {
    int jpegs = 0;
    for (const auto& file : entriesOf(dataFile("images"))) {
      if (!isPictureFile(file)) continue;
      QVERIFY2(pictureFault(file).empty(), file.c_str());
      std::ifstream in(file, std::ios::binary);
      const std::string all{std::istreambuf_iterator<char>(in), {}};
      const bool jpeg = all.starts_with("\xff\xd8");
      if (!jpeg && !all.starts_with("\x89PNG")) continue;
      jpegs += jpeg;
      for (const double share : {0.3, 0.6, 0.95}) {
        const auto fault = pictureFault(
            put("cut/" + file.filename().string(), all.substr(0, size_t(double(all.size()) * share))));
        QVERIFY2(!fault.empty(), file.c_str());
      }
    }
    QVERIFY(jpegs > 2);
  }

  void anUnclosedQuoteIsNamed() {
    put("quote/t.csv", "file_name,text\na.png,fine\na.png,\"never ends\n"), put("quote/a.png");
    const auto d = openDataset(root() / "quote/t.csv");
    QCOMPARE(d.samples.size(), size_t(1));
    QCOMPARE(d.problems.size(), size_t(1));
    QCOMPARE(d.problems[0].place, std::string("t.csv, line 3"));
    QVERIFY(d.problems[0].what.find("quote") != std::string::npos);
  }

  void aFileThatIsNoJsonIsSaidToBeNone() {
    const auto error = errorOf([&] { openDataset(put("half.json", "{\"images\": [\n")); });
    QVERIFY2(error.contains("half.json is not valid JSON"), qPrintable(error));
  }

  void tables() {
    put("table/images/a.jpg"), put("table/b.png");
    put("table/metadata.csv",
        "file_name,Text,extra\na.jpg,\"two lines,\nand "
        "\"\"quotes\"\"\",1\nb.png,plain,2\ngone.jpg,none,3\n,,\n");
    const auto d = openDataset(root() / "table");
    QCOMPARE(d.kind, DataKind::Captions);
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].answer, std::string("two lines,\nand \"quotes\""));
    QCOMPARE(d.samples[0].image, root() / "table/images/a.jpg");
    QCOMPARE(d.samples[1].kind, std::string("caption"));
    QCOMPARE(d.problems.size(), size_t(2));
    QCOMPARE(d.problems[0].place, std::string("metadata.csv, line 5"));
    QVERIFY(d.problems[0].what.find("gone.jpg") != std::string::npos);
    // Flickr30k's own table.
    put("flickr/flickr30k_images/1.jpg");
    put("flickr/results.csv",
        "image_name| comment_number| comment\n1.jpg| 0| Two \"young\" men .\n1.jpg| 1| A yard .\n");
    const auto f = openDataset(root() / "flickr");
    QCOMPARE(f.samples.size(), size_t(2));
    QCOMPARE(f.samples[0].answer, std::string("Two \"young\" men ."));
  }

  void entriesOfOneKind() {
    put("lavis/val2014/1.jpg"), put("lavis/val2014/2.jpg");
    put("lavis/vqa_val.json",
        "[{\"image\":\"val2014/"
        "1.jpg\",\"question\":\"what?\",\"answer\":[\"cat\",\"dog\",\"dog\"],\"weight\":[1,2]},\n"
        "{\"image\":\"val2014/9.jpg\",\"question\":\"q\",\"answer\":\"a\"},\n7]");
    const auto d = openDataset(root() / "lavis");
    QCOMPARE(d.kind, DataKind::Questions);
    QCOMPARE(d.samples.size(), size_t(1));
    QCOMPARE(d.samples[0].answer, std::string("dog"));
    QCOMPARE(d.samples[0].answers, (std::vector<std::string>{"cat", "dog", "dog"}));
    QCOMPARE(d.problems.size(), size_t(2));
    QCOMPARE(d.problems[0].place, std::string("vqa_val.json, line 2, entry [1]"));
    QCOMPARE(d.problems[1].place, std::string("vqa_val.json, line 3, entry [2]"));
    // A picture with a list of captions is a pair with each.
    put("karp/1.jpg");
    put("karp/test.json", R"([{"image":"1.jpg","caption":["one","two"]}])");
    const auto k = openDataset(root() / "karp");
    QCOMPARE(k.kind, DataKind::Captions);
    QCOMPARE(k.samples.size(), size_t(2));
    // Labels make classes.
    put("labels/1.jpg"), put("labels/2.jpg");
    put("labels/metadata.jsonl",
        "{\"file_name\":\"1.jpg\",\"label\":\"dog\"}\n{\"file_name\":\"2.jpg\",\"label\":\"cat\"}\n");
    const auto l = openDataset(root() / "labels");
    QCOMPARE(l.kind, DataKind::Classes);
    QCOMPARE(l.classNames, (std::vector<std::string>{"cat", "dog"}));
    QCOMPARE(l.samples[0].classIndex, int64_t(1));
  }

  void cocoCaptions() {
    put("coco/images/000000000042.jpg"), put("coco/images/000000000007.jpg");
    const std::string content =
        "{\"info\": {\"x\": [1, {\"caption\": 2}]}, \"images\": [{\"id\": 42, \"file_name\": "
        "\"000000000042.jpg\"},\n"
        "{\"id\": 8, \"file_name\": \"000000000008.jpg\"}, {\"id\": 7}],\n\"annotations\": [\n"
        "{\"image_id\": 42, \"id\": 1, \"caption\": \"first\"},\n{\"image_id\": 42, \"id\": 2, \"caption\": "
        "\"second\"},\n"
        "{\"image_id\": 8, \"id\": 3, \"caption\": \"lost\"},\n{\"image_id\": 99, \"id\": 4, \"caption\": "
        "\"lost\"},\n"
        "{\"image_id\": 42}]}";
    put("coco/annotations/captions_val2017.json", content);
    const auto d = openDataset(root() / "coco");
    QCOMPARE(d.kind, DataKind::Captions);
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[1].answer, std::string("second"));
    QCOMPARE(d.samples[1].image, root() / "coco/images/000000000042.jpg");
    QCOMPARE(d.problems.size(), size_t(4));
    QCOMPARE(d.problems[0].place, std::string("captions_val2017.json, line 2, images[2]"));
    QCOMPARE(d.problems[1].place, std::string("captions_val2017.json, line 6, annotations[2]"));
    QVERIFY(d.problems[1].what.find("000000000008.jpg") != std::string::npos);
    // The file alone finds the pictures too; and they may be named.
    QCOMPARE(openDataset(root() / "coco/annotations/captions_val2017.json").samples.size(), size_t(2));
    DataOptions elsewhere;
    elsewhere.pictures = root() / "coco/images";
    QCOMPARE(openDataset(put("alone/c.json", content), elsewhere).samples.size(), size_t(2));
    elsewhere.pictures = root() / "nowhere";
    QVERIFY(errorOf([&] { openDataset(root() / "coco", elsewhere); }).contains("nowhere"));
    // Of two splits.
    put("coco/annotations/captions_train2017.json", content);
    const auto both = openDataset(root() / "coco");
    QVERIFY(both.notes.at(0).find("captions_val2017.json") != std::string::npos);
    QVERIFY(openDataset(root() / "coco", split("train")).notes.at(0).find("train2017") != std::string::npos);
    QVERIFY(errorOf([&] { openDataset(root() / "coco", split("moon")); }).contains("no split \"moon\""));
  }

  void karpathySplits() {
    put("karpathy/val2014/a.jpg"), put("karpathy/b.jpg");
    put("karpathy/dataset_coco.json",
        R"({"images": [{"filepath": "val2014", "filename": "a.jpg", "split": "test", "sentids": [1, 2],
          "sentences": [{"tokens": ["x"], "raw": "A x."}, {"raw": "Another."}]},
         {"filename": "b.jpg", "split": "restval", "sentences": [{"raw": "B."}]},
         {"filename": "c.jpg", "split": "test", "sentences": [{"raw": "C."}]}], "dataset": "coco"})");
    const auto d = openDataset(root() / "karpathy");
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].image, root() / "karpathy/val2014/a.jpg");
    QVERIFY(d.notes.at(0).find("\"test\"") != std::string::npos);
    QCOMPARE(d.problems.size(), size_t(1));
    QCOMPARE(d.problems[0].place, std::string("dataset_coco.json, line 4, images[2]"));
    QCOMPARE(openDataset(root() / "karpathy", split("train")).samples.at(0).answer, std::string("B."));
    QVERIFY(
        errorOf([&] { openDataset(root() / "karpathy", split("val")); }).contains("it has restval, test"));
  }

  void vqaQuestionsAndAnnotations() {
    put("vqa/val2014/COCO_val2014_000000000042.jpg");
    put("vqa/v2_OpenEnded_mscoco_val2014_questions.json",
        "{\"data_type\": \"mscoco\", \"questions\": [\n{\"image_id\": 42, \"question\": \"Is it?\", "
        "\"question_id\": 42000},\n"
        "{\"image_id\": 42, \"question\": \"What?\", \"question_id\": 42001},\n"
        "{\"image_id\": 43, \"question\": \"Gone?\", \"question_id\": 43000},\n"
        "{\"image_id\": 42, \"question\": \"Unanswered?\", \"question_id\": 42002}]}");
    put("vqa/v2_mscoco_val2014_annotations.json",
        R"({"annotations": [{"question_id": 42000, "image_id": 42, "answer_type": "yes/no", "question_type": "is it",
          "multiple_choice_answer": "yes", "answers": [{"answer": "yes", "answer_id": 1}, {"answer": "no", "answer_id": 2}]},
          {"question_id": 42001, "answers": [{"answer": "b"}, {"answer": "a"}, {"answer": "a"}]},
          {"question_id": 43000, "answers": [{"answer": "b"}]}]})");
    const auto d = openDataset(root() / "vqa");
    QCOMPARE(d.kind, DataKind::Questions);
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].answers, (std::vector<std::string>{"yes", "no"}));
    QCOMPARE(d.samples[0].kind, std::string("yes/no"));
    QCOMPARE(d.samples[1].answer, std::string("a"));
    QCOMPARE(d.problems.size(), size_t(2));
    QCOMPARE(d.problems[0].place,
             std::string("v2_OpenEnded_mscoco_val2014_questions.json, line 4, questions[2]"));
    QVERIFY(d.problems[1].what.find("no annotation") != std::string::npos);
    // Either file names the set; a questions file of another split has no annotations.
    QCOMPARE(openDataset(root() / "vqa/v2_mscoco_val2014_annotations.json").samples.size(), size_t(2));
    fs::copy_file(root() / "vqa/v2_OpenEnded_mscoco_val2014_questions.json",
                  root() / "vqa/v2_OpenEnded_mscoco_test2015_questions.json");
    QCOMPARE(openDataset(root() / "vqa").samples.size(), size_t(2));
    QVERIFY(QString::fromStdString(d.format).startsWith("VQA"));
    put("okvqa/1.jpg");
    put("okvqa/OpenEnded_mscoco_val2014_questions.json",
        R"({"questions": [{"image_id": 1, "question": "q", "question_id": 5}]})");
    put("okvqa/mscoco_val2014_annotations.json",
        R"({"annotations": [{"question_id": 5, "question_type": "one", "answers": [{"answer": "surf", "raw_answer": "surfing"}]}]})");
    QVERIFY(QString::fromStdString(openDataset(root() / "okvqa").format).startsWith("OK-VQA"));
  }

  void gqa() {
    put("gqa/images/2354786.jpg");
    put("gqa/testdev_balanced_questions.json",
        "{\"201307251\": {\"semantic\": [{\"operation\": \"select\"}], \"imageId\": \"2354786\", "
        "\"question\": \"Is it overcast?\", "
        "\"answer\": \"no\", \"types\": {\"structural\": \"verify\"}},\n\"2\": {\"imageId\": \"9\", "
        "\"question\": \"q\", \"answer\": \"a\"}}");
    const auto d = openDataset(root() / "gqa");
    QCOMPARE(d.kind, DataKind::Questions);
    QCOMPARE(d.samples.size(), size_t(1));
    QCOMPARE(d.samples[0].kind, std::string("verify"));
    QCOMPARE(d.problems.at(0).place, std::string("testdev_balanced_questions.json, line 2, question 2"));
  }

  void severalKindsInOneFolder() {
    put("both/1.jpg");
    put("both/captions.json",
        R"({"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"image_id": 1, "caption": "c"}]})");
    put("both/vqa_questions.json", R"({"questions": [{"image_id": 1, "question": "q", "question_id": 5}]})");
    put("both/vqa_annotations.json",
        R"({"annotations": [{"question_id": 5, "answers": [{"answer": "a"}]}]})");
    QCOMPARE(formatsAt(root() / "both"), (std::vector<std::string>{"vqa", "coco-captions", "pictures"}));
    QCOMPARE(openDataset(root() / "both").kind, DataKind::Questions);
    QCOMPARE(openDataset(root() / "both", preferring(DataKind::Captions)).samples.at(0).answer,
             std::string("c"));
    QCOMPARE(openDataset(root() / "both", preferring(DataKind::Pictures)).samples.size(), size_t(1));
    QCOMPARE(openDataset(root() / "both", preferring(DataKind::Text)).kind, DataKind::Questions);
    DataOptions o;
    o.format = "coco-captions";
    QCOMPARE(openDataset(root() / "both", o).kind, DataKind::Captions);
    o.format = "gqa";
    QVERIFY(errorOf([&] { openDataset(root() / "both", o); }).contains("recognised as vqa"));
    o.format = "tea-leaves";
    QVERIFY(errorOf([&] { openDataset(root() / "both", o); }).contains("no data format \"tea-leaves\""));
  }

  void captionsInTextFiles() {
    put("txt/a.jpg"), put("txt/a.txt", "A dog.\n\n  A brown dog. \r\n"), put("txt/b.png"), put("txt/c.jpg"),
        put("txt/c.txt", "\n");
    const auto d = openDataset(root() / "txt");
    QCOMPARE(d.kind, DataKind::Captions);
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[1].answer, std::string("A brown dog."));
    QCOMPARE(d.problems.size(), size_t(2));
    QCOMPARE(d.problems[0].place, std::string("b.png"));
  }

  void classFolders() {
    for (const char* f : {"in/val/n02/1.JPEG", "in/val/n02/2.JPEG", "in/val/n01/1.JPEG", "in/train/n01/1.jpg",
                          "in/train/n02/1.jpg"})
      put(f);
    auto d = openDataset(root() / "in");
    QCOMPARE(d.kind, DataKind::Classes);
    QCOMPARE(d.samples.size(), size_t(3));
    QCOMPARE(d.classNames, (std::vector<std::string>{"n01", "n02"}));
    QCOMPARE(d.samples[2].classIndex, int64_t(1));
    QCOMPARE(d.samples[2].classCount, int64_t(2));
    QCOMPARE(openDataset(root() / "in", split("train")).samples.size(), size_t(2));
    put("in/LOC_synset_mapping.txt", "n01 tench, Tinca tinca\nn02 goldfish\n");
    d = openDataset(root() / "in");
    QCOMPARE(d.samples[0].answer, std::string("tench, Tinca tinca"));
    put("food/apple_pie/1.jpg"), put("food/baklava/1.jpg");
    QCOMPARE(openDataset(root() / "food").classNames, (std::vector<std::string>{"apple pie", "baklava"}));
    put("food/classes.txt", "Pie of apples\nSweet\n");
    QCOMPARE(openDataset(root() / "food").classNames[0], std::string("Pie of apples"));
    fs::remove(root() / "food/classes.txt");
    put("food/classnames.json", R"({"0": ["apple_pie", "tart"], "1": ["baklava", "baklava"]})");
    QCOMPARE(openDataset(root() / "food").classNames[0], std::string("tart"));
  }

  void picturesAlone() {
    put("pics/b.webp"), put("pics/a.JPG"), put("pics/notes.txt", "nothing");
    const auto d = openDataset(root() / "pics");
    QCOMPARE(d.kind, DataKind::Pictures);
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].image.filename(), fs::path("a.JPG"));
  }

  void text() {
    const auto d = openDataset(put("text/one.txt", "First document\nof two lines.\n\n\nSecond.\r\n"));
    QCOMPARE(d.kind, DataKind::Text);
    QCOMPARE(d.samples.size(), size_t(2));
    QCOMPARE(d.samples[0].answer, std::string("First document\nof two lines."));
    QCOMPARE(d.samples[1].answer, std::string("Second."));
    put("text/two.txt", "Another.\n\nStill the same.");
    QCOMPARE(openDataset(root() / "text").samples.size(), size_t(2));
    // Long documents are cut between words, and nothing is lost.
    std::string words;
    for (int i = 0; i < 5000; ++i) words += (i ? " w" : "w") + std::to_string(i);
    const auto cut = openDataset(put("long.txt", words));
    std::string joined;
    for (const auto& s : cut.samples) joined += (joined.empty() ? "" : " ") + s.answer;
    QVERIFY(cut.samples.size() > 3);
    QCOMPARE(joined, words);
    // Without a blank, not within a character.
    std::string umlauts;
    for (int i = 0; i < 6000; ++i) umlauts += "\xc3\xa4";
    for (const auto& s : openDataset(put("umlauts.txt", umlauts)).samples) QVERIFY(s.answer.size() % 2 == 0);
    const auto lines = openDataset(
        put("lines.jsonl", "{\"text\": \"one\"}\n{\"text\": \"\"}\n{\"text\": \"two\", \"id\": 3}\n"));
    QCOMPARE(lines.kind, DataKind::Text);
    QCOMPARE(lines.samples.size(), size_t(2));
    QCOMPARE(lines.problems.at(0).place, std::string("lines.jsonl, line 2"));
  }

  void splitFolders() {
    put("hf/train/metadata.jsonl", "{\"file_name\":\"1.jpg\",\"text\":\"train\"}\n"), put("hf/train/1.jpg");
    put("hf/test/metadata.jsonl", "{\"file_name\":\"1.jpg\",\"text\":\"test\"}\n"), put("hf/test/1.jpg");
    QCOMPARE(openDataset(root() / "hf").samples.at(0).answer, std::string("test"));
    QCOMPARE(openDataset(root() / "hf", split("train")).samples.at(0).answer, std::string("train"));
  }

  // What can be chosen is told with what was taken, and choosing it gives it.
  void whatElseThereIs() {
    using Names = std::vector<std::string>;
    auto d = openDataset(root() / "hf");
    QCOMPARE(d.choices.splits, (Names{"test", "train"}));
    QCOMPARE(d.choices.split, std::string("test"));
    // The folder that was taken is all that has to be kept to open it again.
    QCOMPARE(openDataset(d.path, d.options).samples.at(0).answer, std::string("test"));

    put("lines/vqa_train.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n"),
        put("lines/vqa_dev.jsonl", "{\"text\": \"c\"}\n");
    d = openDataset(root() / "lines");
    QCOMPARE(d.choices.splits, (Names{"vqa_dev.jsonl", "vqa_train.jsonl"}));
    QCOMPARE(d.choices.split, std::string("vqa_dev.jsonl"));
    for (const auto& name : {"train", "vqa_train.jsonl"}) {
      d = openDataset(root() / "lines", split(name));
      QCOMPARE(d.samples.size(), size_t(2));
      QCOMPARE(openDataset(d.path, d.options).samples.size(), size_t(2));
    }
    QVERIFY(errorOf([&] {
              openDataset(root() / "lines", split("test"));
            }).contains("it has vqa_dev.jsonl, vqa_train.jsonl"));
    // Two tables of which nothing says which is which are none.
    put("tables/a.csv", "text\nx\n"), put("tables/b.csv", "text\ny\n");
    QVERIFY(errorOf([&] { openDataset(root() / "tables"); }).contains("holds no data"));
    // A name that is just the split's comes before one that only holds it.
    put("near/fine_test.jsonl", "{\"text\": \"a\"}\n"), put("near/test.jsonl", "{\"text\": \"b\"}\n");
    QCOMPARE(openDataset(root() / "near", split("test.jsonl")).samples.at(0).answer, std::string("b"));

    d = openDataset(root() / "karpathy");
    QCOMPARE(d.choices.splits, (Names{"restval", "test"}));
    QCOMPARE(d.choices.split, std::string("test"));
    d = openDataset(root() / "in");
    QCOMPARE(d.choices.splits, (Names{"train", "val"}));
    QCOMPARE(d.choices.split, std::string("val"));
    QVERIFY(errorOf([&] {
              openDataset(root() / "in", split("moon"));
            }).contains("no split \"moon\"; it has train, val"));

    // Two formats in one folder: the one taken is kept even where another would come first.
    put("two/1.jpg"), put("two/1.txt", "a caption\n");
    put("two/metadata.csv", "file_name,label\n1.jpg,cat\n");
    d = openDataset(root() / "two");
    QVERIFY2(d.choices.formats == (Names{"metadata", "text-captions", "pictures"}),
             nlohmann::json(d.choices.formats).dump().c_str());
    QCOMPARE(d.choices.format, std::string("metadata"));
    DataOptions options;
    options.preferred = {DataKind::Captions};
    d = openDataset(root() / "two", options);
    QCOMPARE(d.choices.format, std::string("text-captions"));
    d.options.preferred.clear();
    QCOMPARE(openDataset(d.path, d.options).choices.format, std::string("text-captions"));
    QVERIFY(openDataset(root() / "food").choices.splits.empty());
  }

  void whatIsNoData() {
    fs::create_directories(root() / "none/sub");
    QVERIFY(errorOf([&] { openDataset(root() / "none"); }).contains("holds no data of a known format"));
    QVERIFY(errorOf([&] { openDataset(put("broken.json", "{\"images\": [")); }).contains("broken.json"));
    QVERIFY(errorOf([&] { openDataset(put("binary.bin", std::string(100, '\0'))); }).contains("binary.bin"));
    QVERIFY(errorOf([&] {
              openDataset(put("config.json", "{\"model_type\": \"t5\"}"));
            }).contains("config.json"));
    // All pictures gone: the first reason is told.
    const auto gone = put(
        "gone/c.json",
        R"({"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [{"image_id": 1, "caption": "c"}]})");
    const auto error = errorOf([&] { openDataset(gone); });
    QVERIFY2(error.contains("annotations[0]") && error.contains("1.jpg") && error.endsWith('.'),
             qPrintable(error));
    QVERIFY(dataFormats().size() >= 10);
  }

  void recordsKeepTheirLines() {
    const auto r = readJsonRecords(
        put("r.json",
            "{\"a\": [\n{\"k\": 1, \"drop\": {\"k\": [2]}},\n\"text\",\n{\"k\": 3}], \"drop\": [{}]}"),
        {"a", "k"});
    QCOMPARE(r.json, (nlohmann::json{{"a", {{{"k", 1}}, "text", {{"k", 3}}}}}));
    QCOMPARE(r.lines.at("a"), (std::vector<int64_t>{2, 3, 4}));
    QVERIFY(errorOf([&] { readJsonRecords(put("bad.json", "{\n\"a\": [\n}"), {"a"}); }).contains("line 3"));
  }
};

QTEST_APPLESS_MAIN(FormatsTest)
#include "formats_test.moc"
