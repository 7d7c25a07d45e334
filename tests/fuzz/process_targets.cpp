#include "tests/fuzz/process_targets.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/error.h"
#include "core/base/journal.h"
#include "core/base/json_text.h"
#include "core/base/packed_values.h"
#include "core/base/process_messages.h"
#include "core/base/processes.h"
#include "core/engine/same_inputs.h"
#include "core/sweep/shared_units.h"

namespace espalier::fuzz {

namespace {

constexpr int kRanks = 3;

// A process whose partners send the input's bytes, whatever is asked of them, and are gone after that.
class ByteProcesses : public Processes {
 public:
  ByteProcesses(int rank, Bytes bytes) : m_rank(rank), m_left(bytes) {}
  int rank() const override { return m_rank; }
  int size() const override { return kRanks; }
  std::string nameOf(int rank) const override { return "rank " + std::to_string(rank) + " on host"; }

 protected:
  void sendBytes(int, std::span<const std::byte>) override {}
  void receiveBytes(int, std::span<std::byte> bytes) override {
    // The sender's costs, two numbers, go before a message: with it, or alone where it is long.
    if (!std::exchange(m_costsCame, false)) {
      std::fill_n(bytes.begin(), 2 * sizeof(double), std::byte());
      bytes = bytes.subspan(2 * sizeof(double));
      m_costsCame = bytes.empty();
    }
    if (bytes.size() > m_left.size()) throw ProcessLost("The others are gone.", true);
    if (!bytes.empty()) std::memcpy(bytes.data(), m_left.data(), bytes.size());
    m_left = m_left.subspan(bytes.size());
  }

 private:
  int m_rank;
  Bytes m_left;
  bool m_costsCame = false;
};

void defect(const char* what) {
  throw Error(ErrorKind::Internal, what);
}

void takeValues(const std::string& text) {
  PackedReader in(text);
  while (!in.atEnd()) {
    switch (in.take<uint8_t>() % 6) {
      case 0:
        in.take<bool>();
        break;
      case 1:
        in.take<double>();
        break;
      case 2:
        in.takeText();
        break;
      case 3:
        in.takeVector<int64_t>();
        break;
      case 4:
        in.takeVector<float>(3);
        break;
      default:
        in.takeCount(16);
    }
  }
}

void runCall(uint8_t call, Bytes bytes) {
  const int rank = call / 8 % kRanks;
  ByteProcesses processes(rank, bytes);
  switch (call % 8) {
    case 0:
      if (processes.gather("mine").size() != size_t(kRanks)) defect("Not all ranks are gathered.");
      break;
    case 1:
      processes.broadcastText((rank + 1) % kRanks, "");
      break;
    case 2:
      processes.shareWorkers(2);
      for (int64_t unit = 0; unit < 100; ++unit)
        if (const int owner = processes.ownerOf(unit); owner < 0 || owner >= kRanks)
          defect("A unit has an owner that is no rank.");
      break;
    case 3: {
      const auto greeting = greetingOf(textOf(bytes), 1);
      if (toText(greetingOf(toText(greeting), 1)) != toText(greeting))
        defect("A greeting is read otherwise.");
      break;
    }
    case 4: {
      const auto beat = beatOf(textOf(bytes));
      if (beat.count < 0 || beat.stage < 0 || beat.done < 0) defect("A beat has a number below 0.");
      break;
    }
    case 5:
      takeValues(textOf(bytes));
      break;
    case 6: {
      const auto journal = Journal::shared(processes, {}, "score", {{"model", "a"}}, {});
      journal.readSteps([&] {
        for (const auto& step : journal.finished()) (void)step.at("block");
      });
      break;
    }
    default:
      compareFacts(processes, {{"the program's version", "\"1\""}, {"what the options ask for", "{}"}});
      shareUnits(
          processes, 5, [](int64_t unit) { return std::to_string(unit); },
          [](int64_t, const std::string& text) { takeValues(text); });
  }
}

template <typename T>
std::string rawOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string sized(const std::string& text) {
  return rawOf(uint64_t(text.size())) + text;
}

}  // namespace

void runMessages(Bytes bytes) {
  if (!bytes.empty()) runCall(bytes[0], bytes.subspan(1));
}

std::vector<std::string> messagesSeeds() {
  const auto call = [](int what, int rank, const std::string& bytes) {
    return std::string(1, char(what + 8 * rank)) + bytes;
  };
  // As rank 0 gets them, and as the others do.
  const auto gathered = [](const std::vector<std::string>& of) {
    std::string lengths, all;
    for (const auto& text : of) lengths += rawOf(uint64_t(text.size())), all += text;
    return lengths + all;
  };
  PackedValues values;
  values.put(uint8_t(0)), values.put(true);
  values.put(uint8_t(1)), values.put(0.5);
  values.put(uint8_t(2)), values.put(std::string("text"));
  values.put(uint8_t(3)), values.put(std::vector<int64_t>{1, 2});
  values.put(uint8_t(4)), values.put(std::vector<float>{1, 2, 3});
  PackedValues unit;
  unit.put(values.bytes());
  const auto facts =
      jsonText(nlohmann::json{{"the program's version", "\"1\""}, {"what the options ask for", "{}"}});
  const auto steps = jsonText(nlohmann::json::array({{{"block", "a"}, {"round", 0}}}));
  return {call(0, 0, sized("one") + sized("two")),
          call(0, 1, gathered({"zero", "mine", "two"})),
          call(1, 0, sized("text")),
          call(1, 2, sized("")),
          call(2, 0, sized("4") + sized("1")),
          call(2, 1, gathered({"4", "2", "1"})),
          call(3, 0, toText(Greeting{"host", 123, 3})),
          call(4, 0, toText(Beat{5, 1, 17})),
          call(5, 0, values.bytes()),
          call(6, 1, sized(steps)),
          call(7, 0, sized(facts) + sized(facts) + sized(unit.bytes()) + sized(unit.bytes())),
          call(7, 1, gathered({facts, facts, facts}) + gathered({unit.bytes(), "", unit.bytes()}))};
}

}  // namespace espalier::fuzz
