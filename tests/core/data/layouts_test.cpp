// Entries as published data sets and other people's tables have them.
#include <QtTest/QtTest>
#include <fstream>

#include "core/data/data_columns.h"
#include "core/data/data_options.h"
#include "core/data/dataset.h"
#include "core/data/python_literal.h"
#include "tests/support/errors.h"
#include "tests/support/tiny_picture.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

class LayoutsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path root() const { return m_dir.path().toStdString(); }
  fs::path put(const std::string& name, const std::string& content = tinyPicture()) const {
    fs::create_directories((root() / name).parent_path());
    std::ofstream(root() / name, std::ios::binary) << content;
    return root() / name;
  }
  static DataOptions columns(const std::string& written) {
    DataOptions o;
    o.columns = dataColumnsFrom(written);
    return o;
  }
  static DataOptions split(const std::string& name) {
    DataOptions o;
    o.split = name;
    return o;
  }
  static Texts answersOf(const Dataset& d) {
    Texts out;
    for (const auto& s : d.samples) out.push_back(s.answer);
    return out;
  }

 private Q_SLOTS:
  void textVqa() {
    put("textvqa/train_images/0054c91397f2fe05.jpg");
    put("textvqa/TextVQA_0.5.1_train.json",
        R"({"dataset_type": "train", "data": [
{"question": "what brand?", "image_id": "0054c91397f2fe05", "answers": ["nokia", "nokia", "dakota"], "question_id": 0},
{"question": "gone?", "image_id": "ffff", "answers": ["a"], "question_id": 1}]})");
    const auto d = openDataset(root() / "textvqa");
    QCOMPARE(d.kind, DataKind::Questions);
    QCOMPARE(d.samples.size(), size_t(1));
    QCOMPARE(d.samples[0].answers, (Texts{"nokia", "nokia", "dakota"}));
    QCOMPARE(d.problems.at(0).place, std::string("TextVQA_0.5.1_train.json, line 3, data[1]"));
  }

  void textCaps() {
    put("textcaps/train_images/004e21eb2e686f40.jpg");
    put("textcaps/TextCaps_0.1_train.json",
        R"({"dataset_type": "train", "data": [{"caption_str": "A red sign.", "caption_tokens": ["a"],
 "image_id": "004e21eb2e686f40", "image_path": "train/004e21eb2e686f40.jpg", "image_name": "004e21eb2e686f40",
 "reference_strs": ["A red sign.", "A sign."]}]})");
    const auto d = openDataset(root() / "textcaps");
    QCOMPARE(d.kind, DataKind::Captions);
    QCOMPARE(answersOf(d), Texts{"A red sign."});
  }

  // An empty answer is one person's.
  void vizWiz() {
    put("vizwiz/val/VizWiz_val_00000000.jpg");
    put("vizwiz/val.json",
        R"([{"image": "VizWiz_val_00000000.jpg", "question": "What?", "answer_type": "other", "answerable": 1,
 "answers": [{"answer": "soup", "answer_confidence": "yes"}, {"answer": "", "answer_confidence": "no"}]}])");
    const auto d = openDataset(root() / "vizwiz");
    QCOMPARE(d.samples.at(0).answers, (Texts{"soup", ""}));
    QCOMPARE(d.samples.at(0).answer, std::string("soup"));
    QCOMPARE(d.samples.at(0).kind, std::string("other"));
  }

  void scienceQa() {
    for (const char* f :
         {"sqa/images/train/1/image.png", "sqa/images/train/2/image.png", "sqa/images/val/5/image.png"})
      put(f);
    put("sqa/problems.json",
        R"({"1": {"question": "a?", "choices": ["x", "y"], "answer": 1, "image": "image.png", "split": "train"},
"2": {"question": "b?", "choices": ["p", "q"], "answer": 0, "image": "image.png", "split": "train"},
"3": {"question": "c?", "choices": ["p", "q"], "answer": 0, "image": null, "split": "train"},
"4": {"question": "d?", "choices": ["p", "q"], "answer": 0, "image": "image.png", "split": "train"},
"5": {"question": "e?", "choices": ["p", "q"], "answer": 5, "image": "image.png", "split": "train"},
"6": {"question": "f?", "choices": ["p", "q"], "answer": 0, "image": "image.png", "split": "val"}})");
    const auto d = openDataset(root() / "sqa", split("train"));
    QCOMPARE(d.choices.splits, (Texts{"train", "val"}));
    QCOMPARE(answersOf(d), (Texts{"y", "p"}));
    QCOMPARE(d.samples[0].image, root() / "sqa/images/train/1/image.png");
    QCOMPARE(d.samples[1].image, root() / "sqa/images/train/2/image.png");
    QCOMPARE(d.problems.size(), size_t(3));
    // Only the val split is there, and its one picture is of another entry.
    QVERIFY(errorOf([&] { openDataset(root() / "sqa", split("val")); }).contains("val/6/image.png"));
  }

  void choicesAndAnswers() {
    put("choice/1.png");
    const auto answer = [&](const std::string& rest) {
      const auto file = put("choice/c.jsonl", "{\"image\":\"1.png\",\"question\":\"q\"," + rest + "}\n");
      return openDataset(file).samples.at(0).answer;
    };
    {
      const auto said = answer(R"("choices":["cat","dog"],"answer":1)");
      QCOMPARE(said, std::string("dog"));
    }
    {
      const auto said = answer(R"("options":["cat","dog"],"answer":"B")");
      QCOMPARE(said, std::string("dog"));
    }
    {
      const auto said = answer(R"("choices":["cat","dog"],"answer":"cat")");
      QCOMPARE(said, std::string("cat"));
    }
    {
      const auto said = answer(R"("choices":["cat","dog"],"answer":"a cow")");
      QCOMPARE(said, std::string("a cow"));
    }
    {
      const auto said = answer(R"("choices":["cat","dog"],"correct_choice_idx":0)");
      QCOMPARE(said, std::string("cat"));
    }
    const std::string outside = R"("choices":["cat","dog"],"answer":2)";
    QVERIFY(errorOf([&] { answer(outside); }).contains("none of its 2"));
    const auto table = put("choice/t.csv", "image,question,choices,answer\n1.png,q,\"['cat', 'dog']\",1\n");
    QCOMPARE(openDataset(table).samples.at(0).answer, std::string("dog"));
  }

  void aOkVqa() {
    put("aok/val2017/000000299207.jpg");
    put("aok/aokvqa_v1p0_val.json",
        R"([{"split": "val", "image_id": 299207, "question_id": "22", "question": "What?",
 "choices": ["driver", "bus"], "correct_choice_idx": 0, "direct_answers": ["ride", "ride", "bus"], "rationales": ["r"]}])");
    const auto d = openDataset(root() / "aok");
    QCOMPARE(d.samples.at(0).answers, (Texts{"ride", "ride", "bus"}));
    QCOMPARE(d.samples.at(0).answer, std::string("ride"));
  }

  void conversations() {
    put("llava/coco/train2017/000000033471.jpg");
    put("llava/llava.json",
        R"([{"id": "33471", "image": "coco/train2017/000000033471.jpg", "conversations": [
 {"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A bus."},
 {"from": "human", "value": "Where?"}, {"from": "gpt", "value": "There."}]},
 {"id": "text", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}])");
    auto d = openDataset(root() / "llava");
    QCOMPARE(d.kind, DataKind::Pairs);
    QCOMPARE(answersOf(d), (Texts{"A bus.", "There."}));
    QCOMPARE(d.samples[0].question, std::string("What?"));
    QCOMPARE(d.problems.size(), size_t(1));
    put("messages/1.jpg");
    put("messages/m.jsonl",
        R"({"messages": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What?"}]}, {"role": "assistant", "content": "A cat."}], "images": ["1.jpg"]})"
        "\n");
    d = openDataset(root() / "messages");
    QCOMPARE(d.samples.at(0).question, std::string("What?"));
    QCOMPARE(d.samples.at(0).image.filename(), fs::path("1.jpg"));
  }

  void questionsAlone() {
    put("llavaq/1.jpg");
    put("llavaq/q.jsonl", R"({"question_id": 0, "image": "1.jpg", "text": "What?", "category": "x"})"
                          "\n");
    auto d = openDataset(root() / "llavaq");
    QCOMPARE(d.kind, DataKind::Questions);
    QCOMPARE(d.samples.at(0).question, std::string("What?"));
    QVERIFY(d.samples[0].answer.empty());
    QVERIFY(d.notes.at(0).find("no answers") != std::string::npos);
    // POPE's have one.
    put("pope/1.jpg");
    put("pope/p.jsonl", R"({"question_id": 0, "image": "1.jpg", "text": "Is there a dog?", "label": "yes"})"
                        "\n"
                        R"({"question_id": 1, "image": "1.jpg", "text": "Is there a cat?"})"
                        "\n");
    d = openDataset(root() / "pope");
    QCOMPARE(answersOf(d), Texts{"yes"});
    QCOMPARE(d.problems.at(0).what, std::string("has no \"answer\""));
  }

  void flickr() {
    const std::string tokens =
        "1.jpg#0\tTwo young guys .\n1.jpg#1\tTwo men .\n2.jpg#0\tA dog .\n2258.jpg.1#0\tno\n";
    put("f30k/flickr30k-images/1.jpg"), put("f30k/flickr30k-images/2.jpg");
    put("f30k/results_20130124.token", tokens);
    auto d = openDataset(root() / "f30k");
    QCOMPARE(answersOf(d), (Texts{"Two young guys .", "Two men .", "A dog ."}));
    QCOMPARE(d.choices.format, std::string("token-captions"));
    QCOMPARE(d.problems.at(0).place, std::string("results_20130124.token, line 4"));
    // Flickr8k as its authors distribute it: captions and lists of the splits in text files.
    put("f8k/Flicker8k_Dataset/1.jpg"), put("f8k/Flicker8k_Dataset/2.jpg");
    put("f8k/Flickr8k.token.txt", tokens), put("f8k/Flickr8k.lemma.token.txt", "1.jpg#0\tTwo young guy .\n");
    put("f8k/Flickr_8k.testImages.txt", "2.jpg\n"), put("f8k/Flickr_8k.trainImages.txt", "1.jpg\n");
    QCOMPARE(answersOf(openDataset(root() / "f8k")), Texts{"A dog ."});
    QCOMPARE(answersOf(openDataset(root() / "f8k", split("train"))),
             (Texts{"Two young guys .", "Two men ."}));
    QCOMPARE(openDataset(root() / "f8k/Flickr8k.token.txt").choices.splits, (Texts{"test", "train"}));
  }

  // Tables of collections: lists in cells, splits in a column, a column for each caption, rows in objects.
  void collections() {
    put("hub/1.jpg"), put("hub/2.jpg");
    put("hub/flickr_annotations_30k.csv",
        "raw,sentids,split,filename,img_id\n\"[\"\"one\"\", \"\"it's two\"\"]\",\"[0, 1]\",train,1.jpg,0\n"
        "\"['three' 'four']\",\"[2]\",test,2.jpg,1\n");
    auto d = openDataset(root() / "hub");
    QCOMPARE(answersOf(d), (Texts{"three", "four"}));
    QCOMPARE(d.choices.splits, (Texts{"test", "train"}));
    QCOMPARE(answersOf(openDataset(root() / "hub", split("train"))), (Texts{"one", "it's two"}));
    QVERIFY(errorOf([&] { openDataset(root() / "hub", split("moon")); }).contains("it has test, train"));
    put("hub2/1.jpg"), put("hub2/t.csv", "image,caption_0,caption_1\n1.jpg,a,b\n");
    QCOMPARE(answersOf(openDataset(root() / "hub2")), (Texts{"a", "b"}));
    put("hub3/1.jpg");
    put("hub3/rows.json",
        R"({"features": [{"feature_idx": 0, "name": "image"}], "rows": [{"row_idx": 0, "row":
 {"image": {"path": "1.jpg", "bytes": null}, "caption": ["a", "b"]}, "truncated_cells": []}]})");
    QCOMPARE(answersOf(openDataset(root() / "hub3")), (Texts{"a", "b"}));
    put("hub4/1.jpg"),
        put("hub4/answers.csv", "image,question,answers\n1.jpg,q,\"['a', \"\"b's\"\", 'a', '']\"\n");
    QCOMPARE(openDataset(root() / "hub4").samples.at(0).answers, (Texts{"a", "b's", "a", ""}));
  }

  void byteOrderMarks() {
    const std::string mark = "\xef\xbb\xbf";
    put("bom/1.jpg"), put("bom/2.jpg");
    for (const auto& [name, content] :
         {std::pair{"a.csv", "file_name,text\n1.jpg,one\n"},
          std::pair{"a.tsv", "file_name\ttext\n1.jpg\tone\n"},
          std::pair{"a.jsonl", "{\"file_name\":\"1.jpg\",\"text\":\"one\"}\n"},
          std::pair{"a.json", "[{\"file_name\":\"1.jpg\",\"text\":\"one\"}]"},
          std::pair{"lines.json",
                    "{\"file_name\":\"1.jpg\",\"text\":\"one\"}\n{\"file_name\":\"2.jpg\",\"text\":\"x\"}"},
          std::pair{"captions.txt", "image,caption\n1.jpg,one\n"}, std::pair{"a.token", "1.jpg#0\tone\n"},
          std::pair{"plain.txt", "one"}}) {
      const auto d = openDataset(put(std::string("bom/") + name, mark + content));
      QVERIFY2(d.samples.at(0).answer == "one" && d.problems.empty(), name);
    }
    put("bomtxt/1.jpg"), put("bomtxt/1.txt", mark + "one\n");
    QCOMPARE(answersOf(openDataset(root() / "bomtxt")), Texts{"one"});
    put("bomclass/cat/1.jpg"), put("bomclass/dog/1.jpg"), put("bomclass/classes.txt", mark + "Katze\nHund\n");
    QCOMPARE(openDataset(root() / "bomclass").classNames, (Texts{"Katze", "Hund"}));
    put("bomclass/classes.txt", ""),
        put("bomclass/classnames.json", mark + R"({"cat": "Kater", "dog": "Hund"})");
    QCOMPARE(openDataset(root() / "bomclass").classNames, (Texts{"Kater", "Hund"}));
    // UTF-16, as a spreadsheet saves "Unicode text".
    std::string wide = "\xff\xfe";
    for (const char c : std::string("file_name\ttext\n1.jpg\tone\n")) wide += c, wide += '\0';
    QCOMPARE(answersOf(openDataset(put("bom/wide.tsv", wide))), Texts{"one"});
    // Files that were put together have marks inside.
    const std::string line = "{\"file_name\":\"1.jpg\",\"text\":\"one\"}\n";
    QCOMPARE(answersOf(openDataset(put("bom/joined.jsonl", mark + line + mark + line))),
             (Texts{"one", "one"}));
    QCOMPARE(answersOf(openDataset(put("bom/joined.txt", mark + "one\n\n" + mark + "two\n"))),
             (Texts{"one", "two"}));
  }

  // What a table has beyond its columns is never cut off, and of two columns of one name none is chosen.
  void tablesThatAreNoneAreTold() {
    put("ragged/1.jpg");
    const auto ragged = openDataset(put(
        "ragged/a.csv", "image,caption\n1.jpg,a red, round ball\n1.jpg,\"a red, round ball\",\n1.jpg,b\n"));
    QCOMPARE(answersOf(ragged), (Texts{"a red, round ball", "b"}));
    QCOMPARE(ragged.problems.size(), size_t(1));
    QCOMPARE(ragged.problems[0].place, std::string("a.csv, line 2"));
    QVERIFY(ragged.problems[0].what.starts_with("has 3 cells under 2 columns"));
    const auto twice = put("ragged/b.csv", "image,caption,Caption,x,x\n1.jpg,one,two,3,4\n");
    QVERIFY(errorOf([&] { openDataset(twice); }).contains("has the column \"caption\" more than once"));
    QCOMPARE(answersOf(openDataset(put("ragged/c.csv", "image,caption,x,x\n1.jpg,one,3,4\n"))), Texts{"one"});
    const auto bare = put("ragged/d.csv", "1.jpg,one\n1.jpg,two\n");
    QVERIFY(
        errorOf([&] { openDataset(bare); }).contains("begins with an entry where the names of the columns"));
  }

  // As spreadsheets of several makers write tables.
  void tablesOfSpreadsheets() {
    put("sheets/1.jpg");
    const auto told =
        openDataset(put("sheets/a.csv", "sep=;\r\nimage;caption\r\n1.jpg;a, b\r\n;\r\n2.jpg;c\r\n"));
    QCOMPARE(answersOf(told), Texts{"a, b"});
    QCOMPARE(told.problems.back().place, std::string("a.csv, line 5"));
    QCOMPARE(answersOf(openDataset(put("sheets/b.csv", "image,caption\r1.jpg,one\r1.jpg,two\r"))),
             (Texts{"one", "two"}));
    const auto latin = openDataset(put("sheets/c.csv",
                                       "image;caption\n1.jpg;Stra\xdf"
                                       "e\n1.jpg;b\n"));
    QCOMPARE(answersOf(latin), (Texts{"Stra\xef\xbf\xbd"
                                      "e",
                                      "b"}));
    QVERIFY(latin.notes.back().starts_with("The texts of 1 entry hold bytes that are no UTF-8"));
    QVERIFY(latin.notes.back().find("Stra\xef\xbf\xbd"
                                    "e") != std::string::npos);
  }

  // A picture that only the parts of a conversation name is not passed over.
  void picturesWithinConversations() {
    put("parts/a.jpg"), put("parts/b.jpg");
    const auto turns = [](const std::string& pictures) {
      return R"({"messages": [{"role": "user", "content": [)" + pictures +
             R"(, {"type": "text", "text": "What?"}]}, {"role": "assistant", "content": "A ball"}]})";
    };
    const auto d = openDataset(
        put("parts/chat.json",
            "[" + turns(R"({"type": "image", "image": "a.jpg"})") + "," +
                turns(R"({"type": "image_url", "image_url": {"url": "b.jpg"}})") + "," +
                turns(R"({"type": "image", "path": "a.jpg"})") + "," +
                turns(R"({"type": "image", "image": "a.jpg"}, {"type": "image", "url": "b.jpg"})") + "," +
                turns(R"({"type": "image", "image": "gone.jpg"})") + "]"));
    QCOMPARE(d.samples.size(), size_t(3));
    QCOMPARE(d.samples[0].image.filename(), fs::path("a.jpg"));
    QCOMPARE(d.samples[1].image.filename(), fs::path("b.jpg"));
    QCOMPARE(d.samples[2].question, std::string("What?"));
    QCOMPARE(d.problems.size(), size_t(2));
    QVERIFY(d.problems[0].what.starts_with("has 2 pictures in its \"messages\""));
    QVERIFY(d.problems[1].what.starts_with("names the picture gone.jpg"));
  }

  void jsonOfOtherPrograms() {
    put("odd/a.jpg"), put("odd/b.jpg");
    put("odd/metadata.jsonl",
        "{\"file_name\":\"a.jpg\",\"text\":\"fine \\ud83d\"}\n"
        "{\"file_name\":\"b.jpg\",\"text\":\"x NaN\",\"score\":NaN,\"most\":-Infinity}\n"
        "{\"file_name\":\"b.jpg\",\"text\":\"caf\xe9 \\ud83d\\ude00\"}\nnot at all\n");
    auto d = openDataset(root() / "odd");
    QCOMPARE(answersOf(d), (Texts{"fine \xef\xbf\xbd", "x NaN", "caf\xef\xbf\xbd \xf0\x9f\x98\x80"}));
    QCOMPARE(d.problems.size(), size_t(1));
    QCOMPARE(d.problems[0].what, std::string("is not valid JSON"));
    d = openDataset(put("odd/list.json", "[{\"score\": NaN,\n\"file_name\":\"a.jpg\",\"text\":\"one\"}]"));
    QCOMPARE(answersOf(d), Texts{"one"});
  }

  void whatIsRefusedByName() {
    const auto refusal = [&](const std::string& name, const std::string& content) {
      return errorOf([&] { openDataset(put("refused/" + name, content)); });
    };
    const std::pair<const char*, std::pair<const char*, const char*>> cases[] = {
        {"t.parquet", {"PAR1", "is a Parquet table"}},
        {"t.arrow", {"ARROW1", "is an Arrow table"}},
        {"t.tar", {"x", "is an archive"}},
        {"nlvr2.jsonl",
         {R"({"sentence":"s","left_url":"a","right_url":"b","label":"True","identifier":"dev-0-0-0"})",
          "two pictures each (NLVR2)"}},
        {"nlvr.json",
         {R"([{"images":["a.png","b.png"],"sentence":"s","label":"True"}])", "two pictures each (NLVR2)"}},
        {"cc.jsonl", {R"({"url":"http:\/\/x/1.jpg","caption":"s"})", "addresses on the network"}},
        {"u.jsonl", {R"({"image":"http:\/\/x/1.jpg","caption":"s"})", "is an address on the network"}}};
    for (const auto& [name, content] : cases) {
      const auto error = refusal(name, content.first);
      QVERIFY2(error.contains(content.second), qPrintable(error));
    }
    put("shards/data/train-00000-of-00001.parquet", "PAR1");
    QVERIFY(errorOf([&] { openDataset(root() / "shards"); }).contains("Parquet"));
    put("pointer/1.jpg", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n");
    put("pointer/metadata.csv", "file_name,text\n1.jpg,a\n");
    QVERIFY(errorOf([&] { openDataset(root() / "pointer"); }).contains("Git LFS pointer"));
  }

  // Columns that no name is known for are told, and a person says which is which.
  void columnsThatAPersonNames() {
    put("de/bilder/1.jpg"), put("de/bilder/2.jpg");
    const auto file =
        put("de/liste.csv",
            "Nr;Bild;Beschreibung;Frage\n1;1.jpg;Ein Hund, ein Ball;Was?\n2;2.jpg;Eine Katze;Wer?\n");
    try {
      openDataset(file);
      QFAIL("columns were guessed");
    } catch (const UnknownColumns& e) {
      QCOMPARE(e.choices().columns, (Texts{"Nr", "Bild", "Beschreibung", "Frage"}));
      QVERIFY(std::string(e.what()).find("--columns") != std::string::npos);
      QVERIFY(std::string(e.what()).find("Nr, Bild, Beschreibung, Frage") != std::string::npos);
    }
    auto d = openDataset(file, columns("picture=Bild,text=Beschreibung"));
    QCOMPARE(d.kind, DataKind::Captions);
    QCOMPARE(answersOf(d), (Texts{"Ein Hund, ein Ball", "Eine Katze"}));
    QCOMPARE(toText(d.options.columns), std::string("picture=Bild,text=Beschreibung"));
    QCOMPARE(toText(d.choices.taken), std::string("picture=Bild,text=Beschreibung"));
    QCOMPARE(openDataset(d.path, dataOptionsFromJson(toJson(d.options))).samples.size(), size_t(2));
    d = openDataset(root() / "de", columns("picture=bild,question=FRAGE,answer=Beschreibung"));
    QCOMPARE(d.kind, DataKind::Pairs);
    QCOMPARE(d.samples[1].question, std::string("Wer?"));
    QCOMPARE(openDataset(file, columns("picture=Bild,question=Frage")).kind, DataKind::Questions);
    QCOMPARE(openDataset(file, columns("text=Beschreibung")).kind, DataKind::Text);
    const auto error = errorOf([&] { openDataset(file, columns("picture=Foto,text=Beschreibung")); });
    QVERIFY2(error.contains("no column \"Foto\"; it has Nr, Bild"), qPrintable(error));
    // Known names give way to those that are named; lines and lists have columns, too.
    put("known/1.jpg");
    const auto lines = put("known/k.jsonl", R"({"image":"1.jpg","caption":"a","alt":"b"})"
                                            "\n");
    QCOMPARE(answersOf(openDataset(lines)), Texts{"a"});
    QCOMPARE(answersOf(openDataset(lines, columns("picture=image,text=alt"))), Texts{"b"});
    const auto list = put("known/k.json", R"([{"Foto":"1.jpg","Alt, kurz":"b"}])");
    QVERIFY(errorOf([&] { openDataset(list); }).contains("Alt, kurz, Foto"));
    QCOMPARE(answersOf(openDataset(list, columns("picture=Foto,text=Alt, kurz"))), Texts{"b"});
    QCOMPARE(answersOf(openDataset(put("known/p.csv", "picture,description\n1.jpg,a thing\n"))),
             Texts{"a thing"});
  }

  void columnsAsTheyAreWritten() {
    QCOMPARE(toText(dataColumnsFrom("answer=a,b=c,picture=p")), std::string("picture=p,text=a,b=c"));
    QCOMPARE(toText(dataColumnsFrom("")), std::string());
    for (const char* wrong : {"photo=a", "picture", "picture=", "picture=a,picture=b", "text=a,answer=b"})
      QVERIFY2(errorOf([&] { dataColumnsFrom(wrong); }).contains("--columns is \""), wrong);
  }

  void pythonLists() {
    using J = nlohmann::json;
    const std::string list = "['a', \"it's\", 'x\\'y', None, 1.5, True]";
    QCOMPARE(pythonLiteral(list).value(), J({"a", "it's", "x'y", nullptr, 1.5, true}));
    QCOMPARE(pythonLiteral("[{'answer': 'a', 'n': [1, 2,],}]").value(),
             J({{{"answer", "a"}, {"n", {1, 2}}}}));
    QCOMPARE(pythonLiteral("array(['a', 'b'], dtype=object)").value(), J({"a", "b"}));
    QCOMPARE(pythonLiteral("['a'\n 'b']").value(), J({"a", "b"}));
    QCOMPARE(pythonLiteral("('\\u00e4', u'b', '\\x41')").value(), J({"\xc3\xa4", "b", "A"}));
    for (const char* none : {"[a]", "['a'", "[1] x", "", "[", "{'a'}", "['a', b]", "[__import__('os')]"})
      QVERIFY2(!pythonLiteral(none), none);
    QVERIFY(!pythonLiteral(std::string(100000, '[')));
  }
};

QTEST_APPLESS_MAIN(LayoutsTest)
#include "layouts_test.moc"
