// The one file that knows c10d. Compiled without it where LibTorch or Gloo's headers lack it.
#include "core/base/processes.h"

#ifdef ESPALIER_C10D

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "core/base/owner.h"
#include "core/base/process_messages.h"

namespace espalier {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

// What Gloo waits by itself; that others live is watched otherwise.
constexpr auto kAsLongAsItTakes = std::chrono::hours(24 * 30);
constexpr auto kBeat = 1s;
constexpr auto kTellTime = 1500ms;    // for a process that ends on an error to say why
constexpr int64_t kAtOnce = 1 << 30;  // bytes of one transfer

std::vector<uint8_t> bytesOf(const std::string& text) {
  return {text.begin(), text.end()};
}

at::Tensor tensorOver(std::span<const std::byte> bytes) {
  return at::from_blob(const_cast<std::byte*>(bytes.data()), {int64_t(bytes.size())}, at::kByte);
}

// What the threads of this process share. It outlives them all.
struct Shared {
  ProcessPlace place;
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group;
  std::unique_ptr<PlaceLock> lock;     // of the meeting place, at rank 0
  std::vector<std::string> names;      // "rank 1 on host"
  std::vector<std::string> processes;  // "process 123"
  std::mutex mutex;
  std::condition_variable wake;
  bool ended = false;
  bool failed = false;                                  // a process has said why it ends
  int silent = -1;                                      // the process that gives no sign of life
  c10::intrusive_ptr<c10d::Work> pending;               // what the job's thread waits for
  std::atomic<int64_t> stage{0}, done{0};               // of this process
  std::map<int, std::pair<int64_t, int64_t>> progress;  // of the others
  std::atomic<Clock::rep> storeAnswered{0};

  std::string read(const std::string& key) const {
    if (!store->check({key})) return {};
    const auto value = store->get(key);
    return {value.begin(), value.end()};
  }
  void write(const std::string& key, const std::string& value) const { store->set(key, bytesOf(value)); }
};

// Tells the others that this process lives and how far it is, and learns the same of them. It may block where
// the process that keeps the store is frozen.
void beat(const std::shared_ptr<Shared>& s) {
  std::map<int, std::pair<std::string, Clock::time_point>> heard;
  const auto patience = std::chrono::seconds(s->place.timeoutSeconds);
  for (int64_t count = 0;; ++count) {
    {
      std::unique_lock lock(s->mutex);
      if (s->wake.wait_for(lock, kBeat, [&] { return s->ended; })) return;
    }
    try {
      s->write("beat/" + std::to_string(s->place.rank), toText(Beat{count, s->stage, s->done}));
      for (int r = 0; r < s->place.size; ++r) {
        if (r == s->place.rank) continue;
        const auto text = s->read("beat/" + std::to_string(r));
        auto& [last, when] = heard[r];
        if (when == Clock::time_point() || last != text) last = text, when = Clock::now();
        const auto theirs = beatOf(text);
        std::lock_guard lock(s->mutex);
        s->progress[r] = {theirs.stage, theirs.done};
        if (Clock::now() - when > patience && s->silent < 0) s->silent = r;
      }
      const bool failed = s->store->check({"why"});
      {
        std::lock_guard lock(s->mutex);
        s->failed = failed;
      }
      s->storeAnswered = Clock::now().time_since_epoch().count();
    } catch (const std::exception&) {
      // Whoever waits for the process that keeps the store learns that it is gone.
    }
  }
}

// Never blocks: ends the wait of the job's thread for a process that is silent.
void watch(const std::shared_ptr<Shared>& s) {
  const auto patience = std::chrono::seconds(s->place.timeoutSeconds);
  std::unique_lock lock(s->mutex);
  while (!s->wake.wait_for(lock, 200ms, [&] { return s->ended; })) {
    const Clock::time_point answered{Clock::duration(s->storeAnswered.load())};
    if (s->silent < 0 && Clock::now() - answered > patience + 2 * kBeat) s->silent = 0;
    if ((s->silent >= 0 || s->failed) && s->pending) s->pending->abort();
  }
}

class GlooProcesses : public Processes {
 public:
  explicit GlooProcesses(std::shared_ptr<Shared> shared) : m(std::move(shared)) {
    m->storeAnswered = Clock::now().time_since_epoch().count();
    countFrom(m->place.secondsBefore);
    m_beat = std::thread(beat, m);
    m_watch = std::thread(watch, m);
  }

  ~GlooProcesses() override {
    if (m_abandoned) return;
    try {
      barrier();  // nobody closes a connection that another one still reads from
    } catch (const std::exception&) {
      abandon();
      return;
    }
    end();
    m_beat.join();
    m_watch.join();
  }

  int rank() const override { return m->place.rank; }
  int size() const override { return m->place.size; }
  std::string nameOf(int rank) const override { return m->names[size_t(rank)]; }

  int64_t beginStage() override {
    m->done = 0;
    return ++m->stage;
  }
  void report(int64_t stage, int64_t done) override {
    if (stage == m->stage) m->done = done;
  }
  int64_t doneByOthers(int64_t stage) const override {
    std::lock_guard lock(m->mutex);
    int64_t sum = 0;
    for (const auto& [r, progress] : m->progress)
      if (progress.first == stage) sum += progress.second;
    return sum;
  }

  bool fail(const std::string& sentence) override {
    if (m_abandoned) return true;
    try {
      if (m->store->add("failed", 1) == 1) m->write("why", sentence);
      // Rank 0 says what all have to say.
      if (rank() > 0) std::this_thread::sleep_for(300ms);
      return m->store->add("printed", 1) == 1;
    } catch (const std::exception&) {
      return true;
    }
  }

  void abandon() override {
    if (m_abandoned) return;
    m_abandoned = true;
    end();
    m_beat.detach();
    m_watch.detach();
    // Closing what is broken may wait for those who are gone: it goes with the process.
    static std::mutex mutex;
    static auto* left = new std::vector<std::shared_ptr<Shared>>;
    std::lock_guard lock(mutex);
    left->push_back(m);
  }

 protected:
  void sendBytes(int to, std::span<const std::byte> bytes) override {
    each(bytes, [&](std::span<const std::byte> part) {
      std::vector<at::Tensor> tensors{tensorOver(part)};
      await(to, [&] { return m->group->send(tensors, to, 0); });
    });
  }

  void receiveBytes(int from, std::span<std::byte> bytes) override {
    each(std::span<const std::byte>(bytes), [&](std::span<const std::byte> part) {
      std::vector<at::Tensor> tensors{tensorOver(part)};
      await(from, [&] { return m->group->recv(tensors, from, 0); });
    });
  }

 private:
  template <typename F>
  static void each(std::span<const std::byte> bytes, const F& transfer) {
    for (size_t at = 0; at < bytes.size(); at += kAtOnce)
      transfer(bytes.subspan(at, std::min<size_t>(kAtOnce, bytes.size() - at)));
  }

  void end() {
    std::lock_guard lock(m->mutex);
    m->ended = true;
    m->wake.notify_all();
  }

  template <typename F>
  void await(int other, const F& begin) {
    bool arrived = false;
    try {
      auto work = begin();
      {
        std::lock_guard lock(m->mutex);
        if (m->silent >= 0) lost(m->silent, true);
        m->pending = work;
      }
      arrived = work->wait(kAsLongAsItTakes);
    } catch (const ProcessLost&) {
      throw;
    } catch (const std::exception&) {
      arrived = false;  // the connection is closed
    }
    int silent = -1;
    {
      std::lock_guard lock(m->mutex);
      m->pending.reset();
      silent = m->silent;
    }
    if (!arrived) lost(silent >= 0 ? silent : other, silent >= 0);
  }

  // Why a process cannot be reached: what it said itself or what another one found.
  [[noreturn]] void lost(int other, bool silent) const {
    std::string why;
    const auto until = Clock::now() + kTellTime;
    // A store whose keeper is silent would not answer.
    if (!(silent && other == 0 && m->place.address.size())) try {
        do {
          why = m->read("why");
          if (why.empty()) std::this_thread::sleep_for(50ms);
        } while (why.empty() && !silent && Clock::now() < until);
      } catch (const std::exception&) {
      }
    const bool reported = !why.empty();
    if (!reported) {
      why = "R" + nameOf(other).substr(1) + " (" + m->processes[size_t(other)] + ") ";
      why += silent ? "has given no sign of life for " + std::to_string(m->place.timeoutSeconds) +
                          " s (--process-timeout)"
                    : std::string("is gone");
      why += ". Finished steps are kept; the same command goes on after them.";
    }
    // Who started all on one machine sees them end, and says so.
    throw ProcessLost(why, !silent && !reported && !m->place.meeting.empty());
  }

  std::shared_ptr<Shared> m;
  std::thread m_beat, m_watch;
  bool m_abandoned = false;
};

std::string meetingFolder() {
  return (fs::temp_directory_path() / ("espalier-processes-" + std::to_string(::getuid()))).string();
}

// The file that processes of one machine meet in, where none was given: rank 0 holds the place for as long as
// it lives; its number is part of the name, so that nothing a dead launch left is taken for it.
std::string meetingFile(Shared& s) {
  const fs::path folder = meetingFolder();
  fs::create_directories(folder);
  ::chmod(folder.c_str(), 0700);
  std::string name = "port-" + std::to_string(s.place.port);
  for (const char c : s.place.run) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
  const auto place = folder / name;
  const auto fileOf = [&](const std::string& tag) {
    return place.string() + "." + tag.substr(0, tag.find('@'));
  };
  if (s.place.rank == 0) {
    try {
      s.lock = std::make_unique<PlaceLock>(place);
    } catch (const Error&) {
      throw Error(ErrorKind::InvalidInput,
                  "Another launch on " + hostName() + " uses the port " + std::to_string(s.place.port) +
                      " already; choose another one with MASTER_PORT, or wait until that is done.");
    }
    const auto file = fileOf(ownerTag());
    std::error_code ec;
    fs::remove(file, ec);
    return file;
  }
  const auto until = Clock::now() + std::chrono::seconds(s.place.timeoutSeconds);
  for (; Clock::now() < until; std::this_thread::sleep_for(50ms)) {
    std::string tag;
    std::error_code ec;
    if (FILE* in = std::fopen((place.string() + ".lock").c_str(), "r")) {
      char line[300] = {};
      if (std::fgets(line, sizeof line, in)) tag = line;
      std::fclose(in);
    }
    while (tag.ends_with('\n')) tag.pop_back();
    if (!tag.empty() && !isOwnerGone(tag) && fs::exists(fileOf(tag), ec)) return fileOf(tag);
  }
  throw Error(ErrorKind::Io, "Rank 0 of the processes on " + hostName() + " (port " +
                                 std::to_string(s.place.port) + ") did not come within " +
                                 std::to_string(s.place.timeoutSeconds) + " s (--process-timeout).");
}

void meet(Shared& s) {
  const auto& p = s.place;
  if (p.address.empty()) {
    const auto file = p.meeting.empty() ? meetingFile(s) : p.meeting;
    s.store = c10::make_intrusive<c10d::FileStore>(file, p.size);
    return;
  }
  c10d::TCPStoreOptions options;
  options.port = uint16_t(p.port);
  // torchrun keeps a store of its own at the address.
  const char* agent = std::getenv("TORCHELASTIC_USE_AGENT_STORE");
  options.isServer = p.rank == 0 && !(agent && std::string_view(agent) == "True");
  options.waitWorkers = false;
  options.timeout = std::chrono::seconds(p.timeoutSeconds);
  try {
    s.store = c10::make_intrusive<c10d::TCPStore>(p.address, options);
  } catch (const std::exception& e) {
    const std::string what = e.what();
    throw Error(ErrorKind::Io, what.find("EADDRINUSE") != std::string::npos ||
                                       what.find("already in use") != std::string::npos
                                   ? "The port " + std::to_string(p.port) + " of " + hostName() +
                                         " is taken; choose another one with MASTER_PORT."
                                   : "Rank 0 cannot be reached at " + p.address + ", port " +
                                         std::to_string(p.port) + "; check MASTER_ADDR and MASTER_PORT.");
  }
  s.store = c10::make_intrusive<c10d::PrefixStore>("espalier/" + p.run + "/", s.store);
}

// Says who this is and waits for the others to do so.
void greet(Shared& s) {
  const auto& p = s.place;
  const auto key = [](int rank) { return "who/" + std::to_string(rank); };
  if (s.store->add("rank/" + std::to_string(p.rank), 1) != 1)
    throw Error(ErrorKind::InvalidInput,
                "There is a rank " + std::to_string(p.rank) + " already at the port " +
                    std::to_string(p.port) +
                    ": another launch uses it; choose another one with MASTER_PORT.");
  s.write(key(p.rank), toText(Greeting{hostName(), ::getpid(), p.size}));
  const auto until = Clock::now() + std::chrono::seconds(p.timeoutSeconds);
  for (int r = 0; r < p.size; ++r) {
    std::string who;
    while ((who = s.read(key(r))).empty()) {
      if (const auto why = s.read("why"); !why.empty()) throw ProcessLost(why, true);
      if (Clock::now() > until)
        throw Error(ErrorKind::Io, "Rank " + std::to_string(r) + " of " + std::to_string(p.size) +
                                       " processes did not come within " + std::to_string(p.timeoutSeconds) +
                                       " s (--process-timeout).");
      std::this_thread::sleep_for(20ms);
    }
    const auto greeting = greetingOf(who, r);
    s.names.push_back("rank " + std::to_string(r) + " on " + greeting.host);
    s.processes.push_back("process " + std::to_string(greeting.process));
    if (greeting.size != p.size)
      throw Error(ErrorKind::InvalidInput,
                  "R" + s.names.back().substr(1) + " belongs to " + std::to_string(greeting.size) +
                      " processes, rank " + std::to_string(p.rank) + " to " + std::to_string(p.size) + ".");
  }
}

void connect(Shared& s) {
  const auto& p = s.place;
  auto options = c10d::ProcessGroupGloo::Options::create(std::chrono::seconds(p.timeoutSeconds));
  options->threads = 1;
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  if (p.address.empty())
    options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1"));
  else if (interface)
    options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForInterface(interface));
  else
    options->devices.push_back(c10d::ProcessGroupGloo::createDefaultDevice());
  try {
    s.group = c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo/", s.store), p.rank, p.size, options);
  } catch (const std::exception&) {
    throw Error(ErrorKind::Io,
                "The processes cannot connect to each other; GLOO_SOCKET_IFNAME names the "
                "network interface that they use.");
  }
}

}  // namespace

bool canJoinProcesses() {
  return true;
}

std::shared_ptr<Processes> joinProcesses(const ProcessPlace& place) {
  if (place.size == 1) return {&oneProcess(), [](Processes*) {}};
  auto shared = std::make_shared<Shared>();
  shared->place = place;
  meet(*shared);
  greet(*shared);
  connect(*shared);
  return std::make_shared<GlooProcesses>(std::move(shared));
}

}  // namespace espalier

#else

namespace espalier {

bool canJoinProcesses() {
  return false;
}

std::shared_ptr<Processes> joinProcesses(const ProcessPlace& place) {
  if (place.size == 1) return {&oneProcess(), [](Processes*) {}};
  throw Error(ErrorKind::Unsupported,
              "This program was built without c10d and Gloo of LibTorch, which several processes need.");
}

}  // namespace espalier

#endif
