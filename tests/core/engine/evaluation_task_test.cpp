// What is measured of a model on each kind of data, with small reference models.
#include <QtTest/QtTest>
#include <fstream>
#include <set>

#include "core/engine/engine.h"
#include "core/engine/evaluation_file.h"
#include "core/samples/scene_dataset.h"
#include "tests/support/errors.h"
#include "tests/support/fixtures.h"
#include "tests/support/letter_model.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

class EvaluationTaskTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::vector<fs::path> m_pictures;

  fs::path root() const { return m_dir.path().toStdString(); }

  ModelPtr model(const std::string& name) const { return openLetterModel(root(), name); }

  Dataset captions() const {
    Dataset d;
    d.path = "captions";
    d.kind = DataKind::Captions;
    for (size_t i = 0; i < m_pictures.size(); ++i)
      for (const char* text : {"ab c", "d ef"}) d.samples.push_back({m_pictures[i], {}, text, "caption"});
    return d;
  }
  Dataset questions() const {
    Dataset d = captions();
    d.kind = DataKind::Questions;
    for (auto& s : d.samples) s.question = "a b", s.kind = s.answer == "ab c" ? "one" : "two";
    return d;
  }
  Dataset classes(int64_t count) const {
    Dataset d;
    d.path = "classes";
    d.kind = DataKind::Classes;
    for (int64_t i = 0; i < count; ++i) d.classNames.push_back({char('a' + i), 'z'});  // pooled at the z
    for (size_t i = 0; i < m_pictures.size(); ++i) {
      Sample s{m_pictures[i], {}, d.classNames[i % size_t(count)], {}};
      s.classIndex = int64_t(i) % count, s.classCount = count;
      d.samples.push_back(s);
    }
    return d;
  }

 private Q_SLOTS:
  void initTestCase() {
    SceneDatasetOptions options;
    options.stream = "tasks";
    options.pictures = 6;
    writeSceneDataset(root() / "data", options);
    for (const auto& s : openDataset(root() / "data").samples) m_pictures.push_back(s.image);
    QCOMPARE(m_pictures.size(), size_t(6));
  }

  void answersAreScoredByThePeopleAsked() {
    const auto m = model("blip-vqa");
    auto data = questions();
    const auto first = evaluateModel(*m, data, {});
    QCOMPARE(first.task, std::string("vqa"));
    // Every question answered as the model answers it by two of ten people, those of one kind by all.
    for (size_t i = 0; i < data.samples.size(); ++i) {
      auto& s = data.samples[i];
      s.answers.assign(10, "something else");
      for (size_t k = 0; k < (s.kind == "one" ? 10 : 2); ++k) s.answers[k] = first.pairs[i].answer;
    }
    const auto e = evaluateModel(*m, data, {});
    QVERIFY(std::abs(e.metrics.at("VQA accuracy") - 0.8) < 1e-9);
    QVERIFY(std::abs(e.metrics.at("VQA accuracy, one") - 1) < 1e-9);
    QVERIFY(std::abs(e.metrics.at("VQA accuracy, two") - 0.6) < 1e-9);
    QVERIFY(std::abs(e.pairs[1].score - 0.6) < 1e-9 && e.pairs[1].right);
    // What is written reads back.
    writeEvaluation(root() / "e.json", e, data);
    const auto back = readEvaluation(root() / "e.json");
    QCOMPARE(back.task, e.task);
    QCOMPARE(back.metrics, e.metrics);
    QCOMPARE(back.pairs[1].score, e.pairs[1].score);
    // So are losses that are no numbers, of a model that was pruned too far.
    auto diverged = e;
    diverged.pairs[0].loss = std::nan("");
    diverged.metrics["perplexity"] = std::numeric_limits<double>::infinity();
    writeEvaluation(root() / "e.json", diverged, data);
    const auto again = readEvaluation(root() / "e.json");
    QVERIFY(std::isnan(again.pairs[0].loss) && std::isnan(again.metrics.at("perplexity")));
    QCOMPARE(again.pairs[1].loss, e.pairs[1].loss);
  }

  void promptsStandAroundQuestions() {
    const auto m = model("blip-vqa");
    auto data = questions();
    AnswerOptions options;
    options.prompt = "q {} r";
    const auto prompted = evaluateModel(*m, data, {}, {}, {}, options);
    for (auto& s : data.samples) s.question = "q " + s.question + " r";
    const auto written = evaluateModel(*m, data, {});
    for (size_t i = 0; i < written.pairs.size(); ++i) QCOMPARE(prompted.pairs[i].loss, written.pairs[i].loss);
    options.prompt = "no place";
    QVERIFY(errorOf([&] { evaluateModel(*m, data, {}, {}, {}, options); }).contains("--prompt"));
  }

  void captionsOfAPictureAreComparedWithAllItsTexts() {
    const auto m = model("blip-caption");
    const auto data = captions();
    int told = 0;
    const auto e = evaluateModel(*m, data, {}, [&](const PairResult&) { ++told; });
    QCOMPARE(e.task, std::string("caption"));
    QCOMPARE(told, int(data.samples.size()));
    QVERIFY(e.metrics.contains("CIDEr-D") && e.metrics.contains("BLEU-4"));
    for (size_t i = 0; i < e.pairs.size(); i += 2) QCOMPARE(e.pairs[i].answer, e.pairs[i + 1].answer);
    // The loss is that of each text, as the perplexity's.
    AnswerOptions options;
    options.task = "perplexity";
    const auto p = evaluateModel(*m, data, {}, {}, {}, options);
    for (size_t i = 0; i < e.pairs.size(); ++i) QVERIFY(std::abs(e.pairs[i].loss - p.pairs[i].loss) < 1e-4);
    QVERIFY(std::abs(p.metrics.at("perplexity") - std::exp(p.metrics.at("token loss"))) < 1e-9);
  }

  void classesByTexts() {
    const auto m = model("clip");
    auto data = classes(3);
    const auto e = evaluateModel(*m, data, {}, {}, m);
    QCOMPARE(e.task, std::string("classification"));
    QCOMPARE(e.metrics.at("agreement"), 1.0);
    QCOMPARE(e.metrics.at("top-5"), 1.0);  // there are three
    QVERIFY(e.metrics.at("top-1") < 1);
    // Labelled as the model sees it, every picture is right.
    for (size_t i = 0; i < data.samples.size(); ++i) data.samples[i].classIndex = e.pairs[i].answer[0] - 'a';
    const auto own = evaluateModel(*m, data, {});
    QCOMPARE(own.metrics.at("top-1"), 1.0);
    QVERIFY(!own.metrics.contains("agreement"));
    QVERIFY(own.overall().loss < std::log(3.0));
    // The mean of several templates; one of one template twice is that template.
    AnswerOptions options;
    options.templates = {"a photo of a {}.", "a photo of a {}."};
    const auto twice = evaluateModel(*m, data, {}, {}, {}, options);
    for (size_t i = 0; i < own.pairs.size(); ++i)
      QVERIFY(std::abs(twice.pairs[i].loss - own.pairs[i].loss) < 1e-4);
    options.templates = {"b {}", "c {}"};
    QVERIFY(evaluateModel(*m, data, {}, {}, {}, options).overall().loss != own.overall().loss);
    options.templates = {"nothing to fill"};
    QVERIFY(errorOf([&] { evaluateModel(*m, data, {}, {}, {}, options); }).contains("--template"));
    options = {};
    options.task = "retrieval";
    QVERIFY(evaluateModel(*m, data, {}, {}, {}, options).metrics.contains("TR@1"));
  }

  // Pictures with captions show a classifier nothing but whether it still agrees with the dense model: each
  // picture counts once, and what is expected is that model's class.
  void captionsTellAClassifierNothing() {
    const auto m = model("vit");
    const auto data = captions();
    std::set<int64_t> told;
    const auto e = evaluateModel(*m, data, {}, [&](const PairResult& p) { told.insert(p.sample); });
    QVERIFY(e.onlyAgreement);
    QCOMPARE(e.counted(), std::string("like the dense model"));
    QCOMPARE(e.pairs.size(), m_pictures.size());
    QCOMPARE(told.size(), data.samples.size());  // each pair of a picture is shown its result
    QCOMPARE(e.overall().total, int64_t(m_pictures.size()));
    QCOMPARE(e.overall().right, e.overall().total);
    QCOMPARE(e.byKind(data).size(), size_t(1));
    QVERIFY(e.isOf(data));
    for (const auto& p : e.pairs) {
      QCOMPARE(p.expected, p.answer);
      QVERIFY(p.expected != data.samples[size_t(p.sample)].answer);
    }
    const auto file = root() / "agreement.json";
    writeEvaluation(file, e, data);
    const auto read = readEvaluation(file);
    QVERIFY(read.onlyAgreement && read.isOf(data));
    QCOMPARE(read.pairs[0].expected, e.pairs[0].expected);
  }

  // One picture that cannot be decoded is left out and told; the others give what they give without it.
  void aDamagedPictureEndsNothing() {
    const auto m = model("blip-vqa");
    auto data = questions();
    const auto whole = evaluateModel(*m, data, {});
    const auto broken = root() / "broken.png";
    fs::copy_file(m_pictures[0], broken, fs::copy_options::overwrite_existing);
    fs::resize_file(broken, fs::file_size(broken) / 2);
    auto damaged = data;
    damaged.samples.insert(damaged.samples.begin() + 1, {broken, "a b", "ab c", "one"});
    const auto e = evaluateModel(*m, damaged, {});
    QCOMPARE(e.pairs.size(), whole.pairs.size());
    QCOMPARE(e.problems.size(), size_t(1));
    QVERIFY(e.problems[0].place.find("broken.png") != std::string::npos);
    QCOMPARE(e.metrics, whole.metrics);
    QCOMPARE(e.pairs[0].sample, int64_t(0));
    QCOMPARE(e.pairs[1].sample, int64_t(2));
    QCOMPARE(e.pairs[1].answer, whole.pairs[1].answer);
    QVERIFY(e.isOf(damaged) && !e.isOf(data));
    for (auto& s : damaged.samples) s.image = broken;
    QVERIFY(errorOf([&] { evaluateModel(*m, damaged, {}); }).contains("holds no picture that can be read"));
    for (auto& s : data.samples) s.answer.clear(), s.answers.clear();
    QVERIFY(errorOf([&] { evaluateModel(*m, data, {}); }).contains("questions without answers"));
  }

  void classFoldersMeetAClassifier() {
    const auto m = model("vit");
    Dataset pictures;
    pictures.path = "pictures";
    pictures.kind = DataKind::Pictures;
    for (const auto& p : m_pictures) pictures.samples.push_back({p, {}, {}, {}});
    const auto own = evaluateModel(*m, pictures, {}, {}, m);
    QCOMPARE(own.metrics, (std::map<std::string, double>{{"agreement", 1.0}}));
    // By place where there are as many folders as classes.
    const auto labels = test::readJson(dataFile("fixtures/models/vit/config.json"))
                            .value("id2label", nlohmann::json::object());
    const auto count = labels.empty() ? int64_t(2) : int64_t(labels.size());
    auto data = classes(1);
    for (size_t i = 0; i < data.samples.size(); ++i) {
      data.samples[i].answer = "no such name";
      data.samples[i].classIndex = 0, data.samples[i].classCount = count;
    }
    const auto e = evaluateModel(*m, data, {}, {}, m);
    QCOMPARE(e.metrics.at("agreement"), 1.0);
    int64_t right = 0;
    for (const auto& p : e.pairs) right += p.right;
    QCOMPARE(e.metrics.at("top-1"), double(right) / double(e.pairs.size()));
    for (auto& s : data.samples) s.classCount = count + 1;  // other classes than the model's
    QVERIFY(!evaluateModel(*m, data, {}).metrics.contains("top-1"));
  }

  void whatDoesNotFitIsRefused() {
    AnswerOptions options;
    options.task = "retrieval";
    const auto vqa = model("blip-vqa"), clip = model("clip"), opt = model("opt");
    QVERIFY(errorOf([&] {
              evaluateModel(*vqa, questions(), {}, {}, {}, options);
            }).contains("by vqa or perplexity"));
    options.task = "tea-leaves";
    QVERIFY(errorOf([&] {
              evaluateModel(*vqa, questions(), {}, {}, {}, options);
            }).contains("--task is \"tea-leaves\""));
    Dataset pictures = captions();
    pictures.kind = DataKind::Pictures;
    QVERIFY(errorOf([&] { evaluateModel(*clip, pictures, {}); }).contains("holds pictures"));
    Dataset text;
    text.kind = DataKind::Text;
    text.samples = {{{}, {}, "abc def ghi", {}}, {{}, {}, "jkl", {}}};
    QVERIFY(evaluateModel(*opt, text, {}).metrics.contains("perplexity"));
    QCOMPARE(evaluationTasks().size(), size_t(6));
  }

  void aFolderOfSeveralKindsIsReadForTheModel() {
    fs::create_directories(root() / "both");
    fs::copy_file(m_pictures[0], root() / "both/1.png");
    std::ofstream(root() / "both/captions.json")
        << R"({"images": [{"id": 1, "file_name": "1.png"}], "annotations": [{"image_id": 1, "caption": "c"}]})";
    std::ofstream(root() / "both/q.json")
        << R"({"questions": [{"image_id": 1, "question": "q", "question_id": 5}]})";
    std::ofstream(root() / "both/a.json")
        << R"({"annotations": [{"question_id": 5, "answers": [{"answer": "a"}]}]})";
    QCOMPARE(openDatasetFor(*model("blip-caption"), root() / "both").kind, DataKind::Captions);
    QCOMPARE(openDatasetFor(*model("blip-vqa"), root() / "both").kind, DataKind::Questions);
    QCOMPARE(openDatasetFor(*model("clip"), root() / "both").kind, DataKind::Captions);
    QCOMPARE(openDatasetFor(*model("vit"), root() / "both").kind, DataKind::Pictures);
  }
};

QTEST_APPLESS_MAIN(EvaluationTaskTest)
#include "evaluation_task_test.moc"
