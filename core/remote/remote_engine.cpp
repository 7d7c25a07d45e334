#include "core/remote/remote_engine.h"

#include <cctype>
#include <charconv>
#include <chrono>

#include "core/base/stop_here.h"
#include "core/remote/connection.h"
#include "core/remote/messages.h"

namespace espalier {

namespace {

constexpr std::string_view kSsh = "ssh://";

// A name for ssh's command line: it may not be taken for an option, nor for shell text.
bool isHostOrUser(std::string_view text) {
  if (text.empty() || text.starts_with('-')) return false;
  for (const char c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-' && c != '_' && c != ':')
      return false;
  return true;
}

}  // namespace

EngineAddress engineAddress(const std::string& written, const std::string& flag) {
  const auto refuse = [&] {
    throw Error(ErrorKind::InvalidInput, flag + " is \"" + written +
                                             "\"; ssh://user@host, ssh://host:port or a command that starts "
                                             "\"espalier-cli serve\" was expected.");
  };
  if (written.find_first_not_of(' ') == std::string::npos) refuse();
  if (!written.starts_with(kSsh)) return {written, {"/bin/sh", "-c", written}};
  std::string_view rest = std::string_view(written).substr(kSsh.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  // The connection is found lost within a minute when the network is.
  std::vector<std::string> command{
      "ssh", "-T", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3"};
  std::string_view user;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (!isHostOrUser(user)) refuse();
  }
  std::string_view host = rest;
  if (rest.starts_with('[')) {  // an IPv6 address
    const auto end = rest.find(']');
    if (end == std::string_view::npos) refuse();
    host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(host.size());
  }
  if (!isHostOrUser(host)) refuse();
  if (!rest.empty()) {
    int port = 0;
    const auto digits = rest.substr(1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (!rest.starts_with(':') || failure != std::errc() || end != digits.data() + digits.size() ||
        port < 1 || port > 65535)
      refuse();
    command.insert(command.end(), {"-p", std::to_string(port)});
  }
  if (!user.empty()) command.insert(command.end(), {"-l", std::string(user)});
  command.insert(command.end(), {"--", std::string(host), "espalier-cli", "serve"});
  return {written, command};
}

// A connection that has been greeted.
class RemoteEngine::Held {
 public:
  Held(const EngineAddress& address, std::function<void(const std::string&)> onLost,
       const JobControl& control)
      : m_connection(address.command, address.place, std::move(onLost)),
        m_about(m_connection.ask("initialize", {{"protocol", kProtocolVersion}},
                                 {.onProgress = {}, .stop = control.stop}, {})) {}

  Connection& connection() { return m_connection; }
  const nlohmann::json& about() const { return m_about; }

 private:
  Connection m_connection;
  nlohmann::json m_about;
};

// Those who want to know of a loss.
struct RemoteEngine::Listeners {
  using OnLost = std::function<void(const std::string&)>;
  std::mutex mutex;
  std::vector<std::weak_ptr<OnLost>> all;

  void tell(const std::string& why) {
    std::vector<std::weak_ptr<OnLost>> now;
    {
      std::scoped_lock lock(mutex);
      std::erase_if(all, [](const auto& one) { return one.expired(); });
      now = all;
    }
    for (const auto& one : now)
      if (const auto onLost = one.lock()) (*onLost)(why);
  }
};

RemoteEngine::RemoteEngine(EngineAddress address)
    : m_address(std::move(address)), m_listeners(std::make_shared<Listeners>()) {}

RemoteEngine::~RemoteEngine() = default;

std::shared_ptr<void> RemoteEngine::whenLost(std::function<void(const std::string&)> onLost) {
  auto listener = std::make_shared<Listeners::OnLost>(std::move(onLost));
  std::scoped_lock lock(m_listeners->mutex);
  m_listeners->all.push_back(listener);
  return listener;
}

// again: where the connection was lost; otherwise that is told as it was.
std::shared_ptr<RemoteEngine::Held> RemoteEngine::connected(const JobControl& control, bool again) {
  // Another thread may be connecting, which takes as long as a person needs to type a password.
  std::unique_lock connecting(m_connecting, std::defer_lock);
  while (!connecting.try_lock_for(std::chrono::milliseconds(50))) control.throwIfCancelled();
  {
    std::scoped_lock lock(m_mutex);
    if (m_held && !(again && m_held->connection().isLost())) return m_held;
  }
  // A loss on the way here is thrown, not told.
  const auto greeted = std::make_shared<std::atomic<bool>>(false);
  auto held = std::make_shared<Held>(
      m_address,
      [greeted, listeners = m_listeners](const std::string& why) {
        if (*greeted) listeners->tell(why);
      },
      control);
  *greeted = true;
  std::scoped_lock lock(m_mutex);
  m_held.swap(held);
  ++m_connection;
  return m_held;
}

nlohmann::json RemoteEngine::ask(const std::string& method, const nlohmann::json& params,
                                 const JobControl& control, const OnItem& onItem) {
  // Who gives no token may still run in a job that can be stopped.
  JobControl own = control;
  if (!own.stop.stop_possible()) own.stop = stopTokenHere();
  return connected(own, false)->connection().ask(method, params, own, onItem);
}

void RemoteEngine::tell(const std::string& method, const nlohmann::json& params) {
  std::shared_ptr<Held> held;
  {
    std::scoped_lock lock(m_mutex);
    held = m_held;
  }
  if (held) held->connection().tell(method, params);
}

nlohmann::json RemoteEngine::about(const JobControl& control) {
  return connected(control, false)->about();
}

void RemoteEngine::reconnect(const JobControl& control) {
  connected(control, true);
}

}  // namespace espalier
