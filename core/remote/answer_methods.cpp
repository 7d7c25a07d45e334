// Methods that prune and ask models.
#include <filesystem>

#include "core/base/journal.h"
#include "core/engine/evaluation_file.h"
#include "core/engine/value_json.h"
#include "core/remote/messages.h"
#include "core/remote/method_list.h"

namespace espalier {

namespace {

std::string pruneTexts(const char* key) {
  return "\"" + std::string(key) + "\"";
}

PruneOptions pruneOptionsOf(const RpcParams& params) {
  PruneOptions options;
  option_fields::takeJson(pruneFields(), params.objectOrEmpty("options"), pruneTexts("options"), options);
  option_fields::check(pruneFields(), options);
  checkOptions(options);
  return options;
}

// What tells a pruned model from others of its folder.
nlohmann::json prunedBy(const RpcParams& params, const Plan& plan, const PruneOptions& options,
                        bool preview) {
  return {{"preview", preview},
          {"plan", plan.sparsities()},
          {"options", option_fields::toJson(pruneFields(), options)},
          {"calibration", params.dataOrNone("calibration")}};
}

Plan planOf(const RpcParams& params) {
  Plan plan = planFromJson(params.object("plan"), pruneTexts("plan"));
  checkPlan(plan);
  return plan;
}

PairEvaluated tellPairs(const RpcCall& call, nlohmann::json more = nlohmann::json::object()) {
  return [&call, more = std::move(more)](const PairResult& result) {
    nlohmann::json item = more;
    item["pair"] = toJson(result);
    call.onItem(item);
  };
}

Evaluation answersOf(Opened& opened, const nlohmann::json& modelReference, const OpenModel& model,
                     const nlohmann::json& pairs, const AnswerOptions& answers,
                     const std::vector<int64_t>& first, const RpcCall& call, const PairEvaluated& onPair) {
  const auto live = opened.evaluator(modelReference, pairs, answers);
  std::scoped_lock turn(live->turn);
  call.control.throwIfCancelled();
  return live->held.run(model, call.control, onPair, first);
}

}  // namespace

namespace rpc_methods {

nlohmann::json prune(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto plan = planOf(params);
  const auto options = pruneOptionsOf(params);
  const auto pruner = opened.pruner(params.model(true), params.dataOrNone("calibration"), options);
  std::scoped_lock turn(pruner->turn);
  call.control.throwIfCancelled();
  const auto result = params.flag("preview") ? pruner->held.preview(plan, call.control)
                                             : pruner->held.run(plan, call.control);
  auto answer = describe(result);
  answer["model"] = {
      {"pruned", opened.keep(result.model, prunedBy(params, plan, options, params.flag("preview")))}};
  return answer;
}

nlohmann::json evaluate(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto model = opened.model(params.model());
  const auto& pairs = params.data("data");
  auto answers = answerOptionsFrom(params.objectOrEmpty("answers"));
  const auto data = opened.data(*model, pairs);
  const auto onPair = tellPairs(call);
  if (params.flag("live"))
    return {{"evaluation", toJson(answersOf(opened, params.model(), *model, pairs, answers,
                                            params.wholes("first"), call, onPair),
                                  *data)}};
  const auto out = params.textOr("out", "");
  if (!out.empty()) {
    answers.journal.path = std::filesystem::absolute(out).string() + ".journal";
    holdJournal(answers.journal);
    answers.journalInputs = opened.madeBy(params.model());
  }
  const auto result = evaluateModel(*model, *data, call.control, onPair, {}, answers);
  if (!out.empty()) {
    writeEvaluation(out, result, *data);
    removeJournal(answers.journal.path);
  }
  return {{"evaluation", toJson(result, *data)}};
}

nlohmann::json setPlan(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto number = params.whole("number", 1, INT64_MAX);
  const auto& reference = params.model(true);
  const auto plan = planOf(params);
  const auto options = pruneOptionsOf(params);
  const auto answers = params.textOr("answers", "exact");
  if (answers != "exact" && answers != "preview" && answers != "previewThenExact")
    throw RpcError(rpc::kInvalidParams, "\"answers\" of setPlan is \"" + answers +
                                            "\"; exact, preview or previewThenExact was expected.");
  const auto superseded = [&] {
    return RpcError(rpc::kSuperseded, "A newer plan than " + std::to_string(number) + " was set.");
  };
  if (!opened.begin(reference, number, call.stop)) throw superseded();
  try {
    const auto dense = opened.model(reference);
    const auto& pairs = params.data("pairs");
    const auto data = opened.data(*dense, pairs);
    const auto first = params.wholes("first");
    const auto pruner = opened.pruner(reference, params.dataOrNone("calibration"), options);
    const auto answered = [&](bool preview) {
      PruneResult result;
      {
        std::scoped_lock turn(pruner->turn);
        call.control.throwIfCancelled();
        result = preview ? pruner->held.preview(plan, call.control) : pruner->held.run(plan, call.control);
      }
      auto answer = describe(result);
      answer["number"] = number;
      answer["preview"] = preview;
      answer["evaluation"] = toJson(answersOf(opened, reference, *result.model, pairs, {}, first, call,
                                              tellPairs(call, {{"number", number}, {"preview", preview}})),
                                    *data);
      const auto name = opened.keep(result.model, prunedBy(params, plan, options, preview));
      if (!opened.settle(reference, number, name)) throw superseded();
      answer["model"] = {{"pruned", name}};
      return answer;
    };
    if (answers == "preview") return answered(true);
    if (answers == "previewThenExact") call.onItem(answered(true));
    return answered(false);
  } catch (const Cancelled&) {
    if (!opened.isNewest(reference, number)) throw superseded();
    throw;
  }
}

// Of a model that is pruned already, or of a plan: that is what espalier-cli prune does, and keeps its
// finished blocks beside the folder.
nlohmann::json exportModel(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const std::filesystem::path asked = params.text("folder");
  const auto folder = std::filesystem::absolute(asked).lexically_normal();
  const auto& recipe = params.objectOrEmpty("recipe");
  ExportOptions writing;
  writing.clamp = params.flag("clamp");
  writing.packed = params.flag("packed");
  checkExportFolder(folder);
  nlohmann::json answer = nlohmann::json::object();
  auto model = opened.model(params.model(params.has("plan")));
  JournalOptions journal;
  if (params.has("plan")) {
    journal.path = (folder.has_filename() ? folder : folder.parent_path()).string() + ".journal";
    holdJournal(journal);
    auto options = pruneOptionsOf(params);
    options.journal = journal;
    const auto data = opened.data(*model, params.dataOrNone("calibration"));
    const auto pruned = pruneModel(*model, planOf(params), *data, options, partOf(call.control, 0, 2));
    answer["pruned"] = describe(pruned);
    model = pruned.model;
  }
  const auto written = espalier::exportModel(*model, recipe, folder, call.control, writing);
  if (!journal.path.empty()) removeKeptBlocks(journal.path);
  answer["folder"] = folder.string();
  answer["bytes"] = written.bytes;
  answer["denseBytes"] = written.denseBytes;
  answer["sparsity"] = written.sparsity;
  answer["notes"] = written.notes;
  return answer;
}

}  // namespace rpc_methods

}  // namespace espalier
