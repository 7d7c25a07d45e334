#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>

#include "core/live/live_evaluator.h"
#include "core/live/live_pruner.h"
#include "core/live/plan_probe.h"

namespace espalier {

// The last few things of a kind, by what they were made of. Whoever holds one keeps it, also when it has
// given way to others. From several threads; one is made at a time.
template <typename T>
class Latest {
 public:
  explicit Latest(size_t most) : m_most(most) {}

  std::shared_ptr<T> of(const std::string& key, const std::function<std::shared_ptr<T>()>& make) {
    std::scoped_lock lock(m_mutex);
    for (auto it = m_held.begin(); it != m_held.end(); ++it)
      if (it->first == key) {
        m_held.splice(m_held.begin(), m_held, it);
        return it->second;
      }
    auto made = make();
    m_held.emplace_front(key, made);
    if (m_held.size() > m_most) m_held.pop_back();
    return made;
  }

 private:
  std::mutex m_mutex;
  std::list<std::pair<std::string, std::shared_ptr<T>>> m_held;
  size_t m_most;
};

// One that is not for two threads at once.
template <typename T>
struct InTurn {
  template <typename... Arguments>
  explicit InTurn(Arguments&&... arguments) : held(std::forward<Arguments>(arguments)...) {}
  std::mutex turn;
  T held;
};

// What a server has open for its client: models and data by the paths they were asked for with, so that a
// request says all there is to know after a connection was lost; pruned models, which are named as they are
// made.
class Opened {
 public:
  // {"folder": ..., "prompt": "chat"} is opened where it is not yet; {"pruned": "p3"} throws RpcError
  // (kForgotten) where there is none of that name.
  ModelPtr model(const nlohmann::json& reference);
  // {"path": ..., "options": {...}, "count": 48} as it suits the model; null: no data. Throws Error where
  // "count" is there and another one: the data are not what the client was told of.
  std::shared_ptr<const Dataset> data(const OpenModel& model, const nlohmann::json& reference);

  // made: what tells the model from others of its folder. Returns its name.
  std::string keep(ModelPtr pruned, nlohmann::json made);
  nlohmann::json madeBy(const nlohmann::json& reference);  // null: it is as in its folder
  void release(const std::string& pruned);

  using Pruner = InTurn<LivePruner>;
  using Evaluator = InTurn<LiveEvaluator>;
  using Probe = InTurn<std::unique_ptr<PlanProbe>>;  // null until it is asked
  std::shared_ptr<Pruner> pruner(const nlohmann::json& model, const nlohmann::json& calibration,
                                 const PruneOptions& options);
  std::shared_ptr<Evaluator> evaluator(const nlohmann::json& model, const nlohmann::json& pairs,
                                       const AnswerOptions& answers);
  std::shared_ptr<Probe> probe(const nlohmann::json& model, const nlohmann::json& calibration,
                               const PruneOptions& options);

  // The plans that a client sets one after another for a model: only the newest is worth its answers.
  struct Turn {
    int64_t number = 0;
    std::stop_source stop;
    std::string pruned;  // the model kept for it
  };
  // Stops what runs for an older plan. False: a newer one has come already.
  bool begin(const nlohmann::json& model, int64_t number, const std::stop_source& stop);
  bool isNewest(const nlohmann::json& model, int64_t number);
  // The model takes the place of the one before it. False: a newer plan has come.
  bool settle(const nlohmann::json& model, int64_t number, const std::string& pruned);

 private:
  Latest<const OpenModel> m_models{3};
  Latest<const Dataset> m_data{6};
  Latest<Pruner> m_pruners{2};
  Latest<Evaluator> m_evaluators{2};
  Latest<Probe> m_probes{1};
  std::mutex m_mutex;
  struct Pruned {
    ModelPtr model;
    nlohmann::json made;
  };
  std::map<std::string, Pruned> m_pruned;
  int64_t m_made = 0;
  std::map<std::string, Turn> m_turns;
};

}  // namespace espalier
