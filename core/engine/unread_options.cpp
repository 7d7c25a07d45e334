#include "core/engine/unread_options.h"

#include <algorithm>
#include <set>

#include "core/engine/evaluation_task.h"
#include "core/engine/prune_model.h"
#include "core/engine/recover_model.h"
#include "core/engine/score_draws.h"
#include "core/engine/score_method.h"
#include "core/prune/block_pruning.h"

namespace espalier {

namespace {

const std::set<std::string> kOfData{"samples", "batchSize", "seed"};

std::string noData(const std::string& method) {
  return method + " looks at no data";
}

}  // namespace

std::string whyUnread(const ScoreOptions& o, const std::string& key) {
  const auto& method = scoreMethodRegistry().named("method", o.method);
  const bool looksAtData =
      method.needs != ScoreMethod::Needs::Nothing || o.statistics || o.rescore > 1;  // Wanda does
  if (kOfData.contains(key) && !looksAtData) return noData(o.method);
  if (key == "draws" && !method.draws) return o.method + " draws no noise";
  if (key == "eps" && !method.steps) return o.method + " takes no step";
  if (key == "target" && !scoresAtTarget(o) && o.untilStable == 0)
    return o.method + " goes by no target without --until-stable or --rescore";
  return {};
}

std::string whyUnread(const PruneOptions& o, const std::string& key) {
  static const std::set<std::string> ofInputs{"inputs", "pictureTokens", "samples", "batchSize", "seed"};
  const auto who = o.criterion + (o.refinement.empty() ? "" : " with " + o.refinement);
  if (ofInputs.contains(key) && !needsCalibration(o)) return noData(who);
  if (key == "fit" && !fitsWeights(o)) return who + " fits no weights";
  const auto pattern = patternNamed(o.pattern);
  if (key == "comparison" && pattern.structured())
    return "the pattern " + o.pattern + " compares the weights of each " + std::to_string(pattern.m);
  if (key == "comparison" && pattern.units)
    return "the pattern " + o.pattern + " compares the heads and the neurons of a block";
  return {};
}

std::string whyUnread(const RecoverOptions& o, const std::string& key) {
  if (key == "methods") return {};
  if (o.methods.empty()) return "nothing is recovered";
  return usesOption(o, key)
             ? std::string()
             : o.methods + (o.methods.find(',') != std::string::npos ? " do" : " does") + " not use it";
}

std::string whyUnread(const AnswerOptions& o, const OpenModel& model, const Dataset& data,
                      const std::string& key) {
  const auto& task = evaluationTask(model, data, o.task);
  const bool ofBeams = key == "lengthPenalty" || key == "earlyStopping";
  if ((key == "beams" || ofBeams) && !task.generates())
    return "the task " + task.name() + " generates no texts";
  if (ofBeams && o.beams == 1) return "one beam compares no texts; --beams takes several";
  if (key == "templates" && !task.readsTemplates(model.model->task()))
    return "the task " + task.name() + " takes no texts for classes";
  if (key == "prompt" && std::all_of(data.samples.begin(), data.samples.end(),
                                     [](const Sample& s) { return s.question.empty(); }))
    return "the data ask nothing";
  return {};
}

}  // namespace espalier
