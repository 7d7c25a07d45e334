// Beam search: on a chain of words small enough to work out by hand and to search exhaustively, and with the
// decoders of every family, whose memory must follow the beams.
#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <cmath>

#include "core/checkpoint/tensor.h"
#include "core/model/layers/config_value.h"
#include "core/sweep/beam_search.h"
#include "tests/support/errors.h"
#include "tests/support/model_fixture.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// The next word depends on the last one only. Word 0 ends a text.
class Chain : public Block {
 public:
  explicit Chain(at::Tensor probabilities)
      : Block({"chain", Component::Language, false, {}}), m_logits(probabilities.log()) {}
  void run(State& s, const Pass&) const override {
    const auto& tokens = s.decoding->tokens;
    s.hidden = tokens.unsqueeze(2);
    s.logits = m_logits.index_select(0, tokens.flatten()).view({tokens.size(0), tokens.size(1), -1});
  }

 private:
  at::Tensor m_logits;
};

std::shared_ptr<const Model> chainOf(const at::Tensor& probabilities) {
  auto model = std::make_shared<Model>("chain", ModelTask::Continue, nlohmann::json::object());
  model->beginDecoder();
  model->add(std::make_unique<Chain>(probabilities));
  model->setGeneration({0, givenPrompt, {0}, 0});
  return model;
}

State promptOf(const at::Tensor& ids) {
  auto batch = std::make_shared<Batch>();
  batch->tensors["input_ids"] = ids;
  State state;
  state.inputs = batch;
  return state;
}

std::vector<int64_t> newTokens(const GeneratedText& text, int64_t row) {
  const auto fresh = text.sequences[row].slice(0, text.begin).contiguous();
  return {fresh.data_ptr<int64_t>(), fresh.data_ptr<int64_t>() + fresh.numel()};
}

// The best score of any text from `word` on that ends or is `length` long.
double bestOf(const at::Tensor& table, int64_t word, int64_t length, double penalty, double sum = 0,
              int64_t depth = 0) {
  double best = -INFINITY;
  for (int64_t next = 0; next < table.size(1); ++next) {
    const double s = sum + std::log(table[word][next].item<double>());
    const bool over = next == 0 || depth + 1 == length;
    best = std::max(best, over ? s / std::pow(double(depth + 1), penalty)
                               : bestOf(table, next, length, penalty, s, depth + 1));
  }
  return best;
}

// Log-probabilities of each row's new tokens, each from a pass over the whole text before it: [rows, length].
at::Tensor forced(const Model& model, const Pass& pass, const State& encoded, const GeneratedText& text) {
  const auto fresh = text.sequences.slice(1, text.begin);
  std::vector<at::Tensor> out;
  for (int64_t k = 0; k < fresh.size(1); ++k) {
    State state = encoded;
    beginGeneration(model, state);
    auto& d = *state.decoding;
    d.tokens = at::cat({d.tokens, fresh.slice(1, 0, k)}, 1);
    if (d.tokenMask.defined())
      d.tokenMask = at::cat({d.tokenMask, at::ones({fresh.size(0), k}, d.tokenMask.options())}, 1);
    runBlocks(model, pass, state, model.decoderStart(), model.blocks().size());
    const auto last = at::log_softmax(state.logits.select(1, -1).to(at::kDouble), 1);
    out.push_back(last.gather(1, fresh.slice(1, k, k + 1)));
  }
  return at::cat(out, 1);
}

}  // namespace

class BeamSearchTest : public QObject {
  Q_OBJECT
  int m_generated = 0;

 private Q_SLOTS:
  void equalsExhaustiveSearch() {
    at::manual_seed(5);
    const auto table = at::softmax(at::randn({5, 5}, at::kDouble) * 1.5, 1);
    const auto model = chainOf(table);
    const Weights none{std::map<std::string, at::Tensor>{}};
    for (const double penalty : {-1.0, 0.0, 0.5, 1.0, 2.0}) {
      // As many beams as there are texts of length 3: nothing is lost.
      BeamOptions options{64, penalty, EarlyStopping::Never};
      const auto text = generateBeams(*model, Pass{none},
                                      promptOf(at::tensor({1, 2, 3, 4}, at::kLong).unsqueeze(1)), 4, options);
      for (int64_t r = 0; r < 4; ++r) {
        const double best = bestOf(table, r + 1, 4, penalty);
        QVERIFY2(std::abs(text.scores[r].item<double>() - best) < 1e-9,
                 qPrintable(QString("penalty %1, row %2").arg(penalty).arg(r)));
      }
    }
  }

  // Worked out by hand: after word 1 comes 1 (.6), the end (.3) or 2 (.1).
  void stopsEarlyAsDefined() {
    const auto table = at::tensor({1.0, 0.0, 0.0, 0.3, 0.6, 0.1, 0.5, 0.0, 0.5}, at::kDouble).view({3, 3});
    const auto model = chainOf(table);
    const Weights none{std::map<std::string, at::Tensor>{}};
    const auto search = [&](EarlyStopping stopping) {
      return generateBeams(*model, Pass{none}, promptOf(at::ones({1, 1}, at::kLong)), 5, {2, 1, stopping});
    };
    // After two steps both "end" and "1 end" are there, the second likelier a word.
    auto text = search(EarlyStopping::WhenFull);
    QCOMPARE(newTokens(text, 0), (std::vector<int64_t>{1, 0}));
    QVERIFY(std::abs(text.scores[0].item<double>() - std::log(0.18) / 2) < 1e-12);
    // But "1 1" is likelier still than the worse of them, and so on until the text is as long as it may be.
    text = search(EarlyStopping::Estimate);
    QCOMPARE(newTokens(text, 0), (std::vector<int64_t>{1, 1, 1, 1, 1}));
    QVERIFY(std::abs(text.scores[0].item<double>() - std::log(0.6)) < 1e-12);
  }

  // One beam whose likeliest next word is the end: only what may yet come counts against stopping there.
  void neverStopsWhileABeamMayStillWin() {
    const auto table = at::tensor({1.0, 0.0, 0.0, 0.4, 0.25, 0.35, 0.1, 0.0, 0.9}, at::kDouble).view({3, 3});
    const auto model = chainOf(table);
    const Weights none{std::map<std::string, at::Tensor>{}};
    const auto search = [&](EarlyStopping stopping) {
      return newTokens(
          generateBeams(*model, Pass{none}, promptOf(at::ones({1, 1}, at::kLong)), 10, {1, 1, stopping}), 0);
    };
    QCOMPARE(search(EarlyStopping::Estimate), std::vector<int64_t>{0});
    QCOMPARE(search(EarlyStopping::Never), std::vector<int64_t>(10, 2));
  }

  void rowsEndEachForItself() {
    const auto table =
        at::tensor({1.0, 0.0, 0.0, 0.98, 0.01, 0.01, 0.01, 0.01, 0.98}, at::kDouble).view({3, 3});
    const auto model = chainOf(table);
    const Weights none{std::map<std::string, at::Tensor>{}};
    const auto ids = at::tensor({1, 2, 1}, at::kLong).unsqueeze(1);
    const auto text = generateBeams(*model, Pass{none}, promptOf(ids), 3, {2});
    QCOMPARE(newTokens(text, 0), (std::vector<int64_t>{0, 0, 0}));
    QCOMPARE(newTokens(text, 1), (std::vector<int64_t>{2, 2, 2}));
    QCOMPARE(newTokens(text, 2), newTokens(text, 0));
  }

  void refusesNoBeams() {
    const auto model = chainOf(at::full({2, 2}, 0.5));
    const Weights none{std::map<std::string, at::Tensor>{}};
    QVERIFY(errorOf([&] {
              generateBeams(*model, Pass{none}, promptOf(at::ones({1, 1}, at::kLong)), 3, {0});
            }).contains("at least 1"));
  }

  void familiesRememberTheRightBeam_data() {
    QTest::addColumn<QString>("folder");
    for (const auto& folder : modelFolders())
      QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
  }

  void familiesRememberTheRightBeam() {
    QFETCH(QString, folder);
    const std::filesystem::path path = folder.toStdString();
    const ModelFixture f(path);
    if (!f.model->generation()) return;
    // A text read both ways, as forced() reads it, sees what comes later; one that is generated does not. Nor
    // does what was generated change where a longer text is turned otherwise.
    const auto said = f.model->config().dump();
    for (const char* otherwise :
         {"\"use_bidirectional_attention\":true", "\"dynamic\"", "\"longrope\"", "\"paligemma\""})
      if (said.find(otherwise) != std::string::npos) return;
    const auto io = readTensors(path / "io.safetensors");
    const Pass pass{f.weights};
    const auto described = readJson(path / "io.json");
    for (const auto& entry : described["calls"]) {
      const auto call = entry["name"].get<std::string>();
      if (!call.starts_with("generate")) continue;
      State encoded;
      encoded.inputs = batchUnder(io, call + "/in/");
      runBlocks(*f.model, pass, encoded, 0, f.model->decoderStart());

      const auto greedy = generateGreedy(*f.model, pass, encoded, 6);
      const auto wide = generateBeams(*f.model, pass, encoded, 6, {4, 0.7, EarlyStopping::Estimate});
      // Of a text without weights worth the name: in a prompt such a token would stand for a picture.
      const auto pictureToken = configPictureToken(f.model->config(), -1);
      if ((wide.sequences.slice(1, wide.begin) == pictureToken).any().item<bool>()) continue;
      const auto p = forced(*f.model, pass, encoded, wide);
      QCOMPARE(wide.begin, greedy.begin);
      for (int64_t r = 0; r < p.size(0); ++r) {
        double sum = 0;
        int64_t length = 0;
        for (const auto token : newTokens(wide, r)) {
          sum += p[r][length++].item<double>();
          const auto& ends = f.model->generation()->endTokens;
          if (std::find(ends.begin(), ends.end(), token) != ends.end()) break;
        }
        const double difference = wide.scores[r].item<double>() - sum / std::pow(double(length), 0.7);
        QVERIFY2(std::abs(difference) < 1e-4,
                 qPrintable(QString("%1, row %2: off by %3").arg(call.c_str()).arg(r).arg(difference)));
      }
      ++m_generated;
    }
  }

  void cleanupTestCase() { QVERIFY(m_generated > 10); }
};

QTEST_MAIN(BeamSearchTest)
#include "beam_search_test.moc"
