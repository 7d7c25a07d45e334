#include "core/base/process_messages.h"

#include <charconv>

#include "core/base/error.h"
#include "core/base/packed_values.h"

namespace espalier {

namespace {

// The number that the text has at `at`, from 0 to `most`, followed by `end` or by the text's end; `at` is
// behind it then. -1 where there is none.
int64_t numberAt(const std::string& text, size_t& at, char end, int64_t most) {
  if (at > text.size()) return -1;
  int64_t value = -1;
  const auto last = text.data() + text.size();
  const auto read = std::from_chars(text.data() + at, last, value);
  if (read.ec != std::errc() || value < 0 || value > most || (read.ptr != last && *read.ptr != end))
    return -1;
  at = size_t(read.ptr - text.data()) + 1;
  return value;
}

constexpr int64_t kMostProcess = INT32_MAX, kMostRanks = 1 << 16, kMostSteps = int64_t(1) << 50;
constexpr int64_t kMostWorkers = 1 << 16;  // of a process

}  // namespace

std::string toText(const Greeting& g) {
  return g.host + "\n" + std::to_string(g.process) + "\n" + std::to_string(g.size);
}

Greeting greetingOf(const std::string& text, int rank) {
  Greeting g;
  size_t at = text.find('\n');
  g.host = text.substr(0, at);
  at = at == std::string::npos ? text.size() + 1 : at + 1;
  g.process = numberAt(text, at, '\n', kMostProcess);
  g.size = int(numberAt(text, at, '\n', kMostRanks));
  if (g.host.empty() || g.process < 0 || g.size < 1 || at <= text.size())
    throw Error(ErrorKind::InvalidInput, "Rank " + std::to_string(rank) +
                                             " does not say who it is as this program does; another program "
                                             "or version meets here: choose another port with MASTER_PORT.");
  return g;
}

int workersOf(const std::string& text) {
  size_t at = 0;
  const auto workers = numberAt(text, at, '\0', kMostWorkers);
  if (workers < 1 || at <= text.size())
    refuseMessage("its number of workers is no number from 1 to " + std::to_string(kMostWorkers));
  return int(workers);
}

std::string toText(const Beat& b) {
  return std::to_string(b.count) + " " + std::to_string(b.stage) + " " + std::to_string(b.done);
}

Beat beatOf(const std::string& text) {
  Beat b;
  size_t at = 0;
  b.count = numberAt(text, at, ' ', kMostSteps);
  b.stage = numberAt(text, at, ' ', kMostSteps);
  b.done = numberAt(text, at, ' ', kMostSteps);
  return b.done < 0 ? Beat() : b;
}

}  // namespace espalier
