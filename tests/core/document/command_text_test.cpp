// What the window did, as commands: they say the same, whatever stands in names.
#include "core/document/command_text.h"

#include <QtTest/QtTest>

#include "core/allocate/planner.h"

using namespace espalier;

namespace {

Scores scores() {
  Scores s;
  s.method = "zeroth-order";
  for (int b = 0; b < 4; ++b)
    s.matrices.push_back({"layers." + std::to_string(b) + ".weight",
                          "layers." + std::to_string(b),
                          "vision",
                          1000,
                          1.0 + b,
                          0.1,
                          nlohmann::json::object(),
                          {}});
  return s;
}

CommandedWork work() {
  CommandedWork w;
  w.model = "/models/it's a model";
  w.calibration = "cal";
  w.pairs = "pairs";
  w.scored = true;
  w.plan = makePlan(scores(), {.target = 0.6});
  return w;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

class CommandTextTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void defaultsAreLeftOut() {
    const auto c = commandsOf(work());
    QVERIFY(!c.needsPlan);
    QCOMPARE(c.commands.size(), size_t(4));
    QCOMPARE(c.commands[0], (std::vector<std::string>{"score", "/models/it's a model", "--data", "cal",
                                                      "--out", "scores.json"}));
    QCOMPARE(c.commands[1], (std::vector<std::string>{"allocate", "scores.json", "--target", "0.6",
                                                      "--aggregate", "sum", "--out", "plan.json"}));
    QCOMPARE(c.commands[3], (std::vector<std::string>{"evaluate", "pruned", "--data", "pairs", "--baseline",
                                                      "/models/it's a model"}));
  }

  void choicesAreFlags() {
    auto w = work();
    w.score.method = "exact-gradient", w.score.samples = 7;
    w.prune.criterion = "sparsegpt", w.prune.official = true, w.prune.inputs = "dense";
    w.prompt = PromptForm::Plain;
    w.calibrationOptions.split = "val";
    const auto c = commandsOf(w);
    for (const char* word :
         {"--method", "exact-gradient", "--samples", "7", "--prompt-form", "plain", "--split"})
      QVERIFY2(has(c.commands[0], word), word);
    for (const char* word : {"--criterion", "sparsegpt", "--official", "--inputs", "dense"})
      QVERIFY2(has(c.commands[2], word), word);
    // A switch has no value.
    const auto at = std::find(c.commands[2].begin(), c.commands[2].end(), "--official");
    QVERIFY((at + 1)->starts_with("--"));
  }

  // The way back is part of what led to the answers.
  void aRecoveryIsPartOfIt() {
    auto w = work();
    QVERIFY(!has(commandsOf(w).commands[2], "--recover"));
    w.recover.methods = "rebuild,distil";
    w.recover.rebuildSteps = 7, w.recover.samples = 64;
    auto c = commandsOf(w);
    const auto& prune = c.commands[2];
    QCOMPARE(prune[0], std::string("prune"));
    const auto valueOf = [&](const char* flag) {
      const auto at = std::find(prune.begin(), prune.end(), flag);
      return at == prune.end() ? std::string() : *(at + 1);
    };
    QCOMPARE(valueOf("--recover"), std::string("rebuild,distil"));
    QCOMPARE(valueOf("--rebuild-steps"), std::string("7"));
    QCOMPARE(valueOf("--recover-samples"), std::string("64"));
    QVERIFY(!has(prune, "--distil-steps"));
    QVERIFY(shellText(c).find("--recover rebuild,distil") != std::string::npos);
    QVERIFY(pythonText(c).find("recover=\"rebuild,distil\"") != std::string::npos);
    QVERIFY(!shellText(c).starts_with("#"));
    // What a person stopped cannot be said in steps.
    w.recoveryStopped = true;
    c = commandsOf(w);
    QVERIFY(shellText(c).starts_with("# The recovery was stopped"));
    QVERIFY(pythonText(c).find("# The recovery was stopped") != std::string::npos);
  }

  // Pins that the allocator shares around can be said; a plan that was bent otherwise has to be exported.
  void handMadePlans() {
    auto w = work();
    w.plan = makePlan(scores(), {.target = 0.6, .pins = {{"layers.1", 0.5}}});
    auto c = commandsOf(w);
    QVERIFY(!c.needsPlan);
    QVERIFY(has(c.commands[1], "layers.1=0.5"));
    w.plan.groups[0].sparsity -= 0.05, w.plan.groups[2].sparsity += 0.05;
    c = commandsOf(w);
    QVERIFY(c.needsPlan);
    QCOMPARE(c.commands.size(), size_t(2));
    QCOMPARE(c.commands[0][0], std::string("prune"));
    QVERIFY(shellText(c).starts_with("# "));
    QVERIFY(pythonText(c).find("plan.json") != std::string::npos);
  }

  // The shell takes each word as it is.
  void shellTakesWordsApart() {
    const auto c = commandsOf(work());
    QProcess shell;
    const auto text = QString::fromStdString(shellText(c)).replace("espalier-cli", "printf '%s\\n'");
    shell.start("sh", {"-c", text});
    QVERIFY(shell.waitForFinished());
    std::string all;
    for (const auto& command : c.commands)
      for (const auto& word : command) all += word + "\n";
    QCOMPARE(shell.readAllStandardOutput(), QByteArray::fromStdString(all));
  }

  void pythonTakesKeywords() {
    auto w = work();
    const auto text = pythonText(commandsOf(w));
    QVERIFY(
        text.find("espalier.run(\"score\", \"/models/it's a model\", data=\"cal\", out=\"scores.json\")") !=
        std::string::npos);
    w.plan = makePlan(scores(), {.target = 0.6, .pins = {{"layers.1", 0.5}, {"layers.2", 0.5}}});
    // Two pins cannot be one keyword.
    QVERIFY(pythonText(commandsOf(w)).find("\"--pin\", \"layers.1=0.5\", \"--pin\", \"layers.2=0.5\"") !=
            std::string::npos);
  }
};

QTEST_GUILESS_MAIN(CommandTextTest)
#include "command_text_test.moc"
