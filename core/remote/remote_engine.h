#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/engine/elsewhere.h"

namespace espalier {

// Where an engine is and how it is started there.
struct EngineAddress {
  std::string place;                 // as it was written, for people
  std::vector<std::string> command;  // program and arguments
};
// "ssh://[user@]host[:port]" starts espalier-cli serve there by ssh; anything else is a command for the
// shell, whose standard input and output are the connection. Throws Error (InvalidInput) naming the flag.
EngineAddress engineAddress(const std::string& written, const std::string& flag = "--engine");

// An engine that this process has started and asks over its pipes. It is started with the first question, and
// again by reconnect(). From any thread.
class RemoteEngine : public Elsewhere {
 public:
  explicit RemoteEngine(EngineAddress address);
  ~RemoteEngine() override;

  nlohmann::json ask(const std::string& method, const nlohmann::json& params, const JobControl& control = {},
                     const OnItem& onItem = {}) override;
  void tell(const std::string& method, const nlohmann::json& params) override;
  std::string place() const override { return m_address.place; }
  int64_t connection() const override { return m_connection; }

  nlohmann::json about(const JobControl& control = {}) override;
  void reconnect(const JobControl& control = {}) override;
  std::shared_ptr<void> whenLost(std::function<void(const std::string& why)> told) override;

 private:
  class Held;
  std::shared_ptr<Held> connected(const JobControl& control, bool again);

  EngineAddress m_address;
  struct Listeners;
  std::shared_ptr<Listeners> m_listeners;
  std::timed_mutex m_connecting;
  std::shared_ptr<Held> m_held;  // null before the first question
  mutable std::mutex m_mutex;    // of m_held
  std::atomic<int64_t> m_connection = 0;
};

}  // namespace espalier
