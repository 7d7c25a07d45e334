#include "core/remote/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stop_token>

#include "core/base/json_numbers.h"
#include "core/base/json_text.h"
#include "core/remote/messages.h"

extern char** environ;

namespace espalier {

namespace {

constexpr size_t kKeptErrors = 4000;
constexpr auto kEndsBySelf = std::chrono::milliseconds(1500);

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw Error(ErrorKind::Io, std::string("No pipe could be made: ") + std::strerror(errno) + ".");
    read = ends[0], write = ends[1];
  }
  ~Pipe() { closeRead(), closeWrite(); }
  void closeRead() {
    if (read >= 0) ::close(read);
    read = -1;
  }
  void closeWrite() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  int takeRead() { return std::exchange(read, -1); }
  int takeWrite() { return std::exchange(write, -1); }
};

void makeNonBlocking(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void closeOne(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// The last line with something in it.
std::string lastLineOf(const std::string& text) {
  const auto end = text.find_last_not_of(" \r\n\t");
  if (end == std::string::npos) return {};
  const auto begin = text.find_last_of("\r\n", end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

// Writes to a pipe whose reader may be gone, without the signal that would end the program: blocked for this
// thread alone, and taken away where it came of this write.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    ::sigemptyset(&m_pipe);
    ::sigaddset(&m_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &m_pipe, nullptr);
  }

 private:
  sigset_t m_pipe;
};

}  // namespace

// A question that waits for its answer.
struct Connection::Pending {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<nlohmann::json> items;
  std::optional<Progress> progress;
  std::optional<RpcMessage> answer;
  bool lost = false;
  std::string why;
};

Connection::Connection(const std::vector<std::string>& command, std::string place,
                       std::function<void(const std::string&)> onLost)
    : m_place(std::move(place)), m_onLost(std::move(onLost)) {
  start(command);
  m_thread = std::thread([this] { work(); });
}

Connection::~Connection() {
  {
    std::scoped_lock lock(m_mutex);
    m_closing = true;
  }
  wake();
  m_thread.join();
  closeOne(m_toProcess);
  const auto end = std::chrono::steady_clock::now() + kEndsBySelf;
  // What it still says is not heard: it must not wait for room in a pipe.
  closeOne(m_fromProcess);
  closeOne(m_errors);
  while (m_process > 0 && ::waitpid(m_process, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) {
      ::kill(m_process, SIGKILL);
      ::waitpid(m_process, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  closeOne(m_wakeRead);
  closeOne(m_wakeWrite);
}

void Connection::start(const std::vector<std::string>& command) {
  Pipe in, out, errors, wakeUp;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const int failure = ::posix_spawnp(&m_process, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    m_process = -1;
    throw Error(ErrorKind::Io,
                command.front() + " cannot be started for " + m_place + ": " + std::strerror(failure) + ".");
  }
  m_toProcess = in.takeWrite();
  m_fromProcess = out.takeRead();
  m_errors = errors.takeRead();
  m_wakeRead = wakeUp.takeRead();
  m_wakeWrite = wakeUp.takeWrite();
  for (const int descriptor : {m_toProcess, m_fromProcess, m_errors, m_wakeRead, m_wakeWrite})
    makeNonBlocking(descriptor);
}

void Connection::wake() {
  const char byte = 0;
  [[maybe_unused]] const auto written = ::write(m_wakeWrite, &byte, 1);
}

bool Connection::isLost() const {
  std::scoped_lock lock(m_mutex);
  return m_lost;
}

void Connection::send(const nlohmann::json& message) {
  const auto bytes = framed(jsonText(message));
  {
    std::scoped_lock lock(m_mutex);
    m_toWrite += bytes;
  }
  wake();
}

void Connection::tell(const std::string& method, const nlohmann::json& params) {
  if (!isLost()) send(notificationOf(method, params));
}

nlohmann::json Connection::ask(const std::string& method, const nlohmann::json& params,
                               const JobControl& control, const Elsewhere::OnItem& onItem) {
  control.throwIfCancelled();
  const auto pending = std::make_shared<Pending>();
  int64_t id = 0;
  {
    std::scoped_lock lock(m_mutex);
    if (m_lost) throw ConnectionLost(m_why);
    id = ++m_nextId;
    m_pending[id] = pending;
  }
  send(requestOf(id, method, params));
  const auto forget = [&] {
    std::scoped_lock lock(m_mutex);
    m_pending.erase(id);
  };
  try {
    for (;;) {
      std::deque<nlohmann::json> items;
      std::optional<Progress> progress;
      std::optional<RpcMessage> answer;
      {
        std::unique_lock lock(pending->mutex);
        pending->changed.wait(lock, control.stop, [&] {
          return pending->lost || pending->answer || pending->progress || !pending->items.empty();
        });
        items.swap(pending->items);
        progress = std::exchange(pending->progress, {});
        answer = std::exchange(pending->answer, {});
        if (!answer && pending->lost) throw ConnectionLost(pending->why);
      }
      control.throwIfCancelled();
      if (progress && control.onProgress) control.onProgress(*progress);
      if (onItem)
        for (const auto& item : items) onItem(item);
      if (!answer) continue;
      forget();
      if (!answer->error.is_null()) throwError(answer->error);
      return answer->result;
    }
  } catch (const Cancelled&) {
    forget();
    tell("$/cancelRequest", {{"id", id}});
    throw;
  } catch (...) {
    forget();
    throw;
  }
}

void Connection::work() {
  const NoBrokenPipe noBrokenPipe;
  for (;;) {
    bool wantsToWrite = false;
    {
      std::scoped_lock lock(m_mutex);
      if (m_closing) return;
      wantsToWrite = !m_toWrite.empty();
    }
    pollfd waits[] = {{m_fromProcess, POLLIN, 0},
                      {m_wakeRead, POLLIN, 0},
                      {m_errors, POLLIN, 0},
                      {wantsToWrite ? m_toProcess : -1, POLLOUT, 0}};
    if (::poll(waits, 4, -1) < 0 && errno != EINTR) return lose(std::strerror(errno));
    if (waits[1].revents) {
      char bytes[256];
      while (::read(m_wakeRead, bytes, sizeof bytes) > 0) {
      }
    }
    if (waits[2].revents) hearErrors();
    if (waits[0].revents && !readSome()) return lose(reasonOfEnd());
    if (waits[3].revents && !writeSome()) return lose(reasonOfEnd());
  }
}

bool Connection::writeSome() {
  std::scoped_lock lock(m_mutex);
  const auto written = ::write(m_toProcess, m_toWrite.data(), m_toWrite.size());
  if (written < 0) return errno == EAGAIN || errno == EINTR;
  m_toWrite.erase(0, size_t(written));
  return true;
}

bool Connection::readSome() {
  char bytes[1 << 16];
  const auto count = ::read(m_fromProcess, bytes, sizeof bytes);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  m_reader.add({bytes, size_t(count)});
  while (const auto piece = m_reader.next()) take(*piece);
  return true;
}

void Connection::hearErrors() {
  char bytes[4096];
  const auto count = ::read(m_errors, bytes, sizeof bytes);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return closeOne(m_errors);
  m_said.append(bytes, size_t(count));
  if (m_said.size() > kKeptErrors) m_said.erase(0, m_said.size() - kKeptErrors);
}

void Connection::take(const FrameReader::Piece& piece) {
  if (piece.isFault) {
    m_notFrames = piece.text;
    return;
  }
  try {
    nlohmann::json id;
    auto message = messageFrom(piece.text, id);
    const auto messageId = message.isResponse ? message.id : message.params.value("id", nlohmann::json());
    if (!messageId.is_number_integer()) return;
    std::shared_ptr<Pending> pending;
    {
      std::scoped_lock lock(m_mutex);
      const auto it = m_pending.find(messageId.get<int64_t>());
      if (it == m_pending.end()) return;  // nobody waits for it any more
      pending = it->second;
    }
    {
      std::scoped_lock lock(pending->mutex);
      if (message.isResponse)
        pending->answer = std::move(message);
      else if (message.method == "$/progress")
        pending->progress = progressFrom(message.params.at("value"));
      else if (message.method == "$/item")
        pending->items.push_back(std::move(message.params.at("value")));
    }
    pending->changed.notify_all();
  } catch (const std::exception& e) {
    m_notFrames = e.what();
  }
}

std::string Connection::reasonOfEnd() {
  // What it said last may still be in the pipe.
  while (m_errors >= 0) {
    pollfd wait{m_errors, POLLIN, 0};
    if (::poll(&wait, 1, 200) <= 0) break;
    hearErrors();
  }
  int status = 0;
  std::string ended = "it ended";
  for (int tries = 0; tries < 100; ++tries) {
    const auto gone = ::waitpid(m_process, &status, WNOHANG);
    if (gone == m_process) {
      m_process = -1;
      if (WIFSIGNALED(status))
        ended = std::string("it was ended by signal ") + std::to_string(WTERMSIG(status)) + " (" +
                ::strsignal(WTERMSIG(status)) + ")";
      else
        ended = "it ended with status " + std::to_string(WEXITSTATUS(status));
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const auto words = lastLineOf(m_said);
  if (!words.empty()) return ended + ", having said \"" + words + "\"";
  if (m_notFrames.empty()) return ended;
  return ended + "; " +
         (m_notFrames.ends_with('.') ? m_notFrames.substr(0, m_notFrames.size() - 1) : m_notFrames);
}

void Connection::lose(const std::string& reason) {
  const auto why = "The connection to the engine at " + m_place + " is lost: " + reason + ".";
  std::map<int64_t, std::shared_ptr<Pending>> waiting;
  {
    std::scoped_lock lock(m_mutex);
    m_lost = true;
    m_why = why;
    waiting.swap(m_pending);
  }
  // Before those who wait: whoever is told of their failure knows by then what it comes of.
  if (m_onLost) m_onLost(why);
  for (const auto& [id, pending] : waiting) {
    std::scoped_lock lock(pending->mutex);
    pending->lost = true;
    pending->why = why;
    pending->changed.notify_all();
  }
}

}  // namespace espalier
