#include "core/model/weights.h"

#include <QtTest/QtTest>
#include <atomic>
#include <fstream>
#include <thread>
#include <type_traits>

#include "core/base/memory.h"
#include "core/checkpoint/tensor.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

static_assert(std::is_nothrow_move_constructible_v<Weights> && std::is_nothrow_move_assignable_v<Weights>);
static_assert(std::is_copy_constructible_v<Weights> && std::is_copy_assignable_v<Weights>);

class WeightsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::shared_ptr<const Checkpoint> m_checkpoint;
  std::vector<std::string> m_names;

  fs::path root() const { return m_dir.path().toStdString(); }

  // A file of tensors with the value `value` + their number.
  void write(const fs::path& file, const std::vector<std::string>& names, float value,
             at::ScalarType type) const {
    std::map<std::string, at::Tensor> tensors;
    for (size_t i = 0; i < names.size(); ++i)
      tensors[names[i]] = at::full({64, 32}, value + float(i)).to(type);
    writeTensors(file, tensors);
  }

 private Q_SLOTS:
  void initTestCase() {
    for (int i = 0; i < 40; ++i) m_names.push_back("model.layers." + std::to_string(i) + ".weight");
    write(root() / "model.safetensors", m_names, 1, at::kBFloat16);
    std::ofstream(root() / "config.json") << R"({"model_type": "none"})";
    m_checkpoint = Checkpoint::open(root());
  }
  void cleanup() { setMemoryLimit(0); }

  void aHeldTensorIsTheSameForAllCopies() {
    const Weights weights(m_checkpoint);
    const Weights copy = weights;
    for (size_t i = 0; i < m_names.size(); ++i) {
      const auto first = weights.get(m_names[i]);
      QVERIFY(first.equal(at::full({64, 32}, 1.0 + double(i))));
      QVERIFY(weights.get(m_names[i]).is_same(first) && copy.get(m_names[i]).is_same(first) &&
              copy.onHost(m_names[i]).is_same(first));
    }
    QVERIFY(errorOf([&] { weights.get("model.layers.40.weight"); }).contains("model.layers.40.weight"));
  }

  // A name stands for what was set or stored under it last in these weights, whatever copies have.
  void eachCopyHasItsOwn() {
    Weights dense(m_checkpoint);
    const auto before = dense.get(m_names[3]);
    Weights pruned = dense;
    const auto value = at::zeros({64, 32});
    pruned.set(m_names[3], value);
    QVERIFY(pruned.get(m_names[3]).is_same(value) && dense.get(m_names[3]).is_same(before));

    write(root() / "pruned.st", {m_names[3], m_names[4]}, 100, at::kFloat);
    const auto file = SafetensorsFile::open(root() / "pruned.st");
    pruned.store(file);
    QVERIFY(pruned.get(m_names[3]).equal(at::full({64, 32}, 100.0)));
    QVERIFY(pruned.get(m_names[4]).equal(at::full({64, 32}, 101.0)));
    QVERIFY(pruned.get(m_names[5]).is_same(dense.get(m_names[5])));
    QVERIFY(dense.get(m_names[3]).is_same(before) && dense.get(m_names[4]).equal(at::full({64, 32}, 5.0)));
    QVERIFY(Weights(pruned).get(m_names[4]).is_same(pruned.get(m_names[4])));
    pruned.set(m_names[4], value);
    QVERIFY(pruned.get(m_names[4]).is_same(value));
  }

  void whatWasMovedIsWhole() {
    Weights from(m_checkpoint);
    const auto value = at::zeros({64, 32});
    from.set(m_names[0], value);
    const auto held = from.get(m_names[1]);
    Weights to(std::move(from));
    QVERIFY(to.get(m_names[0]).is_same(value) && to.get(m_names[1]).is_same(held));
    Weights other(m_checkpoint);
    other = std::move(to);
    QVERIFY(other.get(m_names[0]).is_same(value) && other.get(m_names[1]).is_same(held));
    QCOMPARE(other.overrides().size(), size_t(1));
  }

  // Under a limit tensors are given back and read again, from several threads at once.
  void givenBackTensorsAreReadAgain() {
    constexpr int64_t kTensor = 64 * 32 * 4;
    setMemoryLimit(kTensor * 8);  // three tensors
    const Weights weights(m_checkpoint);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (size_t round = 0; round < 200; ++round) {
          const size_t i = (round * (t + 3) + t) % m_names.size();
          const auto value = weights.get(m_names[i]);
          wrong +=
              value.sizes() != at::IntArrayRef({64, 32}) || !(value.data_ptr<float>()[17] == 1.0f + float(i));
        }
      });
    for (auto& thread : threads) thread.join();
    QCOMPARE(wrong.load(), 0);
    // Not all of them can be held: the first was given back and is another tensor now.
    const auto first = weights.get(m_names[0]);
    for (const auto& name : m_names) weights.get(name);
    QVERIFY(!weights.get(m_names[0]).is_same(first) && weights.get(m_names[0]).equal(first));
  }
};

QTEST_APPLESS_MAIN(WeightsTest)
#include "weights_test.moc"
