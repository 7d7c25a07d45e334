// What another process sends, whatever it is: taken as it is meant, or refused in a sentence.
#include "core/base/process_messages.h"

#include <QtTest/QtTest>
#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "core/base/journal.h"
#include "core/base/packed_values.h"
#include "core/base/processes.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// Rank 1 of two processes, of which rank 0 sends these bytes and nothing more.
class Sent : public Processes {
 public:
  explicit Sent(std::string bytes, int rank = 1) : m_bytes(std::move(bytes)), m_rank(rank) {}
  int rank() const override { return m_rank; }
  int size() const override { return 2; }
  std::string nameOf(int rank) const override { return "rank " + std::to_string(rank); }

 protected:
  void sendBytes(int, std::span<const std::byte>) override {}
  void receiveBytes(int, std::span<std::byte> bytes) override {
    // The sender's costs, two numbers, go before a message: with it, or alone where it is long.
    if (!std::exchange(m_costsCame, false)) {
      std::fill_n(bytes.begin(), 2 * sizeof(double), std::byte());
      bytes = bytes.subspan(2 * sizeof(double));
      m_costsCame = bytes.empty();
    }
    if (bytes.size() > m_bytes.size() - m_at) throw ProcessLost("Rank 0 is gone.", true);
    if (!bytes.empty()) std::memcpy(bytes.data(), m_bytes.data() + m_at, bytes.size());
    m_at += bytes.size();
  }

 private:
  std::string m_bytes;
  int m_rank;
  size_t m_at = 0;
  bool m_costsCame = false;
};

std::string number(uint64_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

constexpr uint64_t kHuge[] = {uint64_t(1) << 41, uint64_t(1) << 62, std::numeric_limits<uint64_t>::max()};

}  // namespace

class ProcessMessagesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void lengthsThatNoTextHas() {
    for (const auto length : kHuge) {
      QVERIFY(errorOf([&] { Sent(number(length)).broadcastText(0, {}); }).contains("cannot use (a text of"));
      QVERIFY(errorOf([&] { Sent(number(length), 0).gather("mine"); }).contains("cannot use (a text of"));
      QVERIFY(errorOf([&] { Sent(number(4) + number(length)).gather("mine"); }).contains("a text of"));
    }
    // A length that could be, of a process that sends no more: no memory is taken for it.
    QCOMPARE(errorOf([&] { Sent(number(uint64_t(1) << 40)).broadcastText(0, {}); }),
             QString("Rank 0 is gone."));
    QCOMPARE(Sent(number(4) + "text").broadcastText(0, {}), std::string("text"));
    const std::string inParts(9'000'000, 'x');
    QCOMPARE(Sent(number(inParts.size()) + inParts).broadcastText(0, {}), inParts);
  }

  void workersThatNobodyHas() {
    for (const std::string workers : {"0", "-1", "", "many", "2 ", "99999999999", "70000"}) {
      Sent others(number(workers.size()) + workers, 0);
      const auto sentence = errorOf([&] { others.shareWorkers(2); });
      QVERIFY2(sentence.contains("its number of workers is no number"), workers.c_str());
      QVERIFY(!others.knowsWorkers());
    }
    Sent two(number(1) + "3", 0);
    two.shareWorkers(2);
    QCOMPARE(two.workers(), int64_t(5));
    QCOMPARE(two.ownerOf(1), 0);
    QCOMPARE(two.ownerOf(2), 1);
  }

  void valuesThatAreNotThere() {
    for (const auto count : kHuge) {
      const auto bytes = number(count) + "four";
      QVERIFY(errorOf([&] { PackedReader(bytes).takeText(); }).contains("it ends before all is told"));
      QVERIFY(errorOf([&] { PackedReader(bytes).takeVector<double>(); }).contains("it ends before"));
      QVERIFY(errorOf([&] { PackedReader(bytes).takeCount(8); }).contains("it ends before"));
    }
    PackedValues three;
    three.put(std::vector<double>{1, 2, 3});
    QCOMPARE(PackedReader(three.bytes()).takeVector<double>(3).size(), size_t(3));
    QVERIFY(errorOf([&] {
              PackedReader(three.bytes()).takeVector<double>(4);
            }).contains("3 values where 4 were expected"));
    // A byte that is neither 0 nor 1.
    QCOMPARE(PackedReader("\x80").take<bool>(), true);
  }

  void greetings() {
    const auto read = greetingOf(toText(Greeting{"node7", 123, 4}), 1);
    QCOMPARE(read.host, std::string("node7"));
    QCOMPARE(read.process, int64_t(123));
    QCOMPARE(read.size, 4);
    for (const std::string text : {"", "node7", "node7\n123", "node7\n123\n", "node7\nx\n4", "\n123\n4",
                                   "node7\n123\n0", "node7\n123\n4\n5", "node7\n99999999999999999999\n4"})
      QVERIFY2(errorOf([&] { greetingOf(text, 1); }).startsWith("Rank 1 does not say who it is"),
               text.c_str());
  }

  void beats() {
    const auto read = beatOf(toText(Beat{5, 2, 17}));
    QVERIFY(read.count == 5 && read.stage == 2 && read.done == 17);
    for (const char* text : {"", "5", "5 2", "a b c", "5 2 -1", "5 2 9223372036854775807", "5 2 17x"}) {
      const auto none = beatOf(text);
      QVERIFY2(none.count == 0 && none.stage == 0 && none.done == 0, text);
    }
  }

  void stepsOfAJournal() {
    const auto steps = [](const std::string& text) {
      Sent rank0(number(text.size()) + text);
      return Journal::shared(rank0, {}, "score", {}, {}).finished().size();
    };
    QCOMPARE(steps(R"([{"step":1},{"step":2}])"), size_t(2));
    for (const char* text : {"", "{", "{}", "5", "null"})
      QVERIFY2(errorOf([&] { steps(text); }).contains("its finished steps are not told"), text);
  }
};

QTEST_APPLESS_MAIN(ProcessMessagesTest)
#include "process_messages_test.moc"
