#include "app/cli/processes.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <thread>

#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/memory.h"
#include "core/base/owner.h"
#include "core/base/scratch_folder.h"

namespace espalier::cli {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

volatile std::sig_atomic_t g_asked = 0;  // signals to end so far

void onSignal(int) {
  g_asked = g_asked + 1;
}

struct Child {
  pid_t process = 0;
  bool running = true;
  int status = 0;
};

// What a process that was divided off does first.
ProcessPlace placeOfChild(int rank, const ProcessFlags& flags, const std::string& meeting, double before) {
  ::setpgid(0, 0);  // an interrupt of the terminal comes once, from the one that started us
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (rank > 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
  }
  ProcessPlace place;
  place.rank = rank;
  place.size = place.sizeHere = flags.processes;
  place.meeting = meeting;
  place.timeoutSeconds = flags.timeout;
  place.secondsBefore = before;
  return place;
}

double processorSeconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

// A file that is there when one of the processes was lost, which is said once.
std::string lostMark(const std::string& meeting) {
  return meeting + ".lost";
}

void signalAll(const std::vector<Child>& children, int signal) {
  for (const auto& c : children)
    if (c.running) ::kill(c.process, signal);
}

// Of a child that a signal ended.
std::string lossOf(size_t rank, const Child& child) {
  const int signal = WTERMSIG(child.status);
  const char* name = ::strsignal(signal);
  return "rank " + std::to_string(rank) + " on " + hostName() + " (process " + std::to_string(child.process) +
         ") was ended by signal " + std::to_string(signal) + " (" + (name ? name : "unknown") +
         "). Finished steps are kept; the same command goes on after them.";
}

// Waits for all of them; once one has failed, the others have a moment to end by themselves.
// Returns whether a signal of someone else ended one.
bool waitFor(std::vector<Child>& children, const std::string& meeting) {
  constexpr auto kToEnd = 3s, kToStop = 8s;  // from the first that failed
  int passedOn = 0;                          // signals passed on
  bool lost = false;
  std::optional<Clock::time_point> failed;
  int pressed = 0;
  const auto anyRuns = [&] {
    for (const auto& c : children)
      if (c.running) return true;
    return false;
  };
  while (anyRuns()) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, WNOHANG);
    for (size_t r = 0; ended > 0 && r < children.size(); ++r) {
      auto& c = children[r];
      if (c.process != ended) continue;
      c.running = false, c.status = status;
      if (WIFSIGNALED(status) && !lost && passedOn == 0 && pressed == 0) {
        lost = true;
        std::ofstream(lostMark(meeting)).put('1');
        std::cerr << "espalier-cli: " << lossOf(r, c) << std::endl;
      }
      if (status != 0 && !failed) failed = Clock::now();
    }
    for (; passedOn < g_asked; ++passedOn) signalAll(children, SIGTERM);
    if (failed && pressed == 0 && Clock::now() > *failed + kToEnd) pressed = 1, signalAll(children, SIGTERM);
    if (failed && pressed == 1 && Clock::now() > *failed + kToStop) pressed = 2, signalAll(children, SIGKILL);
    if (ended <= 0) std::this_thread::sleep_for(20ms);
  }
  return lost;
}

std::vector<std::pair<std::string, int64_t>> peaks(Processes& processes) {
  std::vector<std::pair<std::string, int64_t>> out;
  const auto all = processes.gather(std::to_string(peakMemory()));
  for (size_t r = 0; r < all.size(); ++r)
    out.emplace_back(processes.nameOf(int(r)), std::strtoll(all[r].c_str(), nullptr, 10));
  return out;
}

// Takes what is written to it nowhere.
class NoBuffer : public std::streambuf {
 protected:
  int overflow(int c) override { return c == traits_type::eof() ? 0 : c; }
  std::streamsize xsputn(const char*, std::streamsize n) override { return n; }
};

}  // namespace

void addProcessFlags(CLI::App& app, ProcessFlags& flags) {
  app.add_flag("--own-blocks", flags.ownBlocks,
               "Each process reads and holds only some of the model's blocks and passes states to the next: "
               "for a model too large for the memory of one machine (docs/cluster.md)");
  app.add_option(
         "--processes", flags.processes,
         "Processes on this machine that share the work of score, prune, evaluate, study, recover and "
         "run; torchrun, mpirun and srun start them on several (docs/cluster.md)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--process-timeout", flags.timeout,
                 "Seconds after which the others end when a process does not join or gives no sign of life")
      ->check(CLI::Range(2, 86400))
      ->capture_default_str();
}

std::optional<ProcessPlace> divideIntoProcesses(const ProcessFlags& flags, int& status) {
  ScratchFolder meeting(std::filesystem::temp_directory_path(), "espalier-meeting-");
  const auto file = (meeting.path() / "meeting").string();
  const auto onInterrupt = std::signal(SIGINT, onSignal);
  const auto onTerminate = std::signal(SIGTERM, onSignal);
  const double before = processorSeconds();
  std::vector<Child> children;
  for (int r = 0; r < flags.processes; ++r) {
    const pid_t process = ::fork();
    if (process == 0) {
      meeting.release();  // it is the other's to remove
      std::signal(SIGINT, onInterrupt);
      std::signal(SIGTERM, onTerminate);
      return placeOfChild(r, flags, file, before);
    }
    if (process < 0) {
      std::cerr << "espalier-cli: process " << r + 1 << " of " << flags.processes
                << " cannot be started: " << std::strerror(errno) << ".\n";
      signalAll(children, SIGTERM);
      break;
    }
    children.push_back({process});
  }
  status = int(children.size()) == flags.processes ? 0 : 1;
  if (waitFor(children, file)) {
    status = 1;
    return std::nullopt;
  }
  for (const auto& c : children)
    if (c.status != 0) {
      status = WIFEXITED(c.status) ? WEXITSTATUS(c.status) : 1;
      break;
    }
  return std::nullopt;
}

std::optional<ProcessPlace> placeOf(const ProcessFlags& flags) {
  auto place = placeInEnvironment();
  if (place) place->timeoutSeconds = flags.timeout;
  return place;
}

bool wasLossReported(const std::optional<ProcessPlace>& place) {
  return place && !place->meeting.empty() && std::filesystem::exists(lostMark(place->meeting));
}

QuietUnlessFirst::QuietUnlessFirst(bool first) {
  static NoBuffer nowhere;
  if (first) return;
  m_out = std::cout.rdbuf(&nowhere);
  m_errors = std::cerr.rdbuf(&nowhere);
}

QuietUnlessFirst::~QuietUnlessFirst() {
  if (m_out) std::cout.rdbuf(m_out);
  if (m_errors) std::cerr.rdbuf(m_errors);
}

void tellPeakMemory(const JobControl& control) {
  auto& processes = processesOf(control);
  if (!processes.several()) return;
  std::string text;
  for (const auto& [name, bytes] : peaks(processes))
    text += (text.empty() ? "Peak memory: " : ", ") + name + " " + std::to_string(bytes >> 20) + " MiB";
  std::cerr << text << ".\n";
}

void addProcesses(const JobControl& control, nlohmann::json& j) {
  auto& processes = processesOf(control);
  if (!processes.several()) return;
  const auto costs = processes.costs();
  nlohmann::json mine{{"process", processes.nameOf(processes.rank())},
                      {"peakMemory", peakMemory()},
                      {"seconds", costs.seconds},
                      {"waited", costs.waited},
                      {"path", costs.path},
                      {"pathAcross", costs.pathAcross}};
  for (const auto& [stage, traffic] : costs.sent)
    mine["sent"][stage] = {{"messages", traffic.messages}, {"bytes", traffic.bytes}};
  for (const auto& other : processes.gather(jsonText(mine)))
    j["processes"].push_back(parseJson(other, "a rank's message"));
}

}  // namespace espalier::cli
