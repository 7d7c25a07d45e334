#include "core/remote/server.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <list>
#include <mutex>
#include <thread>

#include "core/base/json_text.h"
#include "core/base/stop_here.h"
#include "core/engine/fingerprint.h"
#include "core/remote/frames.h"
#include "core/remote/messages.h"
#include "core/remote/methods.h"

namespace espalier {

namespace {

constexpr int kPollMs = 100;
constexpr size_t kMostRunning = 64;
constexpr auto kBetweenProgress = std::chrono::milliseconds(100);

// Writes whole frames, one after the other, from any thread.
class FrameWriter {
 public:
  explicit FrameWriter(int descriptor) : m_descriptor(descriptor) {}

  void send(const nlohmann::json& message) {
    const auto bytes = framed(jsonText(message));
    std::scoped_lock lock(m_mutex);
    for (size_t done = 0; done < bytes.size() && !m_gone;) {
      const auto written = ::write(m_descriptor, bytes.data() + done, bytes.size() - done);
      if (written >= 0) {
        done += size_t(written);
      } else if (errno == EAGAIN) {
        pollfd wait{m_descriptor, POLLOUT, 0};
        ::poll(&wait, 1, kPollMs);
      } else if (errno != EINTR) {
        m_gone = true;
      }
    }
  }
  bool isGone() const { return m_gone; }  // nobody reads any more

 private:
  int m_descriptor;
  std::mutex m_mutex;
  std::atomic<bool> m_gone = false;
};

// A request on its thread.
struct RunningCall {
  nlohmann::json id;
  std::stop_source stop;
  std::atomic<bool> done = false;
  std::thread thread;
};

// Progress of one request, ten times a second at most.
class ProgressTeller {
 public:
  ProgressTeller(FrameWriter& writer, nlohmann::json id) : m_writer(writer), m_id(std::move(id)) {}
  void operator()(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.stage == m_stage && now - m_last < kBetweenProgress) return;
    m_stage = progress.stage;
    m_last = now;
    m_writer.send(notificationOf("$/progress", {{"id", m_id}, {"value", toJson(progress)}}));
  }

 private:
  FrameWriter& m_writer;
  nlohmann::json m_id;
  std::string m_stage;
  std::chrono::steady_clock::time_point m_last{};
};

class Server {
 public:
  Server(int in, int out) : m_in(in), m_writer(out) {}
  ~Server() {
    for (auto& call : m_calls) call.stop.request_stop();
    for (auto& call : m_calls) call.thread.join();
  }

  void run(const std::stop_token& stop) {
    std::string bytes(1 << 16, '\0');
    while (!stop.stop_requested() && !m_writer.isGone()) {
      pollfd wait{m_in, POLLIN, 0};
      if (::poll(&wait, 1, kPollMs) <= 0) continue;
      const auto count = ::read(m_in, bytes.data(), bytes.size());
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count <= 0) return;
      m_reader.add({bytes.data(), size_t(count)});
      while (const auto piece = m_reader.next()) take(*piece);
      joinDone();
    }
  }

 private:
  void take(const FrameReader::Piece& piece) {
    nlohmann::json id = nullptr;
    try {
      if (piece.isFault) throw RpcError(rpc::kParseError, piece.text);
      const auto message = messageFrom(piece.text, id);
      if (message.isResponse) return;  // to no question of ours
      if (message.id.is_null()) return hear(message);
      if (message.method == "initialize") return m_writer.send(responseOf(id, initialize(message.params)));
      begin(message);
    } catch (...) {
      m_writer.send(failureOf(id, errorFor(std::current_exception())));
    }
  }

  // A notification. Those that are not known are passed over, as JSON-RPC has it.
  void hear(const RpcMessage& message) {
    if (message.method == "$/cancelRequest") {
      const auto id = message.params.find("id");
      if (id == message.params.end()) return;
      for (auto& call : m_calls)
        if (call.id == *id) call.stop.request_stop();
    } else if (message.method == "release") {
      m_opened.release(RpcParams(message.params, message.method).text("pruned"));
    }
  }

  nlohmann::json initialize(const nlohmann::json& params) {
    const auto asked = RpcParams(params, "initialize").whole("protocol", 1, INT32_MAX);
    if (asked > kProtocolVersion)
      throw RpcError(rpc::kInvalidParams, "The client speaks version " + std::to_string(asked) +
                                              " of the protocol, this server version " +
                                              std::to_string(kProtocolVersion) +
                                              "; install the same version of Espalier on both machines.");
    m_initialized = true;
    auto about = describeServer();
    about["program"] = programFingerprint();
    about["version"] = about["program"]["version"];
    about["protocol"] = kProtocolVersion;
    return about;
  }

  void begin(const RpcMessage& message) {
    if (!m_initialized)
      throw RpcError(rpc::kNotInitialized,
                     "The first request is initialize, with the version of the protocol.");
    const auto method = rpcMethods().find(message.method);
    if (method == rpcMethods().end()) {
      std::string names;
      for (const auto& [name, ignored] : rpcMethods()) names += (names.empty() ? "" : ", ") + name;
      throw RpcError(rpc::kMethodNotFound, "The method \"" + message.method.substr(0, 100) +
                                               "\" is not known; there are " + names + ".");
    }
    joinDone();
    for (const auto& call : m_calls)
      if (!call.done && call.id == message.id)
        throw RpcError(rpc::kInvalidRequest, "A request with this \"id\" still runs; each needs its own.");
    if (m_calls.size() >= kMostRunning)
      throw RpcError(rpc::kInvalidRequest,
                     std::to_string(kMostRunning) + " requests run already; wait for an answer first.");
    auto& call = m_calls.emplace_back();
    call.id = message.id;
    call.thread = std::thread([this, &call, message, answer = method->second] {
      m_writer.send(answered(call, message, answer));
      call.done = true;
    });
  }

  nlohmann::json answered(RunningCall& running, const RpcMessage& message, RpcMethod answer) {
    try {
      ProgressTeller teller(m_writer, message.id);
      RpcCall call;
      call.stop = running.stop;
      call.control.stop = running.stop.get_token();
      call.control.onProgress = [&](const Progress& p) { teller(p); };
      call.onItem = [&](const nlohmann::json& item) {
        m_writer.send(notificationOf("$/item", {{"id", message.id}, {"value", item}}));
      };
      const StopHere stopHere(call.control.stop);
      return responseOf(message.id, answer(m_opened, RpcParams(message.params, message.method), call));
    } catch (...) {
      return failureOf(message.id, errorFor(std::current_exception()));
    }
  }

  void joinDone() {
    for (auto it = m_calls.begin(); it != m_calls.end();)
      if (it->done)
        it->thread.join(), it = m_calls.erase(it);
      else
        ++it;
  }

  int m_in;
  FrameReader m_reader;
  FrameWriter m_writer;
  Opened m_opened;
  bool m_initialized = false;
  std::list<RunningCall> m_calls;  // behind what their threads use
};

}  // namespace

void serve(int in, int out, const std::stop_token& stop) {
  Server(in, out).run(stop);
}

}  // namespace espalier
