#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/recover/options.h"
#include "core/recover/report.h"

namespace espalier {

// Getting accuracy back: a stage of its own between pruning and export.

// The methods that RecoverOptions::methods may name, and the choices of RecoverOptions.
const std::vector<Method>& recoveryMethods();
const OptionFields<RecoverOptions>& recoverFields();
// Throws Error (InvalidInput): an unknown method, a value out of range.
void checkOptions(const RecoverOptions& options);
bool needsDense(const RecoverOptions& options);
// Whether one of the methods goes by the option of this key in recoverFields(); those of all do.
bool usesOption(const RecoverOptions& options, const std::string& key);
// The options that go on from the model that `done` led to, to what `all` leads to, bit for bit; none where
// it does not: other methods first, or other choices for them.
std::optional<RecoverOptions> restOf(const RecoverOptions& all, const RecoverOptions& done);

struct RecoverResult {
  ModelPtr model;
  std::vector<RecoveryReport> reports = {};  // of each method, block by block or of the whole
  std::vector<std::string> warnings = {};    // sentences a person should read
  double sparsity = 0;                       // of the matrices pruned by default
  double seconds = 0;
  bool stopped = false;                         // asked to stop, with what was reached by then
  std::vector<Dataset::Problem> problems = {};  // pictures that could not be decoded
};

// What a recovery tells and is told while it runs, and where it keeps finished steps.
struct RecoverRun {
  JournalOptions journal = {};        // a folder; empty: nothing is kept
  nlohmann::json journalInputs = {};  // what tells the pruned model from others where its folder does not
  std::function<void(const RecoveryPoint&)> onPoint = {};  // from the thread that recovers
  std::stop_token enough = {};  // asked to stop, it returns the best it has reached
};

// Runs the methods one after the other. pruned: what is to be recovered; zeros of its matrices stay zeros.
// dense: what it was before; null where no method needs it. Throws Error (InvalidInput) where the two models
// are not of one family and shape or read the data in other tokens, where there is nothing to recover, where
// a method needs a dense model, answers or predictions and there are none. Results depend on neither
// workers, memory, nor where an earlier run stopped.
RecoverResult recoverModel(const OpenModel& pruned, const ModelPtr& dense, const Dataset& data,
                           const RecoverOptions& options, const RecoverRun& run, const JobControl& control);

// A report as journals and files have it.
nlohmann::json toJson(const RecoveryReport& report);
RecoveryReport reportFrom(const nlohmann::json& json);
// A report in a line: "rebuild, vit.encoder.layer.0: relative error 0.21 -> 0.03 ...".
std::string sentenceOf(const RecoveryReport& report);

}  // namespace espalier
