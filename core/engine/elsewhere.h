#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/engine/places.h"

namespace espalier {

// An engine in another process, perhaps on another machine: it is asked by names of methods and plain values
// (docs/serve.md) for what the functions of engine.h do here. A model that is open there is an OpenModel
// without weights, and these functions hand what they are asked on to where it is; so who has a model need
// not know. What is not done elsewhere throws Error (Unsupported), and is never done here instead.
class Elsewhere {
 public:
  using OnItem = std::function<void(const nlohmann::json&)>;

  virtual ~Elsewhere() = default;

  // Blocks until it is answered. Parts of the answer and progress are told before, from the calling thread.
  // Throws the Error that the other process threw, ConnectionLost, or Cancelled as soon as the stop is
  // requested.
  virtual nlohmann::json ask(const std::string& method, const nlohmann::json& params,
                             const JobControl& control = {}, const OnItem& onItem = {}) = 0;
  // Tells it without waiting; nothing happens where there is no connection.
  virtual void tell(const std::string& method, const nlohmann::json& params) = 0;

  // What it said of itself when it was greeted: version, host, memory, where its sample lies.
  virtual nlohmann::json about(const JobControl& control = {}) = 0;
  // Starts it anew where the connection is lost. Throws ConnectionLost where it cannot be had.
  virtual void reconnect(const JobControl& control = {}) = 0;
  // Who holds what this returns is told why, from another thread, each time the connection is lost by itself.
  virtual std::shared_ptr<void> whenLost(std::function<void(const std::string& why)> onLost) = 0;

  virtual std::string place() const = 0;  // for people: "ssh://anna@cards"
  // Another number after each reconnection: what was made before it is no longer there.
  virtual int64_t connection() const = 0;
};
using ElsewherePtr = std::shared_ptr<Elsewhere>;

// The other process or the way to it is gone. What this process has stays.
class ConnectionLost : public Error {
 public:
  explicit ConnectionLost(const std::string& sentence) : Error(ErrorKind::Io, sentence) {}
};

// Where a model is open; null: in this process.
ElsewherePtr elsewhereOf(const OpenModel& model);
// Throws Error (Unsupported) where the model is elsewhere. what: "Looking into a matrix".
void requireHere(const OpenModel& model, const std::string& what);
// The sentence of that Error.
std::string notElsewhere(const std::string& what, const std::string& place);

struct OpenedElsewhere {
  ModelPtr model;
  ModelPlaces places;  // there
};
// chosen: a path there, as modelPlaces() takes it.
OpenedElsewhere openElsewhere(const ElsewherePtr& engine, const std::filesystem::path& chosen,
                              PromptForm prompt, const JobControl& control = {});
FolderListing listElsewhere(const ElsewherePtr& engine, const std::filesystem::path& folder,
                            const JobControl& control = {});
// The content of a JPEG file for each picture, within a square of `side` pixels; empty where it cannot be
// read.
std::vector<std::string> picturesElsewhere(const ElsewherePtr& engine, const std::vector<std::string>& paths,
                                           int64_t side, const JobControl& control = {});

}  // namespace espalier
