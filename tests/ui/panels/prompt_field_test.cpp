// How an instruct model is asked is a choice of the window: a step of the history that projects keep.
#include "ui/panels/prompt_field.h"

#include <QComboBox>
#include <QtTest/QtTest>
#include <filesystem>

#include "core/document/project.h"
#include "core/engine/conversation.h"
#include "ui/base/format.h"
#include "ui/controllers/model_controller.h"
#include "ui/session/session.h"

using namespace espalier;
namespace fs = std::filesystem;

namespace {

fs::path dataFile(const char* relative) {
  return fs::path(ESPALIER_BINARY_DIR) / "tests/data" / relative;
}

}  // namespace

class PromptFieldTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  Session m_session;
  ModelController m_models{m_session};
  PromptField m_field{m_session};

  QComboBox* box() const { return m_field.findChild<QComboBox*>("promptForm"); }
  PromptForm form() const { return promptOf(*m_session.model()); }
  void open(const QString& folder) {
    m_models.open(folder);
    QSignalSpy(&m_session, &Session::modelChanged).wait(60000);
  }
  void choose(PromptForm wanted) {
    const int row = box()->findData(int(wanted));
    box()->setCurrentIndex(row);
    Q_EMIT box()->activated(row);
  }

 private Q_SLOTS:
  // A small decoder with a chat template beside it.
  void initTestCase() {
    connect(&m_field, &PromptField::wanted, &m_models, &ModelController::askBy);
    for (const auto& from : {dataFile("fixtures/models/llama"), dataFile("families/chat/qwen3")})
      for (const auto& entry : fs::directory_iterator(from))
        fs::copy_file(entry.path(), toPath(m_dir.path()) / entry.path().filename(),
                      fs::copy_options::overwrite_existing);
  }

  void aModelWithoutATemplateHasNoForms() {
    open(QString::fromStdString(dataFile("fixtures/models/llama").string()));
    QVERIFY(m_session.hasModel());
    QVERIFY(m_field.isHidden());
  }

  void theFormIsAStepThatBringsBackWhatWasMeasured() {
    open(m_dir.path());
    QVERIFY(!m_field.isHidden());
    QCOMPARE(form(), PromptForm::Auto);
    QVERIFY(makesConversations(*m_session.model()));
    Dataset pairs;
    pairs.kind = DataKind::Questions;
    pairs.samples.resize(2);
    pairs.samples[0].question = "How many?", pairs.samples[0].answer = "two";
    pairs.samples[1].question = "Where?", pairs.samples[1].answer = "here";
    m_session.setPairs(pairs);
    const std::string prompt = promptText(*m_session.model(), pairs.samples[0]);
    QVERIFY2(prompt.find("<|im_start|>user\nHow many?") != std::string::npos, prompt.c_str());
    Evaluation answers;
    answers.pairs = {{0, "two", true, 0.5}, {1, "there", false, 2}};
    m_session.setDense(answers);
    m_session.addSweepPoint({"Uniform Wanda", 0.5, 0.5, 0, {{"", 1, 2, 1.0}}, {}});
    m_session.addSensitivity(m_session.plan().plan().groups[0].name, Curve{{0, 0.5}, {0, 0.25}});
    const auto chatConditions = m_session.sweepConditions();

    QSignalSpy changed(&m_session, &Session::pairsChanged);
    choose(PromptForm::Plain);
    QCOMPARE(box()->currentData().toInt(), int(PromptForm::Auto));  // until the model is ready
    QVERIFY(changed.wait(60000));
    QCOMPARE(form(), PromptForm::Plain);
    QCOMPARE(box()->currentData().toInt(), int(PromptForm::Plain));
    QVERIFY(!makesConversations(*m_session.model()) && takesConversations(*m_session.model()));
    QVERIFY(promptText(*m_session.model(), pairs.samples[0]).empty());
    // What was measured in the other form is not of this one.
    QVERIFY(!m_session.dense() && m_session.sweep().empty() && m_session.measuredSensitivities() == 0);
    QVERIFY(m_session.sweepConditions() != chatConditions);
    QCOMPARE(m_session.project().prompt, PromptForm::Plain);
    QVERIFY(m_session.plan().history().undoText().contains(promptTitle(PromptForm::Plain)));

    m_session.plan().history().undo();
    QCOMPARE(form(), PromptForm::Auto);
    QVERIFY(m_session.dense() && m_session.dense()->pairs.size() == 2);
    QCOMPARE(m_session.sweep().size(), size_t(1));
    QCOMPARE(m_session.measuredSensitivities(), 1);
    QCOMPARE(m_session.project().prompt, PromptForm::Auto);
    m_session.plan().history().redo();
    QCOMPARE(form(), PromptForm::Plain);
    QVERIFY(!m_session.dense());
  }

  void projectsKeepIt() {
    const Project project = m_session.project();
    QCOMPARE(project.prompt, PromptForm::Plain);
    Session other;
    other.restore(openModel(project.model, defaultDevice(), project.prompt), {}, m_session.pairs(), project);
    QCOMPARE(promptOf(*other.model()), PromptForm::Plain);
    other.plan().setTarget(0.6);
    other.plan().history().undo();
    QCOMPARE(promptOf(*other.model()), PromptForm::Plain);
  }
};

QTEST_MAIN(PromptFieldTest)
#include "prompt_field_test.moc"
