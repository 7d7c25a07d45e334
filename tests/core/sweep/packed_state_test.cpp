// States that go from process to process, and which process holds which blocks.
#include "core/sweep/packed_state.h"

#include <QtTest/QtTest>

#include "core/sweep/block_owners.h"

using namespace espalier;

namespace {

// A process of some number among so many, which only knows that.
class Numbered : public Processes {
 public:
  Numbered(int rank, int size) : m_rank(rank), m_size(size) {}
  int rank() const override { return m_rank; }
  int size() const override { return m_size; }
  std::string nameOf(int) const override { return {}; }

 protected:
  void sendBytes(int, std::span<const std::byte>) override {}
  void receiveBytes(int, std::span<std::byte>) override {}

 private:
  int m_rank, m_size;
};

class Nothing : public Block {
 public:
  using Block::Block;
  void run(State&, const Pass&) const override {}
};

}  // namespace

class PackedStateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameBitsAndStrides() {
    State state;
    state.hidden = at::randn({2, 5, 3}).transpose(1, 2);
    state.lossSum = at::tensor({0.1, -0.0}, at::kDouble);
    state.labels = at::tensor({int64_t(-100), int64_t(7)}).view({1, 2});
    state.context = at::randn({4, 6}).slice(1, 0, 2);  // with gaps
    state.rotary = at::randn({1, 1, 4}).expand({2, 3, 4});
    state.kept["features"] = at::randn({2, 2});
    state.fixed["mask"] = at::tensor({int64_t(1), int64_t(0)}).to(at::kBool);
    const auto inputs = std::make_shared<Batch>();
    const auto got = unpackState(packState(state), inputs, at::kCPU);
    QVERIFY(got.inputs == inputs);
    for (const auto tensor :
         {&State::hidden, &State::lossSum, &State::labels, &State::context, &State::rotary}) {
      QVERIFY((got.*tensor).equal(state.*tensor));
      QCOMPARE((got.*tensor).scalar_type(), (state.*tensor).scalar_type());
    }
    QVERIFY(got.hidden.strides() == state.hidden.strides());
    QVERIFY(std::signbit(got.lossSum[1].item<double>()));
    QVERIFY(got.kept.at("features").equal(state.kept.at("features")));
    QVERIFY(got.fixed.at("mask").equal(state.fixed.at("mask")));
    QVERIFY(!got.logits.defined() && !got.lossTerms.defined() && got.kept.size() == 1);
    QVERIFY_EXCEPTION_THROWN(unpackState(packState(state).substr(0, 40), inputs, at::kCPU), Error);
  }

  // What another process sends is refused where it is no tensor, before anything is written.
  void noTensors() {
    const auto sent = [](int8_t type, const std::vector<int64_t>& sizes, const std::vector<int64_t>& strides,
                         size_t bytes) {
      PackedValues out;
      out.put(true);
      out.put(type);
      out.put(sizes);
      out.put(strides);
      out.put(std::string(bytes, '\0'));
      return out.bytes();
    };
    const auto taken = [](const std::string& bytes) {
      PackedReader in(bytes);
      return takeTensor(in).numel();
    };
    const auto type = int8_t(at::kFloat);
    const int64_t huge = int64_t(1) << 62;
    QCOMPARE(taken(sent(type, {2, 3}, {1, 2}, 24)), int64_t(6));
    QCOMPARE(taken(sent(type, {2, 0}, {1, 1}, 0)), int64_t(0));
    QCOMPARE(taken(sent(type, {}, {}, 4)), int64_t(1));
    for (const auto& bytes :
         {sent(99, {2, 3}, {3, 1}, 24), sent(-1, {2, 3}, {3, 1}, 24), sent(int8_t(at::kQInt8), {6}, {1}, 6),
          sent(type, {2, 3}, {3, 1}, 23), sent(type, {2, 3}, {3, 1}, 28), sent(type, {2, 3}, {3}, 24),
          sent(type, {2, 3}, {4, 1}, 24), sent(type, {2, 3}, {-3, 1}, 24),
          sent(type, {2, 3}, {huge, huge}, 24), sent(type, {-2, -3}, {3, 1}, 24),
          sent(type, {huge, 4}, {4, 1}, 0), sent(type, {huge}, {1}, 24)})
      QVERIFY_EXCEPTION_THROWN(taken(bytes), Error);
  }

  // Neighbours, in order, each process with about as much as the others.
  void blocksOfEach() {
    Model model("none", ModelTask::Continue, {});
    for (int i = 0; i < 6; ++i) {
      BlockDescription description;
      description.name = "layers." + std::to_string(i);
      model.add(std::make_unique<Nothing>(std::move(description)));
      // The first is as large as all others together.
      model.declare("layers." + std::to_string(i) + ".mlp.weight", {i == 0 ? 500 : 100, 10});
    }
    for (int rank = 0; rank < 2; ++rank) {
      const BlockOwners owners(model, Numbered(rank, 2));
      for (size_t block = 0; block < 6; ++block) {
        QCOMPARE(owners.ownerOf(block), block == 0 ? 0 : 1);
        QCOMPARE(owners.owns(block), owners.ownerOf(block) == rank);
      }
    }
    const BlockOwners alone(model, Numbered(0, 1));
    for (size_t block = 0; block < 6; ++block) QVERIFY(alone.owns(block));
    // More processes than blocks: some have none.
    int before = 0;
    const BlockOwners many(model, Numbered(0, 9));
    for (size_t block = 0; block < 6; ++block) {
      QVERIFY(many.ownerOf(block) >= before && many.ownerOf(block) < 9);
      before = many.ownerOf(block);
    }
  }
};

QTEST_APPLESS_MAIN(PackedStateTest)
#include "packed_state_test.moc"
