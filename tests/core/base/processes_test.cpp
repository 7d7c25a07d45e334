// Processes that do one job: how they learn where they stand, and what they tell each other.
#include "core/base/processes.h"

#include <QtTest/QtTest>
#include <cstdlib>
#include <functional>
#include <map>
#include <thread>

#include "core/base/packed_values.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

// The environment of a launcher, for as long as it lives.
class Environment {
 public:
  explicit Environment(std::map<std::string, std::string> variables) : m_variables(std::move(variables)) {
    for (const auto& [name, value] : m_variables) ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : m_variables) ::unsetenv(name.c_str());
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::map<std::string, std::string> m_variables;
};

// Runs `job` as each of so many ranks, on a thread of its own, and returns what each threw.
std::vector<std::string> asProcesses(int size, const QString& meeting,
                                     const std::function<void(Processes&)>& job, int timeoutSeconds = 60) {
  std::vector<std::string> errors(static_cast<size_t>(size));
  std::vector<std::thread> threads;
  for (int r = 0; r < size; ++r)
    threads.emplace_back([&, r] {
      try {
        ProcessPlace place;
        place.rank = r;
        place.size = size;
        place.meeting = meeting.toStdString();
        place.timeoutSeconds = timeoutSeconds;
        const auto processes = joinProcesses(place);
        try {
          job(*processes);
        } catch (const std::exception& e) {
          errors[size_t(r)] = e.what();
          processes->fail(e.what());
          processes->abandon();
        }
      } catch (const std::exception& e) {
        errors[size_t(r)] = e.what();
      }
    });
  for (auto& t : threads) t.join();
  return errors;
}

}  // namespace

class ProcessesTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;

 private Q_SLOTS:
  void launchers() {
    QVERIFY(!placeInEnvironment());
    {
      const Environment torchrun({{"RANK", "3"},
                                  {"WORLD_SIZE", "8"},
                                  {"LOCAL_WORLD_SIZE", "4"},
                                  {"MASTER_ADDR", "node7"},
                                  {"MASTER_PORT", "29501"}});
      const auto place = placeInEnvironment();
      QCOMPARE(place->rank, 3);
      QCOMPARE(place->size, 8);
      QCOMPARE(place->sizeHere, 4);
      QCOMPARE(place->address, std::string("node7"));
      QCOMPARE(place->port, 29501);
    }
    {
      // All on one machine: nothing listens on its public address.
      const Environment mpirun({{"OMPI_COMM_WORLD_RANK", "1"},
                                {"OMPI_COMM_WORLD_SIZE", "2"},
                                {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
                                {"MASTER_ADDR", "node7"}});
      const auto place = placeInEnvironment();
      QCOMPARE(place->rank, 1);
      QVERIFY(place->address.empty());
    }
    {
      const Environment hydra({{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}});
      QCOMPARE(placeInEnvironment()->size, 2);
    }
    {
      const Environment srun({{"SLURM_PROCID", "2"},
                              {"SLURM_STEP_NUM_TASKS", "4"},
                              {"SLURM_STEP_NUM_NODES", "2"},
                              {"SLURM_NTASKS_PER_NODE", "2"},
                              {"SLURM_JOB_ID", "12345"},
                              {"SLURM_JOB_NODELIST", "gpu[03-04],login1"}});
      const auto place = placeInEnvironment();
      QCOMPARE(place->rank, 2);
      QCOMPARE(place->sizeHere, 2);
      QCOMPARE(place->address, std::string("gpu03"));
      QCOMPARE(place->port, 32345);
    }
    {
      // A batch script has a rank, too, but is no step of several tasks.
      const Environment batch({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}});
      QVERIFY(!placeInEnvironment());
    }
    {
      const Environment wrong({{"RANK", "2"}, {"WORLD_SIZE", "2"}});
      QCOMPARE(errorOf([] { placeInEnvironment(); }),
               QString("RANK in the environment is \"2\"; a number from 0 to 1 was expected."));
    }
  }

  void oneAlone() {
    auto& one = oneProcess();
    QVERIFY(!one.several() && one.writes());
    QCOMPARE(one.gather("text"), std::vector<std::string>{"text"});
    QCOMPARE(one.broadcastText(0, "text"), std::string("text"));
    for (int64_t unit = 0; unit < 5; ++unit) QVERIFY(one.owns(unit));
  }

  void packing() {
    PackedValues out;
    out.put(int64_t(-7));
    out.put(std::string("a\0b", 3));
    out.put(std::vector<double>{0.1, -0.0});
    PackedReader in(out.bytes());
    QCOMPARE(in.take<int64_t>(), int64_t(-7));
    QCOMPARE(in.takeText(), std::string("a\0b", 3));
    const auto values = in.takeVector<double>();
    QVERIFY(values[0] == 0.1 && std::signbit(values[1]) && in.atEnd());
    QVERIFY(!errorOf([&] { in.take<char>(); }).isEmpty());
  }

  void whatTheyTell() {
    if (!canJoinProcesses()) return;
    for (const int size : {2, 3, 4}) {
      const auto errors =
          asProcesses(size, m_dir.filePath(QString("meeting-%1").arg(size)), [size](Processes& p) {
            const auto want = [](bool ok, const char* what) {
              if (!ok) throw std::runtime_error(what);
            };
            want(p.size() == size && p.several() && p.writes() == (p.rank() == 0), "place");
            // Of different lengths, one of them empty.
            const auto all = p.gather(std::string(size_t(p.rank()) * 1000, char('a' + p.rank())));
            for (int r = 0; r < size; ++r)
              want(all[size_t(r)] == std::string(size_t(r) * 1000, char('a' + r)), "gather");
            want(p.broadcastText(1, p.rank() == 1 ? "from one" : "") == "from one", "broadcast");
            // Larger than any buffer of the system's.
            std::vector<double> numbers(1 << 20);
            if (p.rank() == size - 1)
              for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = double(i);
            p.broadcast(size - 1, std::as_writable_bytes(std::span(numbers)));
            want(numbers[77'777] == 77'777, "numbers");
            // Each takes as many units of a round as it has workers.
            p.shareWorkers(p.rank() + 1);
            std::vector<int> owned(static_cast<size_t>(size));
            for (int64_t unit = 0; unit < 2 * p.workers(); ++unit) ++owned[size_t(p.ownerOf(unit))];
            for (int r = 0; r < size; ++r) want(owned[size_t(r)] == 2 * (r + 1), "share");
          });
      for (const auto& error : errors) QCOMPARE(QString::fromStdString(error), QString());
    }
  }

  // A receiver's path goes on from its sender's, and what went over the network is counted where it was sent.
  void whatTheyCost() {
    if (!canJoinProcesses()) return;
    const auto errors = asProcesses(2, m_dir.filePath("costs"), [](Processes& p) {
      const auto want = [](bool ok, const char* what) {
        if (!ok) throw std::runtime_error(what);
      };
      constexpr size_t kLarge = 1 << 20;
      std::vector<std::byte> small(100), large(kLarge);
      const auto before = p.costs();
      p.enterStage("sending");
      for (auto* bytes : {&small, &large})
        if (p.rank() == 0) {
          std::fill(bytes->begin(), bytes->end(), std::byte{7});
          p.send(1, *bytes);
        } else {
          p.receive(0, *bytes);
          want(bytes->front() == std::byte{7} && bytes->back() == std::byte{7}, "bytes");
        }
      const auto after = p.costs();
      want(after.path >= before.path && after.seconds >= before.seconds, "time goes on");
      if (p.rank() == 0) {
        const auto& sent = after.sent.at("sending");
        want(sent.messages == 2 && sent.bytes == int64_t(kLarge) + 100, "traffic");
        want(after.pathAcross - after.path >= double(kLarge) / kModelBytesPerSecond, "network");
      } else {
        want(!after.sent.contains("sending") && after.waited > 0, "nothing sent");
        // It goes on from where the sender was when all had arrived.
        want(after.pathAcross >= double(kLarge) / kModelBytesPerSecond + kModelLatency, "latency");
      }
    });
    for (const auto& error : errors) QCOMPARE(QString::fromStdString(error), QString());
  }

  void oneThatFails() {
    if (!canJoinProcesses()) return;
    const auto errors = asProcesses(3, m_dir.filePath("failing"), [](Processes& p) {
      p.barrier();
      if (p.rank() == 2) throw std::runtime_error("rank 2 has had enough");
      p.barrier();
    });
    // Rank 0 is waiting for rank 2, rank 1 for rank 0: both learn of the reason.
    for (const auto& error : errors)
      QCOMPARE(QString::fromStdString(error), QString("rank 2 has had enough"));
  }

  void oneThatDoesNotCome() {
    if (!canJoinProcesses()) return;
    ProcessPlace place;
    place.size = 2;
    place.meeting = m_dir.filePath("alone").toStdString();
    place.timeoutSeconds = 2;
    QCOMPARE(errorOf([&] { joinProcesses(place); }),
             QString("Rank 1 of 2 processes did not come within 2 s (--process-timeout)."));
  }
};

QTEST_APPLESS_MAIN(ProcessesTest)
#include "processes_test.moc"
