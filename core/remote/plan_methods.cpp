// Methods that lead to plans: scores, allocation, what is measured of groups and of plans.
#include <filesystem>

#include "core/allocate/planner.h"
#include "core/base/journal.h"
#include "core/base/json_numbers.h"
#include "core/base/scratch_folder.h"
#include "core/document/study_json.h"
#include "core/engine/fingerprint.h"
#include "core/engine/value_json.h"
#include "core/live/value_json.h"
#include "core/remote/messages.h"
#include "core/remote/method_list.h"

namespace espalier {

namespace {

template <typename Options>
Options optionsOf(const OptionFields<Options>& fields, const nlohmann::json& json, const char* name) {
  Options options;
  option_fields::takeJson(fields, json, "\"" + std::string(name) + "\"", options);
  option_fields::check(fields, options);
  return options;
}

// Where the finished steps of a scoring are kept that nobody named a file for: the same job finds them again.
std::filesystem::path placeOfScores(const nlohmann::json& job) {
  return scratchParent() / ("serve-score-" + shortNameOf(job) + ".journal");
}

PlanRequest requestFrom(const RpcParams& params) {
  PlanRequest request;
  request.target = params.fractionOr("target", request.target);
  if (params.has("cap")) request.cap = params.fractionOr("cap", 1);
  request.granularity = granularityNamed(params.textOr("granularity", nameOf(request.granularity)));
  if (params.has("aggregate")) request.aggregate = aggregateNamed(params.text("aggregate"));
  request.allocator = params.textOr("allocator", request.allocator);
  request.options = numbersByName(params.objectOrEmpty("options"));
  request.pins = numbersByName(params.objectOrEmpty("pins"));
  request.componentCaps = numbersByName(params.objectOrEmpty("componentCaps"));
  return request;
}

PruneOptions rankedWith(const RpcParams& params) {
  return optionsOf(pruneFields(), params.objectOrEmpty("options"), "options");
}

std::shared_ptr<Opened::Probe> probeOf(Opened& opened, const RpcParams& params) {
  return opened.probe(params.model(true), params.data("calibration"), rankedWith(params));
}

// With the weights ranked. The caller has its turn.
PlanProbe& preparedProbe(Opened::Probe& probe, Opened& opened, const RpcParams& params, const RpcCall& call) {
  call.control.throwIfCancelled();
  if (!probe.held) {
    const auto model = opened.model(params.model(true));
    probe.held = std::make_unique<PlanProbe>(model, *opened.data(*model, params.data("calibration")),
                                             rankedWith(params), ProbeOptions{}, call.control);
  }
  return *probe.held;
}

}  // namespace

namespace rpc_methods {

nlohmann::json score(Opened& opened, const RpcParams& params, const RpcCall& call) {
  auto options = optionsOf(scoreFields(), params.objectOrEmpty("options"), "options");
  options.stableTarget = params.fractionOr("target", options.stableTarget);
  const auto model = opened.model(params.model(true));
  const auto data = opened.data(*model, params.dataOrNone("calibration"));
  const auto out = params.textOr("out", "");
  if (!out.empty())
    options.journal.path = std::filesystem::absolute(out).string() + ".journal";
  else if (params.flag("keep"))
    options.journal.path =
        placeOfScores({params.model(), params.dataOrNone("calibration"),
                       option_fields::toJson(scoreFields(), options), options.stableTarget});
  if (!options.journal.path.empty()) holdJournal(options.journal);
  options.journal.onNote = [&](const std::string& note) { call.onItem({{"note", note}}); };
  const auto scores = scoreModel(
      *model, *data, options, call.control,
      [&](const std::vector<MatrixScore>& block) {
        call.onItem({{"block", toJson(block)}});
      },
      [&](const Scores& drawn) {
        call.onItem({{"drawn", toJson(drawn)}});
      });
  if (!out.empty()) writeScores(out, scores);
  if (!options.journal.path.empty()) removeJournal(options.journal.path);
  return {{"scores", toJson(scores)}};
}

nlohmann::json allocate(Opened&, const RpcParams& params, const RpcCall&) {
  const auto plan = makePlan(scoresFromJson(params.object("scores"), "\"scores\""), requestFrom(params));
  return {{"plan", toJson(plan)}, {"sparsity", plan.achievedSparsity()}};
}

nlohmann::json globalPlan(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto model = opened.model(params.model(true));
  const auto method = params.textOr("method", "global-magnitude");
  const double target = params.fractionOr("target", 0.5);
  const bool bridge = params.flag("includeBridge");
  if (method == "global-magnitude")
    return {{"plan", toJson(globalMagnitudePlan(*model, target, bridge, call.control))}};
  GlobalPruneOptions options;
  options.method = method;
  options.rounds = params.wholeOr("rounds", options.rounds, 1, 1000);
  options.samples = params.wholeOr("samples", options.samples, 1, INT64_MAX);
  options.batchSize = params.wholeOr("batchSize", options.batchSize, 1, INT64_MAX);
  options.seed = uint64_t(params.wholeOr("seed", 0, 0, INT64_MAX));
  options.includeBridge = bridge;
  const auto data = opened.data(*model, params.data("calibration"));
  return {{"plan", toJson(pruneGlobally(*model, target, *data, options, call.control).plan)}};
}

nlohmann::json planLoss(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto sparsities = numbersByName(params.object("sparsities"));
  const auto probe = probeOf(opened, params);
  std::scoped_lock turn(probe->turn);
  auto& held = preparedProbe(*probe, opened, params, call);
  return {{"loss", held.loss({sparsities.begin(), sparsities.end()}, call.control)}};
}

nlohmann::json sensitivity(Opened& opened, const RpcParams& params, const RpcCall& call) {
  std::vector<PlanGroup> groups;
  if (params.has("plan")) groups = planFromJson(params.object("plan"), "\"plan\"").groups;
  const auto probe = probeOf(opened, params);
  std::scoped_lock turn(probe->turn);
  auto& held = preparedProbe(*probe, opened, params, call);
  nlohmann::json spreads = nlohmann::json::object();
  for (const auto& [matrix, spread] : held.spreads()) spreads[matrix] = toJson(spread);
  call.onItem({{"errors", toJson(held.errors())}, {"spreads", spreads}});
  const auto curves =
      held.sensitivities(groups, call.control, [&](const std::string& group, const Curve& curve) {
        call.onItem({{"group", group}, {"curve", toJson(curve)}});
      });
  return {{"curves", toJson(curves)}};
}

nlohmann::json sweep(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto model = opened.model(params.model(true));
  const auto calibration = opened.data(*model, params.data("calibration"));
  const auto pairs = opened.data(*model, params.data("pairs"));
  const auto points =
      runStudy(model, *calibration, *pairs, studyOptionsFromJson(params.objectOrEmpty("options")),
               params.textOr("folder", ""), call.control, [&](const StudyPoint& point) {
                 call.onItem({{"point", toJson(point)}});
               });
  nlohmann::json list = nlohmann::json::array();
  for (const auto& point : points) list.push_back(toJson(point));
  return {{"points", list}};
}

}  // namespace rpc_methods

}  // namespace espalier
