#pragma once

#include <mutex>

#include "core/engine/elsewhere.h"
#include "core/engine/open_model.h"

namespace espalier {

// A model that is open in another process: what is known of it here, and how requests name it. It has neither
// structure nor weights; whoever has an OpenModel of which `model` is null has one of these.
class ElsewhereModel : public OpenModel {
 public:
  // As it lies in its folder there.
  ElsewhereModel(ElsewherePtr engine, ModelInfo info, PromptForm prompt, bool takesConversations,
                 bool makesConversations);
  // Pruned from another one: request: the parameters of `prune` that made it, for after a reconnection; name:
  // the one it was given.
  ElsewhereModel(const ElsewhereModel& dense, nlohmann::json request, std::string name, double sparsity);
  ~ElsewhereModel();  // tells the engine that it is no longer needed

  const ElsewherePtr& engine() const { return m_engine; }
  bool takesConversations() const { return m_takesConversations; }
  bool makesConversations() const { return m_makesConversations; }

  // How a request names it. A pruned model is made again where the connection is another one by now.
  nlohmann::json reference(const JobControl& control = {}) const;

  // The engine's answer, taken by `take`; an answer that it cannot take is an Error that names method and
  // place.
  nlohmann::json ask(const std::string& method, const nlohmann::json& params, const JobControl& control,
                     const Elsewhere::OnItem& onItem = {}) const {
    return m_engine->ask(method, params, control, onItem);
  }

 private:
  ElsewherePtr m_engine;
  bool m_takesConversations = false, m_makesConversations = false;
  nlohmann::json m_request;  // null: opened
  mutable std::mutex m_mutex;
  mutable std::string m_name;
  mutable int64_t m_connection = 0;  // of m_name
};

// Null: it is here.
inline const ElsewhereModel* modelElsewhere(const OpenModel& model) {
  return model.model ? nullptr : static_cast<const ElsewhereModel*>(&model);
}

// Takes an answer apart. Throws Error (Format) naming place and method where it is not as docs/serve.md has
// it.
template <typename Take>
auto takeAnswer(const Elsewhere& engine, const std::string& method, const Take& take) {
  try {
    return take();
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::Format,
                "The engine at " + engine.place() + " answered \"" + method +
                    "\" with something else than this version knows; install the same version "
                    "of Espalier on both machines.");
  }
}

// The functions of engine.h and core/live for a model that is elsewhere.
Scores scoreElsewhere(const ElsewhereModel& model, const Dataset& calibration, const ScoreOptions& options,
                      const JobControl& control, const BlockScored& onBlock, const DrawScored& onDraw);
PruneResult pruneElsewhere(const ElsewhereModel& dense, const Plan& plan, const Dataset& calibration,
                           const PruneOptions& options, bool preview, const JobControl& control);
struct AskedElsewhere {
  bool live = false;                // as LiveEvaluator does it
  std::vector<int64_t> first = {};  // pairs that are waited for
};
Evaluation evaluateElsewhere(const ElsewhereModel& model, const Dataset& dataset,
                             const AnswerOptions& answers, const AskedElsewhere& how,
                             const JobControl& control, const PairEvaluated& onPair);
Plan globalPlanElsewhere(const ElsewhereModel& model, double target, const Dataset& calibration,
                         const GlobalPruneOptions& options, const JobControl& control);
Dataset openDatasetElsewhere(const ElsewhereModel& model, const std::filesystem::path& path,
                             const DataOptions& options);
ExportResult exportElsewhere(const ElsewhereModel& model, const nlohmann::json& recipe,
                             const std::filesystem::path& folder, const ExportOptions& options,
                             const JobControl& control);

}  // namespace espalier
