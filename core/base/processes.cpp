#include "core/base/processes.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "core/base/owner.h"
#include "core/base/packed_values.h"
#include "core/base/process_messages.h"

namespace espalier {

namespace {

class OneProcess : public Processes {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  std::string nameOf(int) const override { return "rank 0 on " + hostName(); }

 protected:
  void sendBytes(int, std::span<const std::byte>) override {}
  void receiveBytes(int, std::span<std::byte>) override {}
};

template <typename T>
std::span<std::byte> bytesIn(T& value) {
  return std::as_writable_bytes(std::span(&value, 1));
}

// What goes before the bytes of a message: the sender's costs along the critical path.
struct SenderTime {
  double path = 0, pathAcross = 0;
};
// Up to so many bytes a message is one transfer.
constexpr size_t kOneTransfer = size_t(64) << 10;

constexpr uint64_t kMostText = uint64_t(1) << 40;
constexpr size_t kTextPart = size_t(1) << 22;  // bytes of a text

double processorSeconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

// Texts go in parts, of the same size at both sides: a length alone, whoever sent it, takes no memory.
template <typename F>
std::string receivedInParts(uint64_t length, const F& receive) {
  if (length > kMostText) refuseMessage("a text of " + std::to_string(length) + " bytes");
  std::string text;
  while (text.size() < length) {
    const size_t at = text.size(), part = std::min<size_t>(kTextPart, length - at);
    text.resize(at + part);
    receive(std::as_writable_bytes(std::span(text.data() + at, part)));
  }
  return text;
}

template <typename F>
void sendInParts(std::string_view text, const F& send) {
  for (; !text.empty(); text.remove_prefix(std::min(kTextPart, text.size())))
    send(std::as_bytes(std::span(text.data(), std::min(kTextPart, text.size()))));
}

// A text whose length all know.
std::string broadcastParts(Processes& p, int from, uint64_t length, std::string text) {
  const auto part = [&](std::span<std::byte> bytes) { p.broadcast(from, bytes); };
  if (p.rank() != from) return receivedInParts(length, part);
  sendInParts(text, [&](std::span<const std::byte> bytes) {
    part({const_cast<std::byte*>(bytes.data()), bytes.size()});
  });
  return text;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

int numberOf(const char* name, int least, int most) {
  const auto text = variable(name);
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end || value < least || value > most)
    throw Error(ErrorKind::InvalidInput, std::string(name) + " in the environment is \"" + text +
                                             "\"; a number from " + std::to_string(least) + " to " +
                                             std::to_string(most) + " was expected.");
  return int(value);
}

// The first host of "node[03-07,12],other": "node03".
std::string firstHost(const std::string& list) {
  const auto comma = list.find(','), open = list.find('[');
  if (open == std::string::npos || (comma != std::string::npos && comma < open)) return list.substr(0, comma);
  const auto end = list.find_first_of(",-]", open);
  const auto close = list.find(']', open);
  if (end == std::string::npos || close == std::string::npos) return list;
  const auto next = list.find(',', close);
  const auto tail = list.substr(close + 1, next == std::string::npos ? next : next - close - 1);
  return list.substr(0, open) + list.substr(open + 1, end - open - 1) + tail;
}

bool isLoopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

}  // namespace

void Processes::countFrom(double seconds) {
  m_before = seconds;
}

void Processes::tick() {
  const double now = m_before + processorSeconds(), more = now - m_costs.seconds;
  m_costs.seconds = now;
  m_costs.path += more;
  m_costs.pathAcross += more;
}

ProcessCosts Processes::costs() {
  tick();
  return m_costs;
}

void Processes::send(int to, std::span<const std::byte> bytes) {
  tick();
  auto& sent = m_costs.sent[m_stage];
  ++sent.messages;
  sent.bytes += int64_t(bytes.size());
  m_costs.pathAcross += double(bytes.size()) / kModelBytesPerSecond;
  const SenderTime time{m_costs.path, m_costs.pathAcross + kModelLatency};
  const auto timeBytes = std::as_bytes(std::span(&time, 1));
  if (bytes.size() > kOneTransfer) {
    sendBytes(to, timeBytes);
    sendBytes(to, bytes);
    return;
  }
  std::vector<std::byte> both(timeBytes.begin(), timeBytes.end());
  both.insert(both.end(), bytes.begin(), bytes.end());
  sendBytes(to, both);
}

void Processes::receive(int from, std::span<std::byte> bytes) {
  tick();
  const auto begun = std::chrono::steady_clock::now();
  SenderTime time;
  const auto timeBytes = bytesIn(time);
  if (bytes.size() > kOneTransfer) {
    receiveBytes(from, timeBytes);
    receiveBytes(from, bytes);
  } else {
    std::vector<std::byte> both(sizeof time + bytes.size());
    receiveBytes(from, both);
    std::copy_n(both.begin(), sizeof time, timeBytes.begin());
    std::copy(both.begin() + sizeof time, both.end(), bytes.begin());
  }
  m_costs.waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  m_costs.path = std::max(m_costs.path, time.path);
  m_costs.pathAcross = std::max(m_costs.pathAcross, time.pathAcross);
}

void Processes::broadcast(int from, std::span<std::byte> bytes) {
  if (rank() != from) return receive(from, bytes);
  for (int r = 0; r < size(); ++r)
    if (r != from) send(r, bytes);
}

void Processes::sendText(int to, const std::string& text) {
  uint64_t length = text.size();
  send(to, bytesIn(length));
  sendInParts(text, [&](std::span<const std::byte> part) { send(to, part); });
}

std::string Processes::receiveText(int from) {
  uint64_t length = 0;
  receive(from, bytesIn(length));
  return receivedInParts(length, [&](std::span<std::byte> part) { receive(from, part); });
}

std::vector<std::string> Processes::gather(const std::string& mine) {
  std::vector<std::string> all(static_cast<size_t>(size()));
  all[size_t(rank())] = mine;
  if (!several()) return all;
  if (rank() != 0) {
    sendText(0, mine);
  } else {
    for (int r = 1; r < size(); ++r) all[size_t(r)] = receiveText(r);
  }
  std::vector<uint64_t> lengths(all.size());
  std::string joined;
  if (rank() == 0)
    for (size_t r = 0; r < all.size(); ++r) lengths[r] = all[r].size(), joined += all[r];
  broadcast(0, std::as_writable_bytes(std::span(lengths)));
  uint64_t length = 0;
  for (const auto n : lengths) {
    if (n > kMostText) refuseMessage("a text of " + std::to_string(n) + " bytes");
    length += n;
  }
  joined = broadcastParts(*this, 0, length, std::move(joined));
  for (size_t r = 0, at = 0; r < all.size(); at += lengths[r++]) all[r] = joined.substr(at, lengths[r]);
  return all;
}

std::string Processes::broadcastText(int from, const std::string& text) {
  if (!several()) return text;
  uint64_t length = text.size();
  broadcast(from, bytesIn(length));
  return broadcastParts(*this, from, length, text);
}

int Processes::ownerOf(int64_t unit) const {
  if (m_workers.empty()) return int(unit % size());
  int64_t place = unit % m_rounds;
  for (size_t r = 0; r < m_workers.size(); ++r)
    if ((place -= m_workers[r]) < 0) return int(r);
  return 0;
}

void Processes::shareWorkers(int mine) {
  if (!several() || knowsWorkers()) return;
  std::vector<int> all;
  int64_t sum = 0;
  for (const auto& text : gather(std::to_string(mine))) {
    const int workers = workersOf(text);
    all.push_back(workers);
    sum += workers;
  }
  m_workers = std::move(all);
  m_rounds = sum;
}

Processes& oneProcess() {
  static OneProcess one;
  return one;
}

std::optional<ProcessPlace> placeInEnvironment() {
  constexpr int kMost = 4096;
  struct Launcher {
    const char *rank, *size, *sizeHere, *run;
  };
  static constexpr Launcher kLaunchers[] = {
      {"RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "TORCHELASTIC_RUN_ID"},
      {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE", "PMIX_NAMESPACE"},
      {"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS", "PMI_JOBID"},
      {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS_PER_NODE", "SLURM_JOB_ID"},
  };
  for (const auto& l : kLaunchers) {
    // A batch script of SLURM has a rank, too, but is no step of several tasks.
    if (variable(l.rank).empty() || variable(l.size).empty()) continue;
    ProcessPlace place;
    place.size = numberOf(l.size, 1, kMost);
    place.rank = numberOf(l.rank, 0, place.size - 1);
    place.sizeHere = std::atoi(variable(l.sizeHere).c_str());  // SLURM also says "2(x3)"
    place.run = variable(l.run) + variable("TORCHELASTIC_RESTART_COUNT") + variable("SLURM_STEP_ID");
    place.address = variable("MASTER_ADDR");
    if (place.address.empty() && std::string_view(l.rank) == "SLURM_PROCID" &&
        !variable("SLURM_STEP_NUM_NODES").empty() && numberOf("SLURM_STEP_NUM_NODES", 1, kMost) > 1)
      place.address = firstHost(variable("SLURM_JOB_NODELIST"));
    if (isLoopback(place.address) || place.sizeHere == place.size) place.address.clear();
    if (place.sizeHere < 1) place.sizeHere = place.address.empty() ? place.size : 1;
    if (!variable("MASTER_PORT").empty())
      place.port = numberOf("MASTER_PORT", 1, 65535);
    else if (!variable("SLURM_JOB_ID").empty())
      place.port = 20000 + numberOf("SLURM_JOB_ID", 0, 2147483647) % 20000;
    place.meeting = variable("ESPALIER_MEETING");
    return place;
  }
  return std::nullopt;
}

}  // namespace espalier
