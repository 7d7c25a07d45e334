// Options of espalier-cli that change nothing beside the others are told, each by its flag; the others are
// not.
#include <QtTest/QtTest>

#include "core/engine/recover_model.h"
#include "core/engine/unread_options.h"
#include "core/samples/sample_folder.h"

using namespace espalier;

class UnreadCliTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  QString path(const char* name) const { return m_dir.filePath(name); }
  static QString sample(const char* part) { return QString::fromStdString((sampleFolder() / part).string()); }

  struct Result {
    int status = -1;
    QString error;
  };
  static Result run(const QStringList& arguments) {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments);
    p.waitForFinished(240'000);
    return {p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1, p.readAllStandardError()};
  }
  // The flags that are told to change nothing.
  static QStringList told(const QString& error) {
    QStringList out;
    static const QRegularExpression sentence("Warning: (\\S+) changes nothing: ");
    for (auto it = sentence.globalMatch(error); it.hasNext();) out << it.next().captured(1);
    out.sort();
    return out;
  }
  // Every flag of a table with the value it has anyway, but for those that are chosen and switches that do
  // something.
  template <typename Options>
  static QStringList given(const OptionFields<Options>& fields, const Options& options,
                           const QStringList& but) {
    QStringList out;
    for (const auto& field : fields) {
      const auto flag = QString::fromStdString(field.flag);
      if (flag.isEmpty() || but.contains(flag)) continue;
      const auto value = option_fields::valueOf(field, options);
      if (value.is_boolean()) continue;
      out << flag << QString::fromStdString(option_fields::nameOfValue(field, options));
    }
    return out;
  }
  template <typename Options>
  static QStringList unread(const OptionFields<Options>& fields, const Options& options) {
    QStringList out;
    for (const auto& field : fields)
      if (!field.flag.empty() && !whyUnread(options, field.key).empty())
        out << QString::fromStdString(field.flag);
    out.sort();
    return out;
  }
  QStringList scoring(const char* method) const {
    return {"score",    sample("model"), "--data", sample("calibration"),
            "--method", method,          "--out",  path("scores.json")};
  }

 private Q_SLOTS:
  void scores() {
    auto r = run(scoring("magnitude"));
    QCOMPARE(r.status, 0);
    QCOMPARE(told(r.error), QStringList());
    ScoreOptions options;
    options.method = "magnitude";
    r = run(scoring("magnitude") + given(scoreFields(), options, {"--method"}) +
            QStringList{"--target", "0.4"});
    QCOMPARE(r.status, 0);
    QStringList expected = unread(scoreFields(), options) << "--target";
    expected.sort();
    QCOMPARE(told(r.error), expected);
    QCOMPARE(expected, QStringList({"--batch-size", "--draws", "--eps", "--samples", "--seed", "--target"}));
    QVERIFY2(r.error.contains("--eps changes nothing: magnitude takes no step."), qPrintable(r.error));
    // The usual method has no step either, and looks at data.
    r = run(scoring("forward-mode") +
            QStringList{"--samples", "1", "--batch-size", "1", "--eps", "0.01", "--seed", "3"});
    QCOMPARE(r.status, 0);
    QCOMPARE(told(r.error), QStringList{"--eps"});
  }

  void plansAndPrunings() {
    auto r = run({"allocate", path("scores.json"), "--allocator", "uniform", "--aggregate", "mean",
                  "--target", "0.5", "--out", path("plan.json")});
    QCOMPARE(r.status, 0);
    QCOMPARE(told(r.error), QStringList{"--aggregate"});
    const auto pruning = [&](const char* out) {
      return QStringList{
          "prune",       sample("model"), "--plan", path("plan.json"), "--data", sample("calibration"),
          "--criterion", "magnitude",     "--out",  path(out)};
    };
    r = run(pruning("plain"));
    QCOMPARE(r.status, 0);
    QCOMPARE(told(r.error), QStringList());
    PruneOptions options;
    options.criterion = "magnitude", options.pattern = "2:4";
    const auto recover = given(recoverFields(), RecoverOptions(), {});
    r = run(pruning("all") + given(pruneFields(), options, {"--criterion", "--refine"}) + recover +
            QStringList{"--rounds", "3"});
    QCOMPARE(r.status, 0);
    QStringList expected =
        unread(pruneFields(), options) + unread(recoverFields(), RecoverOptions()) + QStringList{"--rounds"};
    expected.sort();
    QCOMPARE(told(r.error), expected);
    QVERIFY(expected.contains("--comparison") && expected.contains("--fit") &&
            expected.contains("--lora-rank"));
    // What was asked of recovery alone goes by its short flags.
    r = run({"recover",         path("plain"),
             "--dense",         sample("model"),
             "--data",          sample("calibration"),
             "--method",        "correct",
             "--rebuild-steps", "1",
             "--samples",       "4",
             "--rate",          "1",
             "--lora-rank",     "2",
             "--distil-steps",  "3",
             "--out",           path("recovered")});
    QVERIFY2(r.status == 0, qPrintable(r.error));
    QCOMPARE(told(r.error), QStringList({"--distil-steps", "--lora-rank"}));
  }

  void evaluations() {
    auto r = run({"evaluate", sample("model"), "--data", sample("pairs"), "--samples", "1",
                  "--length-penalty", "2", "--early-stopping", "true", "--template", "a {}."});
    QCOMPARE(r.status, 0);
    QCOMPARE(told(r.error), QStringList({"--early-stopping", "--length-penalty", "--template"}));
    r = run({"evaluate", sample("model"), "--data", sample("pairs"), "--samples", "1", "--beams", "2",
             "--length-penalty", "2", "--prompt", "Question: {}"});
    QCOMPARE(r.status, 0);
    QCOMPARE(told(r.error), QStringList());
  }

  void otherCommands() {
    QCOMPARE(told(run({"sample", path("copy"), "--world", "novel", "--font", "x"}).error),
             QStringList({"--font", "--world"}));
    QCOMPARE(told(run({"matrix", "--toy", "--samples", "4"}).error), QStringList{"--samples"});
    QCOMPARE(told(run({"data", "--formats", "--show", "3"}).error), QStringList{"--show"});
  }

  // What a recipe has beside the usual, too, before the job is done.
  void recipes() {
    QFile file(path("recipe.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        QString(
            "{\"format\": \"espalier/recipe\", \"version\": 1, \"model\": \"%1\", \"calibration\": \"%2\", "
            "\"score\": {\"method\": \"magnitude\", \"eps\": 0.5}, \"prune\": {\"criterion\": "
            "\"magnitude\", \"sed\": 1}}")
            .arg(sample("model"), sample("calibration"))
            .toUtf8());
    file.close();
    const auto r = run({"run", path("recipe.json")});
    QCOMPARE(r.status, 0);
    QVERIFY2(r.error.contains("\"score.eps\" changes nothing: magnitude takes no step."),
             qPrintable(r.error));
    QVERIFY2(r.error.contains("\"prune.sed\""), qPrintable(r.error));
  }

  // What prune writes of itself, with paths as they were given, is run again from anywhere to the same bits.
  void exportsAreRunAgain() {
    const auto in = [](const QString& folder, const QStringList& arguments) {
      QProcess p;
      p.setWorkingDirectory(folder);
      p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments);
      p.waitForFinished(240'000);
      return Result{p.exitStatus() == QProcess::NormalExit ? p.exitCode() : -1, p.readAllStandardError()};
    };
    QVERIFY(QFile::link(sample("model"), path("linked")));
    QVERIFY(QFile::link(sample("calibration"), path("data")));
    QCOMPARE(run({"allocate", path("scores.json"), "--granularity", "layer", "--target", "0.4", "--out",
                  path("layers.json")})
                 .status,
             0);
    auto r = in(m_dir.path(), {"prune", "linked", "--plan", "layers.json", "--data", "data", "--criterion",
                               "magnitude", "--out", "first"});
    QVERIFY2(r.status == 0, qPrintable(r.error));
    r = in("/", {"run", path("first/espalier-recipe.json"), "--out", path("second")});
    QVERIFY2(r.status == 0, qPrintable(r.error));
    QVERIFY(!r.error.contains("changes nothing"));
    const auto weights = [&](const char* name) {
      QFile f(path(name));
      return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
    };
    QVERIFY(!weights("first/model.safetensors").isEmpty());
    QVERIFY(weights("first/model.safetensors") == weights("second/model.safetensors"));
  }
};

QTEST_APPLESS_MAIN(UnreadCliTest)
#include "unread_cli_test.moc"
