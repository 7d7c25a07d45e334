// Runs the fuzz targets without clang: every seed, then inputs mutated with a fixed seed.
//   espalier-fuzz [--target NAME] [--inputs N] [--seed S] [--write-seeds FOLDER] [FILE ...]
// Files are run as they are, with --target. An input that shows a defect is written to defect-<target>.bin in
// the present folder, and the exit status is that of the signal.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/targets.h"

using namespace espalier::fuzz;

namespace {

constexpr unsigned kMostSeconds = 10;  // an input may take
// What an input of a few kilobytes may make the process take: of address space it can write to, and of what
// it does write to. The first is refused by the system, the second is looked at after each input.
constexpr int64_t kMostBytes = int64_t(1) << 30;

std::string g_input;
char g_defectFile[200];

// Only what a signal handler may call.
void onDefect(int signal) {
  const int fd = ::open(g_defectFile, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd >= 0 && ::write(fd, g_input.data(), g_input.size()) >= 0) ::close(fd);
  const char* what = signal == SIGALRM ? "DEFECT: it takes longer than ten seconds; the input is in "
                                       : "DEFECT: the input is in ";
  for (const char* text : {what, static_cast<const char*>(g_defectFile), "\n"})
    if (::write(2, text, std::strlen(text)) < 0) break;
  std::signal(signal, SIG_DFL);
  ::raise(signal == SIGALRM ? SIGKILL : signal);
}

int64_t peakBytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return int64_t(usage.ru_maxrss) * 1024;
}

// Above what the program and its libraries have now.
void limitMemory() {
  int64_t pages = 0, data = 0;
  std::ifstream statm("/proc/self/statm");
  for (int field = 0; field < 6 && statm >> pages; ++field) data = pages;  // the sixth: data and stack
  const rlim_t most = rlim_t(data * ::sysconf(_SC_PAGESIZE) + kMostBytes);
  const rlimit limit{most, most};
  ::setrlimit(RLIMIT_DATA, &limit);
}

void runOne(const Target& target, std::string input) {
  static const int64_t atStart = peakBytes();
  g_input = std::move(input);
  ::alarm(kMostSeconds);
  check(target, {reinterpret_cast<const uint8_t*>(g_input.data()), g_input.size()});
  ::alarm(0);
  if (peakBytes() - atStart > kMostBytes) {
    std::fprintf(stderr, "DEFECT in %s: it takes more than %lld bytes\n", target.name.c_str(),
                 static_cast<long long>(kMostBytes));
    std::abort();
  }
}

void writeSeeds(const std::filesystem::path& folder) {
  for (const auto& target : targets()) {
    std::filesystem::create_directories(folder / target.name);
    int number = 0;
    for (const auto& seed : seedsOf(target))
      std::ofstream(folder / target.name / ("seed-" + std::to_string(number++)), std::ios::binary) << seed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string only;
  uint64_t inputs = 1000, seed = 1;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const bool more = i + 1 < argc;
    if (flag == "--target" && more)
      only = argv[++i];
    else if (flag == "--inputs" && more)
      inputs = std::strtoull(argv[++i], nullptr, 10);
    else if (flag == "--seed" && more)
      seed = std::strtoull(argv[++i], nullptr, 10);
    else if (flag == "--write-seeds" && more)
      return writeSeeds(argv[++i]), 0;
    else
      files.push_back(flag);
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM}) std::signal(signal, onDefect);
  limitMemory();
  if (!files.empty()) {
    const auto& target = targetNamed(only);
    std::snprintf(g_defectFile, sizeof g_defectFile, "defect-%s.bin", target.name.c_str());
    for (const auto& file : files) runOne(target, espalier::readTextFile(file));
    std::printf("%zu files, no defects\n", files.size());
    return 0;
  }
  if (!only.empty()) targetNamed(only);
  uint64_t total = 0;
  for (const auto& target : targets()) {
    if (!only.empty() && target.name != only) continue;
    std::snprintf(g_defectFile, sizeof g_defectFile, "defect-%s.bin", target.name.c_str());
    const auto seeds = seedsOf(target);
    if (seeds.empty()) {
      std::printf("%s has no seeds\n", target.name.c_str());
      return 1;
    }
    for (const auto& each : seeds) runOne(target, each);
    std::mt19937_64 random(seed);
    for (uint64_t i = 0; i < inputs; ++i) runOne(target, mutated(seeds, random, target.maxBytes));
    total += seeds.size() + inputs;
    std::printf("%s: %zu seeds, %llu inputs, no defects\n", target.name.c_str(), seeds.size(),
                static_cast<unsigned long long>(inputs));
    std::fflush(stdout);
  }
  std::printf("%llu inputs in all, no defects\n", static_cast<unsigned long long>(total));
}
