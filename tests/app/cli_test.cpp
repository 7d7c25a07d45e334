// espalier-cli as a person or a script runs it: output, files, exit status.
#include <signal.h>
#include <sys/stat.h>
#include <QtTest/QtTest>
#include <cstdio>
#include <filesystem>
#include <set>

#include "core/engine/engine.h"
#include "core/samples/sample_folder.h"

namespace {

struct Result {
  int status = -1;
  QByteArray out, error;
};

Result run(const QStringList& arguments) {
  QProcess p;
  p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments);
  p.waitForFinished(240'000);
  return {p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1, p.readAllStandardOutput(),
          p.readAllStandardError()};
}

QJsonObject json(const QByteArray& text) {
  return QJsonDocument::fromJson(text).object();
}

}  // namespace

class CliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  QString path(const char* name) const { return m_dir.filePath(name); }
  QString model() const { return QString::fromStdString((espalier::sampleFolder() / "model").string()); }
  QString calibration() const {
    return QString::fromStdString((espalier::sampleFolder() / "calibration").string());
  }
  QString pairs() const { return QString::fromStdString((espalier::sampleFolder() / "pairs").string()); }

 private Q_SLOTS:
  void usage() {
    QCOMPARE(run({}).status, 2);
    QCOMPARE(run({"dance"}).status, 2);
    QCOMPARE(run({"score", model()}).status, 2);  // required flags missing
    QCOMPARE(run({"--help"}).status, 0);
    QVERIFY(run({"--version"}).out.contains("espalier"));
  }

  void info() {
    const auto r = run({"info", model(), "--json"});
    QCOMPARE(r.status, 0);
    QCOMPARE(json(r.out)["family"].toString(), QString("blip-2"));
    QCOMPARE(json(r.out)["blocks"].toArray().size(), 15);
    QVERIFY(run({"info", model()}).out.contains("language encoder"));
  }

  void data() {
    const auto r = run({"data", pairs(), "--json", "--show", "2"});
    QCOMPARE(r.status, 0);
    QCOMPARE(json(r.out)["samples"].toInt(), 48);
    QCOMPARE(json(r.out)["kind"].toString(), QString("pairs"));
    QCOMPARE(json(r.out)["first"].toArray().size(), 2);
    QCOMPARE(json(r.out)["skipped"].toInt(), 0);
    QVERIFY(run({"data", pairs()}).out.contains("48 entries (pairs)"));
    QVERIFY(run({"data", "--formats"}).out.contains("karpathy"));
    QCOMPARE(run({"data"}).status, 1);
    QVERIFY(run({"data", path("nowhere")}).error.contains("nowhere"));
    QVERIFY(run({"data", pairs(), "--format", "gqa"}).error.contains("recognised as metadata"));
  }

  void packAndMeasure() {
    const auto packed = run({"pack", model(), "--out", path("packed"), "--json"});
    QCOMPARE(packed.status, 0);
    QVERIFY(json(packed.out)["packedBytes"].toDouble() < json(packed.out)["denseBytes"].toDouble());
    QVERIFY(run({"info", path("packed")}).out.contains("MiB packed ("));
    QCOMPARE(json(run({"info", path("packed"), "--json"}).out)["parameters"],
             json(run({"info", model(), "--json"}).out)["parameters"]);
    QVERIFY(run({"unpack", path("packed"), "--out", path("unpacked")}).out.startsWith("Unpacked"));
    const auto bytesOf = [](const QString& file) {
      QFile f(file);
      return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
    };
    QVERIFY(!bytesOf(model() + "/model.safetensors").isEmpty());
    QVERIFY(bytesOf(path("unpacked") + "/model.safetensors") == bytesOf(model() + "/model.safetensors"));
    const auto again = run({"pack", path("packed"), "--out", path("again")});
    QCOMPARE(again.status, 1);
    QVERIFY(again.error.contains("is packed already"));

    // The same model, whichever way it lies there.
    for (const QString& folder : {model(), path("packed")}) {
      const auto r = run({"measure", folder, "--repeats", "2", "--tokens", "4", "--json"});
      QVERIFY2(r.status == 0, r.error.constData());
      const auto m = json(r.out);
      QCOMPARE(m["unit"].toString(), QString("tokens"));
      for (const char* key : {"openSeconds", "firstSeconds", "perSecond", "promptSeconds"}) {
        const auto spread = m[key].toObject();
        QVERIFY2(spread["least"].toDouble() > 0, key);
        QVERIFY2(spread["least"].toDouble() <= spread["median"].toDouble() &&
                     spread["median"].toDouble() <= spread["most"].toDouble(),
                 key);
      }
      QVERIFY(m["peakBytes"].toDouble() > m["denseBytes"].toDouble());
      QCOMPARE(m["fileBytes"].toDouble() < m["denseBytes"].toDouble(), folder != model());
    }
    QVERIFY(run({"measure", model(), "--repeats", "1"}).out.contains("tokens a second"));
    QVERIFY(run({"measure", path("nowhere")}).error.contains("nowhere"));
  }

  // Columns of other people's tables are told, and a flag says which is which.
  void columns() {
    QVERIFY(QDir(m_dir.path()).mkpath("table/Fotos"));
    QVERIFY(QFile::copy(calibration() + "/calibration-0000.png", path("table/Fotos/a.png")));
    QFile table(path("table/Liste.csv"));
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.write(
        "\xef\xbb\xbf"
        "Bild;Beschreibung\na.png;\"Ein Ring; blau\"\na.png;\x1b[31mrot\n");
    table.close();
    const auto told = run({"data", table.fileName()});
    QCOMPARE(told.status, 1);
    QVERIFY(told.error.contains("Bild, Beschreibung") && told.error.contains("--columns"));
    const auto r = run({"data", table.fileName(), "--columns", "picture=Bild,text=Beschreibung", "--json"});
    QCOMPARE(r.status, 0);
    QCOMPARE(json(r.out)["kind"].toString(), QString("captions"));
    QCOMPARE(json(r.out)["first"].toArray()[0].toObject()["answer"].toString(), QString("Ein Ring; blau"));
    QCOMPARE(json(r.out)["taken"].toString(), QString("picture=Bild,text=Beschreibung"));
    // What a terminal would obey is shown, not done.
    const auto shown = run({"data", table.fileName(), "--columns", "picture=Bild,text=Beschreibung"});
    QVERIFY(!shown.out.contains('\x1b') && shown.out.contains("\\u001b[31mrot"));
    QCOMPARE(run({"data", table.fileName(), "--columns", "photo=Bild"}).status, 2);
  }

  // Numbers are taken as they are written, or refused by flag: 010 is 10, and what no type holds is no
  // number.
  void numbersOfFlags_data() {
    QTest::addColumn<QString>("flag");
    QTest::addColumn<QString>("number");
    QTest::addColumn<bool>("taken");
    for (const char* wrong :
         {"1e400", "9223372036854775808", "99999999999999999999", "0x10", "nan", "1.5", "5 ", "", "five"})
      QTest::addRow("samples %s", wrong) << "--samples" << wrong << false;
    QTest::newRow("samples 010") << "--samples"
                                 << "010" << true;
    QTest::newRow("samples +2") << "--samples"
                                << "+2" << true;
    for (const char* wrong : {"1e400", "-1e400", "nan", "inf", "0,001", "1e-3x", ""})
      QTest::addRow("eps %s", wrong) << "--eps" << wrong << false;
    QTest::newRow("eps 1e-3") << "--eps"
                              << "1e-3" << true;
    QTest::newRow("seed -1") << "--seed"
                             << "-1" << false;
    QTest::newRow("seed 2^64 - 1") << "--seed"
                                   << "18446744073709551615" << true;
    QTest::newRow("seed 2^64") << "--seed"
                               << "18446744073709551616" << false;
  }
  void numbersOfFlags() {
    QFETCH(QString, flag);
    QFETCH(QString, number);
    QFETCH(bool, taken);
    const auto r = run({"score", model(), "--data", calibration(), "--method", "magnitude", flag, number,
                        "--out", path("numbers.json")});
    if (taken) {
      QVERIFY2(r.status == 0, r.error.constData());
      return;
    }
    QCOMPARE(r.status, 2);
    QVERIFY2(r.error.contains((flag + ": \"" + number + "\" was found; a ").toUtf8()), r.error.constData());
  }

  // Bytes of a name that are no UTF-8 are no reason to fail.
  void namesThatAreNoUtf8() {
    const QByteArray folder = QFile::encodeName(path("caf")) + "\xe9";
    QVERIFY(::mkdir(folder.constData(), 0777) == 0);
    QVERIFY(QFile::copy(calibration() + "/calibration-0000.png", path("plain.png")));
    QCOMPARE(::rename(QFile::encodeName(path("plain.png")).constData(), (folder + "/\xe4.png").constData()),
             0);
    FILE* list = std::fopen((folder + "/metadata.csv").constData(), "w");
    QVERIFY(list);
    std::fputs("file_name,text\n\xe4.png,na\xefve\n", list);
    std::fclose(list);
    // By the shell, since a QString cannot hold such a name.
    for (const QByteArray flags : {"", " --json"}) {
      QProcess p;
      p.start("sh", {"-c", QString("cd '%1' && '%2/app/espalier-cli' data caf*%3")
                               .arg(m_dir.path(), ESPALIER_BINARY_DIR, QString::fromLatin1(flags))});
      QVERIFY(p.waitForFinished(60'000));
      QCOMPARE(p.exitCode(), 0);
      QVERIFY(p.readAllStandardOutput().contains("na\xef\xbf\xbdve"));
    }
    // Qt cannot name it to remove it.
    std::filesystem::remove_all(std::filesystem::path(folder.toStdString()));
  }

  // What goes into a model, of texts and of pictures.
  void tokenizeAndPreprocess() {
    const auto write = [&](const char* name, const QByteArray& text) {
      QFile file(path(name));
      QVERIFY(file.open(QIODevice::WriteOnly));
      file.write(text);
    };
    write("lines.txt", "red ball\nblue\n");
    const auto lines = run({"tokenize", model(), "--text-file", path("lines.txt")});
    QCOMPARE(lines.out.count('\n'), 2);
    write("strings.jsonl", "\"red ball\"\n\"blue\"\n\"red\\nball\"\n");
    const auto strings = run({"tokenize", model(), "--text-file", path("strings.jsonl"), "--json-lines"});
    QVERIFY(strings.out.startsWith(lines.out));
    QCOMPARE(strings.out.count('\n'), 3);
    QVERIFY(run({"tokenize", model(), "--text-file", path("lines.txt"), "--json-lines"})
                .error.contains("line 1"));

    const QString picture = calibration() + "/calibration-0000.png", out = path("pixels.safetensors");
    QCOMPARE(run({"preprocess", model(), picture, "--out", out}).status, 0);
    QFile pixels(out);
    QVERIFY(pixels.open(QIODevice::ReadOnly));
    QVERIFY(pixels.size() > 3 * 64 * 64 * 4);
    QVERIFY(pixels.read(1000).contains("[3,64,64]"));
    QVERIFY(run({"preprocess", model(), path("none.png"), "--out", out}).error.contains("none.png"));

    // A conversation, in a folder with a tokenizer alone.
    QDir().mkpath(path("chat"));
    const QString chat = QStringLiteral(ESPALIER_BINARY_DIR) + "/tests/data/families/chat/qwen3";
    for (const char* file : {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja"})
      QVERIFY(QFile::copy(chat + "/" + file, path("chat/") + file));
    write("m.json",
          "{\"messages\": [{\"role\": \"user\", \"content\": \"Sure?\"}], \"add_generation_prompt\": true}");
    const auto asked = run({"chat", path("chat"), "--messages", path("m.json"), "--json"});
    const auto said = QJsonDocument::fromJson(asked.out).object();
    QCOMPARE(said["text"].toString(), QString("<|im_start|>user\nSure?<|im_end|>\n<|im_start|>assistant\n"));
    QVERIFY(said["ids"].toArray().size() > 5);
    QVERIFY(
        run({"chat", path("chat"), "--messages", path("m.json")}).out.startsWith("<|im_start|>user\nSure?"));
    QVERIFY(run({"chat", path("processor"), "--messages", path("m.json")}).status == 1);
    QVERIFY(run({"chat", model(), "--messages", path("m.json")}).error.contains("has no chat template"));

    // A folder with a picture processor alone, and every tensor it gives.
    QDir().mkpath(path("processor"));
    write("processor/preprocessor_config.json",
          "{\"image_processor_type\": \"Qwen2VLImageProcessor\", \"patch_size\": 4, \"min_pixels\": 64}");
    QCOMPARE(run({"preprocess", path("processor"), picture, "--out", out}).status, 0);
    QFile tensors(out);
    QVERIFY(tensors.open(QIODevice::ReadOnly));
    const auto header = tensors.read(1000);
    QVERIFY(header.contains("calibration-0000.png/pixel_values"));
    QVERIFY(header.contains("calibration-0000.png/image_grid_thw"));
    QVERIFY(header.contains("[256,96]"));
  }

  // Which of the data of a folder, for every command that takes some.
  void splitsAndFormats() {
    QDir().mkpath(path("splits"));
    const auto put = [&](const char* name, const QByteArray& content) {
      QFile f(path(name));
      QVERIFY(f.open(QIODevice::WriteOnly));
      f.write(content);
    };
    const QDir pictures(calibration());
    const QStringList names = pictures.entryList({"*.png", "*.jpg"}, QDir::Files);
    QVERIFY(names.size() >= 3);
    const auto entry = [](const QString& name, const char* answer) {
      return QString("{\"file_name\": \"%1\", \"question\": \"what is it?\", \"answer\": \"%2\"}\n")
          .arg(name, answer)
          .toUtf8();
    };
    put("splits/train.jsonl", entry(names[0], "a ring") + entry(names[1], "a cross"));
    put("splits/test.jsonl", entry(names[2], "a star"));
    auto r = run({"data", path("splits"), "--pictures", pictures.path(), "--json"});
    QVERIFY2(r.status == 0, r.error.constData());
    QCOMPARE(json(r.out)["splits"].toArray(), (QJsonArray{"test.jsonl", "train.jsonl"}));
    QCOMPARE(json(r.out)["split"].toString(), QString("test.jsonl"));
    QCOMPARE(json(r.out)["samples"].toInt(), 1);
    QVERIFY(run({"data", path("splits"), "--pictures", pictures.path()}).out.contains("--split chooses"));
    const QStringList score{
        "score",         model(),    "--data",    path("splits"), "--pictures",
        pictures.path(), "--method", "magnitude", "--out",        path("split-scores.json"),
        "--split"};
    QCOMPARE(run(score + QStringList{"train"}).status, 0);
    r = run(score + QStringList{"moon"});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("it has test.jsonl, train.jsonl"), r.error.constData());
    QCOMPARE(run({"allocate", path("split-scores.json"), "--target", "0.5", "--out", path("split-plan.json")})
                 .status,
             0);
    r = run({"prune", model(), "--plan", path("split-plan.json"), "--data", path("splits"), "--pictures",
             pictures.path(), "--split", "train", "--criterion", "magnitude", "--out", path("split-pruned")});
    QVERIFY2(r.status == 0, r.error.constData());
    QFile recipe(path("split-pruned/espalier-recipe.json"));
    QVERIFY(recipe.open(QIODevice::ReadOnly));
    QCOMPARE(json(recipe.readAll())["calibrationOptions"].toObject()["split"].toString(), QString("train"));
  }

  void systemReport() {
    const auto r = run({"info", "--system", "--json"});
    QCOMPARE(r.status, 0);
    QVERIFY(json(r.out)["gflops"].toDouble() > 0);
    QVERIFY(json(r.out)["threads"].toInt() >= 1);
    QVERIFY(!json(r.out)["blas"].toString().isEmpty());
  }

  void errorsAreOneSentence() {
    const auto r = run({"info", path("no-such-model")});
    QCOMPARE(r.status, 1);
    QVERIFY(r.error.contains("no-such-model"));
    QCOMPARE(r.error.trimmed().count('\n'), 0);
    QVERIFY(r.out.isEmpty());
  }

  void trainingConfigurationsAreRefusedInASentence_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("no object") << QByteArray("[1]") << QByteArray("holds no JSON object");
    QTest::newRow("task") << QByteArray(R"({"task": 5})") << QByteArray("has \"task\": \"5\"");
    QTest::newRow("text") << QByteArray(R"({"model": {"text_config": 5}})")
                          << QByteArray("\"text_config\": 5");
    QTest::newRow("stages") << QByteArray(R"({"stages": [5]})") << QByteArray("has \"stages\": [5]");
  }
  void trainingConfigurationsAreRefusedInASentence() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, told);
    QFile file(path("training.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const auto r = run({"train", file.fileName(), "--out", path("trained")});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains(told) && !r.error.contains("internal"), r.error.constData());
  }

  void theJobInSteps() {
    auto r = run({"score", model(), "--data", calibration(), "--samples", "4", "--batch-size", "4", "--out",
                  path("scores.json")});
    QVERIFY2(r.status == 0, r.error.constData());
    r = run({"allocate", path("scores.json"), "--target", "0.5", "--pin", "vision_model.encoder.layers.0=0.3",
             "--out", path("plan.json"), "--json"});
    QVERIFY2(r.status == 0, r.error.constData());
    QVERIFY(std::abs(json(r.out)["sparsity"].toDouble() - 0.5) < 1e-6);
    QVERIFY(std::abs(json(r.out)["groups"].toObject()["vision_model.encoder.layers.0"].toDouble() - 0.3) <
            1e-6);
    r = run({"prune", model(), "--plan", path("plan.json"), "--data", calibration(), "--samples", "16",
             "--out", path("pruned")});
    QVERIFY2(r.status == 0, r.error.constData());
    r = run({"evaluate", path("pruned"), "--data", pairs(), "--baseline", model(), "--json"});
    QVERIFY2(r.status == 0, r.error.constData());
    QCOMPARE(json(r.out)["before"].toObject()["overall"].toObject()["total"].toInt(), 48);
    QCOMPARE(json(r.out)["after"].toObject()["task"].toString(), QString("vqa"));
    r = run({"info", path("pruned"), "--json"});
    QVERIFY(std::abs(json(r.out)["sparsity"].toDouble() - 0.5) < 0.01);
    r = run({"evaluate", model(), "--data", pairs(), "--task", "retrieval"});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("--task") && r.error.trimmed().count('\n') == 0, r.error.constData());
    // The folder is there now: a second run refuses and leaves it.
    r = run({"prune", model(), "--plan", path("plan.json"), "--data", calibration(), "--samples", "16",
             "--out", path("pruned")});
    QCOMPARE(r.status, 1);
    QVERIFY(r.error.contains("is there already"));
  }

  // One pass over model and data, and every allocator has what it shares by.
  void everyAllocatorFromOneFile() {
    auto r = run({"score", model(), "--data", calibration(), "--samples", "8", "--batch-size", "4",
                  "--method", "exact-gradient", "--statistics", "--out", path("all.json"), "--json"});
    QVERIFY2(r.status == 0, r.error.constData());
    const auto first = json(r.out)["matrices"].toArray()[0].toObject();
    QVERIFY(first["standardError"].toDouble() > 0);
    for (const char* name : {"local", "outliers", "median", "alpha"})
      QVERIFY2(first["statistics"].toObject()[name].toDouble() > 0, name);
    std::set<QByteArray> plans;
    for (const char* name : {"ecoflap", "uniform", "local", "owl", "dlp", "alpha-pruning", "atp"}) {
      r = run({"allocate", path("all.json"), "--allocator", name, "--out", path("some.json"), "--json"});
      QVERIFY2(r.status == 0, r.error.constData());
      QVERIFY(std::abs(json(r.out)["sparsity"].toDouble() - 0.5) < 1e-6);
      plans.insert(r.out);
    }
    QCOMPARE(plans.size(), 7u);
    r = run({"allocate", path("all.json"), "--allocator", "owl", "--option", "lambda=0.2", "--out",
             path("some.json"), "--json"});
    QVERIFY(r.status == 0 && plans.insert(r.out).second);
    r = run({"allocate", path("all.json"), "--allocator", "owl", "--option", "lambda=wide", "--out",
             path("x.json")});
    QVERIFY2(r.status == 1 && r.error.contains("--option"), r.error.constData());
    r = run({"allocate", path("scores.json"), "--allocator", "owl", "--out", path("x.json")});
    QVERIFY2(r.status == 1 && r.error.contains("--statistics"), r.error.constData());
  }

  void refinedAndOfficialMasks() {
    std::set<QByteArray> weights;
    const auto prune = [&](const QStringList& more) {
      QDir(path("some")).removeRecursively();
      auto r = run(QStringList{"prune", model(), "--plan", path("plan.json"), "--data", calibration(),
                               "--samples", "8", "--out", path("some"), "--json"} +
                   more);
      QFile f(path("some/model.safetensors"));
      if (r.status == 0 && f.open(QIODevice::ReadOnly)) weights.insert(f.readAll());
      return r;
    };
    QCOMPARE(prune({}).status, 0);
    QCOMPARE(prune({"--refine", "dsnot"}).status, 0);
    QCOMPARE(prune({"--criterion", "magnitude", "--pattern", "4:8", "--refine", "dsnot"}).status, 0);
    QCOMPARE(prune({"--official"}).status, 0);
    QCOMPARE(prune({"--inputs", "dense"}).status, 0);
    QCOMPARE(prune({"--refine", "swaps"}).status, 0);
    QCOMPARE(prune({"--refine", "swaps,refit"}).status, 0);
    QCOMPARE(prune({"--refine", "swaps,refit", "--fit", "dense"}).status, 0);
    QCOMPARE(prune({"--picture-tokens", "0.5"}).status, 0);
    const auto r = prune({"--criterion", "sparsegpt"});
    QCOMPARE(r.status, 0);
    QCOMPARE(weights.size(), 10u);
    // What was added to the Hessian's diagonal is told for every matrix.
    for (const auto& m : json(r.out)["matrices"].toArray())
      QVERIFY(m.toObject()["damping"].toDouble() >= 0.01);
    const auto refused = prune({"--criterion", "sparsegpt", "--refine", "dsnot"});
    QVERIFY2(refused.status == 1 && refused.error.contains("dsnot"), refused.error.constData());
    const auto order = prune({"--refine", "refit,swaps"});
    QVERIFY2(order.status == 1 && order.error.contains("refit"), order.error.constData());
    const auto unfitted = prune({"--fit", "dense"});
    QVERIFY2(unfitted.status == 1 && unfitted.error.contains("refit"), unfitted.error.constData());
    QCOMPARE(prune({"--refine", "magic"}).status, 1);
    QCOMPARE(prune({"--inputs", "magic"}).status, 2);
    const auto neither = prune({"--inputs", "dense", "--official"});
    QVERIFY2(neither.status == 1 && neither.error.contains("dense"), neither.error.constData());
  }

  void impossiblePinNamesTheNearestTarget() {
    QVERIFY(QFile::exists(path("scores.json")));
    const auto r = run({"allocate", path("scores.json"), "--target", "0.5", "--pin",
                        "vision_model.encoder.layers.0=7", "--out", path("x.json")});
    QCOMPARE(r.status, 1);
    QVERIFY(r.error.contains("--pin"));
    QVERIFY(!QFile::exists(path("x.json")));
  }

  // Each is one sentence that names the flag or what is wrong, and writes nothing.
  void allocateRefuses_data() {
    QTest::addColumn<QStringList>("flags");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    QTest::newRow("target above one") << QStringList{"--target", "1.5"} << 2 << "--target";
    QTest::newRow("cap that is no number") << QStringList{"--cap", "high"} << 2 << "--cap";
    QTest::newRow("granularity") << QStringList{"--granularity", "moon"} << 1 << "moon";
    QTest::newRow("aggregate") << QStringList{"--aggregate", "moon"} << 1 << "moon";
    QTest::newRow("allocator") << QStringList{"--allocator", "moon"} << 1
                               << "The allocator \"moon\" is not known";
    QTest::newRow("pin of no group") << QStringList{"--pin", "moon=0.3"} << 1 << "There is no group \"moon\"";
    QTest::newRow("pin without a value") << QStringList{"--pin", "moon"} << 1 << "--pin is \"moon\"";
    QTest::newRow("option of no allocator")
        << QStringList{"--option", "moon=0.3"} << 1 << "has no option \"moon\"";
    QTest::newRow("target above the cap") << QStringList{"--target", "0.7", "--cap", "0.5"} << 1 << "0.5";
    QTest::newRow("target out of a pin's reach")
        << QStringList{"--granularity", "component", "--target", "0.9", "--cap", "0.9", "--pin", "vision=0"}
        << 1 << "0.9";
  }

  void allocateRefuses() {
    QFETCH(QStringList, flags);
    QFETCH(int, status);
    QFETCH(QString, says);
    QVERIFY(QFile::exists(path("scores.json")));
    const auto r = run(QStringList{"allocate", path("scores.json"), "--out", path("refused.json")} + flags);
    QCOMPARE(r.status, status);
    QVERIFY2(r.error.contains(says.toUtf8()), r.error.constData());
    if (status == 1) QCOMPARE(r.error.trimmed().count('\n'), 0);
    QVERIFY(r.out.isEmpty());
    QVERIFY(!QFile::exists(path("refused.json")));
  }

  // Draws until the plan is stable, or as many as are allowed, and says which.
  void untilStable() {
    const QStringList score{
        "score",        model(), "--data",   calibration(),  "--samples", "4",
        "--batch-size", "4",     "--method", "zeroth-order", "--out",     path("stable.json")};
    auto r = run(score + QStringList{"--until-stable", "0.9", "--draws", "6", "--json"});
    QVERIFY2(r.status == 0, r.error.constData());
    const int few = json(r.out)["draws"].toInt();
    QVERIFY(few >= 1 && few < 6);
    const double uncertainty = json(r.out)["uncertainty"].toDouble();
    QVERIFY(uncertainty > 0 && uncertainty <= 0.9);
    r = run(score + QStringList{"--until-stable", "0.000001", "--draws", "3"});
    QVERIFY2(r.status == 0, r.error.constData());
    QVERIFY2(r.out.contains("After 3 draws") && r.out.contains("not as well as asked for"),
             r.out.constData());
    r = run(score + QStringList{"--until-stable", "2"});
    QVERIFY2(r.status != 0 && r.error.contains("--until-stable"), r.error.constData());
    r = run(QStringList{"score", model(), "--data", calibration(), "--method", "magnitude", "--until-stable",
                        "0.1", "--out", path("x.json")});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("magnitude draws none"), r.error.constData());
    QVERIFY(!QFile::exists(path("x.json")));
  }

  // The folder for the model is looked at before anything is computed.
  void runRefusesAFolderThatIsThere() {
    QVERIFY(QDir().mkpath(path("taken")));
    QFile mine(path("taken/mine.txt"));
    QVERIFY(mine.open(QIODevice::WriteOnly) && mine.write("mine") == 4);
    mine.close();
    const auto r = run({"run", "--sample", "--work", path("job"), "--out", path("taken")});
    QCOMPARE(r.status, 1);
    QVERIFY2(r.error.contains("taken") && r.error.trimmed().count('\n') == 0, r.error.constData());
    QCOMPARE(QDir(path("taken")).entryList(QDir::Files), QStringList{"mine.txt"});
    QVERIFY(!QFile::exists(path("job/scores.json")));
    QCOMPARE(run({"run"}).status, 1);
    QCOMPARE(run({"run", path("recipe.json"), "--sample"}).status, 1);
  }

  // The exact gradient's memory is that of inference and less than a third more.
  void exactGradientsMemory() {
    auto r =
        run({"--json", "bench", "eva-512", "--rows", "1", "--stages", "inference,exact", "--repeats", "1"});
    QVERIFY2(r.status == 0, r.error.constData());
    const auto models = json(r.out)["models"].toArray();
    QCOMPARE(models.size(), 1);
    for (const auto& m : models) {
      QCOMPARE(m.toObject()["stages"].toArray().size(), 2);
      const double ratio = m.toObject()["exactMemoryOverInference"].toDouble();
      QVERIFY2(ratio > 0.9 && ratio < 1.3, qPrintable(QString::number(ratio)));
    }
    QVERIFY(json(r.out)["selection"].toArray().isEmpty());
    r = run({"bench", "eva-512", "--stages", "moon"});
    QVERIFY2(r.status == 1 && r.error.contains("There is no stage \"moon\""), r.error.constData());
  }

  void cancelExits130() {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli",
            {"score", model(), "--data", calibration(), "--samples", "256", "--draws", "8", "--out",
             path("never.json")});
    QVERIFY(p.waitForStarted());
    // A signal before the program has its handler would end it the rough way: wait until it catches SIGINT.
    const auto catches = [&] {
      QFile status(QString("/proc/%1/status").arg(p.processId()));
      if (!status.open(QIODevice::ReadOnly)) return false;
      const auto match = QRegularExpression("SigCgt:\\s*([0-9a-f]+)").match(status.readAll());
      return (match.captured(1).toULongLong(nullptr, 16) & (1ull << (SIGINT - 1))) != 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(catches(), 60'000);
    ::kill(pid_t(p.processId()), SIGINT);
    QVERIFY(p.waitForFinished(60'000));
    QCOMPARE(p.exitCode(), 130);
    QVERIFY(!QFile::exists(path("never.json")));
  }

  void sampleWritesItselfAndFreshScenes() {
    QCOMPARE(run({"sample", path("sample")}).status, 0);
    QVERIFY(QFile::exists(path("sample/model/model.safetensors")));
    QCOMPARE(run({"sample", path("fresh"), "--scenes", "test", "--pictures", "3", "--world", "novel"}).status,
             0);
    QVERIFY(QFile::exists(path("fresh/metadata.jsonl")));
    QCOMPARE(run({"sample", path("bad"), "--scenes", "test", "--world", "moon"}).status, 1);
  }
};

QTEST_APPLESS_MAIN(CliTest)
#include "cli_test.moc"
