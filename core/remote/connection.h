#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/engine/elsewhere.h"
#include "core/remote/frames.h"

namespace espalier {

// A process that answers requests (docs/serve.md), and the pipes to it. One thread reads and writes, so that
// no caller waits for the wire itself; any number of threads may ask at a time.
class Connection {
 public:
  // Starts the program with its arguments. place: what messages call it. onLost is told why, from the thread
  // of the connection, when it is lost by itself. Throws Error (Io) where the program cannot be started.
  Connection(const std::vector<std::string>& command, std::string place,
             std::function<void(const std::string&)> onLost);
  ~Connection();  // closes the process's input, which ends it; ends it by force where it does not
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // As Elsewhere has them.
  nlohmann::json ask(const std::string& method, const nlohmann::json& params, const JobControl& control,
                     const Elsewhere::OnItem& onItem);
  void tell(const std::string& method, const nlohmann::json& params);

  bool isLost() const;

 private:
  struct Pending;
  void start(const std::vector<std::string>& command);
  void work();
  bool writeSome();
  bool readSome();
  void hearErrors();
  void take(const FrameReader::Piece& piece);
  void lose(const std::string& why);
  void send(const nlohmann::json& message);
  void wake();
  std::string reasonOfEnd();

  std::string m_place;
  std::function<void(const std::string&)> m_onLost;
  pid_t m_process = -1;
  int m_toProcess = -1, m_fromProcess = -1, m_errors = -1;
  int m_wakeRead = -1, m_wakeWrite = -1;
  FrameReader m_reader;     // of the thread alone, as are the next two
  std::string m_said;       // the end of what it wrote to its standard error
  std::string m_notFrames;  // what stood where frames should
  std::thread m_thread;

  mutable std::mutex m_mutex;  // of all below
  std::string m_toWrite;
  std::map<int64_t, std::shared_ptr<Pending>> m_pending;
  int64_t m_nextId = 0;
  bool m_closing = false, m_lost = false;
  std::string m_why;  // it was lost
};

}  // namespace espalier
