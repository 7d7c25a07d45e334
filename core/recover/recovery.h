#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/model/model.h"
#include "core/model/weights.h"
#include "core/recover/options.h"
#include "core/recover/report.h"

namespace espalier {

// Keeps what is finished outside of memory, by name, and knows what an earlier run kept.
class RecoveryStore {
 public:
  struct Kept {
    SafetensorsFile file;
    nlohmann::json about;
  };
  virtual ~RecoveryStore() = default;
  virtual std::optional<Kept> find(const std::string& name) = 0;  // the newest of that name
  virtual Kept keep(const std::string& name, const std::map<std::string, at::Tensor>& tensors,
                    const nlohmann::json& about) = 0;
  // Calls `read`, which takes `about` apart. Where it is not as it should be, Error says of what.
  virtual void readAbout(const std::function<void()>& read) const { read(); }
};

// What a method works on. `weights` are the pruned model's; a method sets its results over them.
struct Recovery {
  const Model& model;
  const Weights* dense;  // null where no method needs it
  Weights& weights;
  // A step takes batchesInStep of `training`. heldOut: never trained on; empty where the data are one batch,
  // which then says itself what is best.
  std::vector<std::shared_ptr<const Batch>> training, heldOut;
  int64_t batchesInStep = 1;
  const RecoverOptions& options;
  const JobControl& control;
  std::string name;             // of this run of the method among all: where it keeps things in the store
  std::stop_token enough = {};  // asked to stop, a method keeps the best it has reached and returns
  std::function<void(const RecoveryPoint&)> onPoint = {};
  RecoveryStore* store = nullptr;  // null: everything is kept in memory
  // How often a method that trains the whole keeps the way so far.
  std::chrono::milliseconds keepEvery = std::chrono::seconds(30);
  // Blocks of more weights are rebuilt part by part (attention, MLP): weights, gradients and Adam's moments
  // of a whole one would take too much. Not by --memory, which changes no result.
  int64_t wholeBlock = int64_t(64) << 20;
  std::vector<RecoveryReport> reports = {};
};

// Whether a block has been pruned, so that something is to be recovered: one of its matrices is not the dense
// model's. Without a dense model: one of a block that is pruned by default has zeros.
bool isPruned(const Block& block, const Weights* dense, const Weights& weights);

// Sets recovered tensors and adds the report; keeps both in the store under a name, unless they are not what
// a whole run would give.
void setRecovered(Recovery& recovery, const std::string& name,
                  const std::map<std::string, at::Tensor>& tensors, RecoveryReport report, bool cutShort);

}  // namespace espalier
