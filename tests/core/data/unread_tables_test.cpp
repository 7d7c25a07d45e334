// Tables beside pictures that are not understood are told, and a person can say what their columns are.
#include <QtTest/QtTest>
#include <fstream>

#include "core/data/data_columns.h"
#include "core/data/dataset.h"
#include "tests/support/tiny_picture.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

class UnreadTablesTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  fs::path put(const std::string& name, const std::string& content = tinyPicture()) const {
    const auto path = fs::path(m_dir.path().toStdString()) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  static Dataset openWith(const fs::path& path, const std::string& columns) {
    DataOptions o;
    o.columns = dataColumnsFrom(columns);
    return openDataset(path, o);
  }
  static QString notesOf(const Dataset& d) {
    QString out;
    for (const auto& note : d.notes) out += QString::fromStdString(note) + "\n";
    return out;
  }

 private Q_SLOTS:
  // Each file lies beside two pictures: what it is called and holds, its columns, and how to have it.
  void columnsAreOffered_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("asked");
    QTest::newRow("semicolons") << "liste.csv"
                                << "Bild;Beschreibung\n1.jpg;Ein Hund\n2.jpg;Zwei\n"
                                << "picture=Bild,text=Beschreibung";
    QTest::newRow("commas") << "Liste.CSV"
                            << "Foto,Titel\n1.jpg,Ein Hund\n2.jpg,Zwei\n"
                            << "picture=Foto,text=Titel";
    QTest::newRow("tabs") << "liste.tsv"
                          << "bild\ttekst\n1.jpg\tEin Hund\n2.jpg\tZwei\n"
                          << "picture=bild,text=tekst";
    QTest::newRow("a .txt") << "liste.txt"
                            << "Bild;Beschreibung\n1.jpg;Ein Hund\n2.jpg;Zwei\n"
                            << "picture=Bild,text=Beschreibung";
    QTest::newRow("a .txt with commas") << "liste.txt"
                                        << "Bild,Beschreibung\n1.jpg,Ein Hund\n2.jpg,Zwei\n"
                                        << "picture=Bild,text=Beschreibung";
    QTest::newRow("a .tab") << "liste.tab"
                            << "Bild\tText2\n1.jpg\tEin Hund\n2.jpg\tZwei\n"
                            << "picture=Bild,text=Text2";
    QTest::newRow("lines")
        << "liste.jsonl"
        << "{\"Bild\":\"1.jpg\",\"Alt\":\"Ein Hund\"}\n{\"Bild\":\"2.jpg\",\"Alt\":\"Zwei\"}\n"
        << "picture=Bild,text=Alt";
    QTest::newRow("a list")
        << "liste.json"
        << "[{\"Bild\":\"1.jpg\",\"Alt\":\"Ein Hund\"},{\"Bild\":\"2.jpg\",\"Alt\":\"Zwei\"}]"
        << "picture=Bild,text=Alt";
    QTest::newRow("a list within") << "liste.json"
                                   << "{\"v\":1,\"alle\":[{\"Bild\":\"1.jpg\",\"Alt\":\"Ein "
                                      "Hund\"},{\"Bild\":\"2.jpg\",\"Alt\":\"Zwei\"}]}"
                                   << "picture=Bild,text=Alt";
    QTest::newRow("one column known") << "liste.csv"
                                      << "image;Beschreibung\n1.jpg;Ein Hund\n2.jpg;Zwei\n"
                                      << "picture=image,text=Beschreibung";
    QTest::newRow("names without endings") << "liste.csv"
                                           << "Nr;Beschreibung\n1;Ein Hund\n2;Zwei\n"
                                           << "picture=Nr,text=Beschreibung";
    QTest::newRow("metadata") << "metadata.csv"
                              << "Bild;Beschreibung\n1.jpg;Ein Hund\n2.jpg;Zwei\n"
                              << "picture=Bild,text=Beschreibung";
  }
  void columnsAreOffered() {
    QFETCH(QString, name);
    QFETCH(QString, content);
    QFETCH(QString, asked);
    const std::string folder = QTest::currentDataTag();
    put(folder + "/1.jpg"), put(folder + "/2.jpg");
    const auto root = put(folder + "/" + name.toStdString(), content.toStdString()).parent_path();
    const auto alone = openDataset(root);
    QCOMPARE(alone.kind, DataKind::Pictures);
    QCOMPARE(alone.samples.size(), size_t(2));
    QCOMPARE(alone.choices.unread, name.toStdString());
    const auto columns = dataColumnsFrom(asked.toStdString());
    for (const auto& column : {columns.picture, columns.text})
      QVERIFY(std::find(alone.choices.columns.begin(), alone.choices.columns.end(), column) !=
              alone.choices.columns.end());
    QVERIFY2(
        notesOf(alone).contains(name + " was not read: its columns") && notesOf(alone).contains("--columns"),
        qPrintable(notesOf(alone)));
    const auto read = openWith(root, asked.toStdString());
    QCOMPARE(read.kind, DataKind::Captions);
    QCOMPARE(read.samples.size(), size_t(2));
    QCOMPARE(read.samples[0].answer, std::string("Ein Hund"));
    QCOMPARE(read.samples[1].image.filename(), fs::path("2.jpg"));
    QVERIFY(read.choices.unread.empty());
  }

  // What no columns can help with is told with what would.
  void othersAreTold_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("told");
    QTest::newRow("spreadsheet") << "a.xlsx"
                                 << "PK"
                                 << "a.xlsx was not read: it is a spreadsheet";
    QTest::newRow("Parquet") << "a.parquet"
                             << "PAR1"
                             << "a.parquet was not read: it is a Parquet table";
    QTest::newRow("XML") << "a.xml"
                         << "<a/>"
                         << "a.xml was not read: it is XML";
    QTest::newRow("packed") << "a.csv.gz"
                            << "x"
                            << "a.csv.gz was not read: it is an archive";
    QTest::newRow("empty") << "a.csv"
                           << ""
                           << "a.csv was not read: it is empty, or no table";
    QTest::newRow("no text") << "a.csv" << QString("PK\u0003\u0004") + QChar(0) + "\n"
                             << "a.csv was not read: it is no text in UTF-8, or in UTF-16 with its mark";
    QTest::newRow("no JSON") << "a.json"
                             << "<!DOCTYPE html><html>"
                             << "a.json was not read: it is not valid JSON";
    QTest::newRow("no columns") << "a.csv"
                                << "1.jpg,one\n2.jpg,two\n"
                                << "a.csv was not read: it begins with an entry";
    QTest::newRow("addresses") << "a.csv"
                               << "url;Titel\nhttp://x/1.jpg;a\n"
                               << "a.csv was not read: it names its pictures by their addresses";
  }
  void othersAreTold() {
    QFETCH(QString, name);
    QFETCH(QString, content);
    QFETCH(QString, told);
    const std::string folder = std::string("told-") + QTest::currentDataTag();
    put(folder + "/1.jpg");
    const auto root = put(folder + "/" + name.toStdString(), content.toStdString()).parent_path();
    const auto d = openDataset(root);
    QCOMPARE(d.kind, DataKind::Pictures);
    QVERIFY2(notesOf(d).contains(told), qPrintable(notesOf(d)));
    QVERIFY(d.choices.columns.empty());
  }

  void severalTablesAreAllTold() {
    put("several/1.jpg");
    put("several/a.csv", "Bild;Beschreibung\n1.jpg;a\n");
    const auto root = put("several/b.tsv", "Foto\tTitel\n1.jpg\tb\n").parent_path();
    const auto d = openDataset(root);
    QVERIFY2(notesOf(d).contains("a.csv, b.tsv were not read"), qPrintable(notesOf(d)));
    QVERIFY(d.choices.unread.empty());
    // Of several tables the one that has the columns is taken.
    QCOMPARE(openWith(root, "picture=Foto,text=Titel").samples.at(0).answer, std::string("b"));
    QCOMPARE(openWith(root, "picture=Bild,text=Beschreibung").samples.at(0).answer, std::string("a"));
    // Two that could each be meant are told as well.
    put("both/1.jpg");
    put("both/a.csv", "image,caption\n1.jpg,a\n");
    const auto both = openDataset(put("both/b.csv", "image,caption\n1.jpg,b\n").parent_path());
    QCOMPARE(both.kind, DataKind::Pictures);
    QVERIFY2(notesOf(both).contains("a.csv, b.csv were not read: each holds entries of its own"),
             qPrintable(notesOf(both)));
  }

  void besideClassesAndCaptions() {
    put("classes/cat/1.jpg"), put("classes/dog/2.jpg"), put("classes/classes.txt", "cat\ndog\n");
    const auto classes =
        openDataset(put("classes/liste.csv", "Bild;Beschreibung\n1.jpg;Ein Hund\n").parent_path());
    QCOMPARE(classes.kind, DataKind::Classes);
    QCOMPARE(classes.choices.unread, std::string("liste.csv"));
    put("captions/1.jpg"), put("captions/1.txt", "a dog; a ball\na cat; a mouse\n");
    const auto captions =
        openDataset(put("captions/liste.csv", "Bild;Beschreibung\n1.jpg;Ein Hund\n").parent_path());
    QCOMPARE(captions.samples.size(), size_t(2));
    QCOMPARE(captions.choices.unread, std::string("liste.csv"));
  }

  // Notes, settings and lists of names are no tables.
  void whatIsNoTableIsNotTold() {
    put("notes/1.jpg"), put("notes/2.jpg");
    put("notes/README.txt", "These are two pictures, taken by a camera.\nNobody knows why, or when.\n");
    put("notes/names.txt", "one\ntwo\n");
    const auto root = put("notes/settings.json", "{\"size\": 3, \"names\": [\"a\"]}").parent_path();
    const auto d = openDataset(root);
    QVERIFY2(d.notes.empty(), qPrintable(notesOf(d)));
    // Nor is a table that was read told as one that was not.
    put("known/1.jpg");
    const auto known = openDataset(put("known/metadata.csv", "file_name,text\n1.jpg,a\n").parent_path());
    QVERIFY2(known.notes.empty(), qPrintable(notesOf(known)));
  }

  // A table of texts whose pictures stand in a column that is not known.
  void picturesOfATableAreNotPassedOver() {
    put("half/images/1.jpg");
    const auto root = put("half/liste.csv", "Bild,caption\n1.jpg,Ein Hund\n").parent_path();
    const auto d = openDataset(root);
    QCOMPARE(d.kind, DataKind::Text);
    QVERIFY2(notesOf(d).contains("--columns picture=Bild,text=caption"), qPrintable(notesOf(d)));
    QCOMPARE(openWith(root, "picture=Bild,text=caption").kind, DataKind::Captions);
    put("ids/1.jpg");
    const auto ids = openDataset(put("ids/liste.csv", "Nr,caption\n1,Ein Hund\n").parent_path());
    QVERIFY2(notesOf(ids).contains("without the pictures beside them"), qPrintable(notesOf(ids)));
    const auto text = openDataset(put("text/liste.csv", "Nr,caption\n1,Ein Hund\n").parent_path());
    QVERIFY2(text.notes.empty(), qPrintable(notesOf(text)));
  }

  // A table of another ending that is named itself is text, unless somebody says otherwise.
  void aTableTakenForText() {
    const auto file = put("txt/liste.txt", "Bild;Beschreibung\n1.jpg;Ein Hund\n2.jpg;Zwei\n");
    put("txt/1.jpg"), put("txt/2.jpg");
    const auto d = openDataset(file);
    QCOMPARE(d.kind, DataKind::Text);
    QVERIFY2(notesOf(d).contains("looks like a table with the columns Bild, Beschreibung"),
             qPrintable(notesOf(d)));
    QCOMPARE(openWith(file, "picture=Bild,text=Beschreibung").kind, DataKind::Captions);
    QVERIFY(
        openDataset(put("txt/prose.txt", "One line, with commas, and more.\nAnother one.\n")).notes.empty());
  }
};

QTEST_GUILESS_MAIN(UnreadTablesTest)
#include "unread_tables_test.moc"
