#include <exception>

#include "core/base/json_text.h"
#include "core/remote/frames.h"
#include "core/remote/messages.h"
#include "core/remote/methods.h"
#include "tests/fuzz/folder_targets.h"
#include "tests/fuzz/seeds.h"

namespace espalier::fuzz {

namespace {

// Internal errors are told to a client, but are defects.
void refuseInternal(const RpcError& error) {
  if (error.code() == rpc::kInternalError ||
      (error.data().is_object() && error.data().value("kind", std::string()) == "internal"))
    throw Error(ErrorKind::Internal, error.what());
}

void answer(Opened& opened, const std::string& content) {
  nlohmann::json id;
  try {
    const auto message = messageFrom(content, id);
    const auto method = rpcMethods().find(message.method);
    // A folder of the machine that is listed is no matter of the message.
    if (method == rpcMethods().end() || message.method == "listFolder") return;
    RpcCall call;
    call.onItem = [](const nlohmann::json&) {};
    responseOf(id, method->second(opened, RpcParams(message.params, message.method), call));
  } catch (...) {
    refuseInternal(errorFor(std::current_exception()));
  }
}

}  // namespace

// A stream of frames, or without a header the content of one.
void runServe(Bytes bytes) {
  const auto text = textOf(bytes);
  FrameReader reader(4096);
  reader.add(text.starts_with("Content-") ? text : framed(text));
  Opened opened;
  while (const auto piece = reader.next())
    if (!piece->isFault) answer(opened, piece->text);
}

std::vector<std::string> serveSeeds() {
  const nlohmann::json model{{"folder", "/nowhere"}},
      data{{"path", "/nowhere"}, {"options", {{"split", "test"}}}};
  const auto request = [](const char* method, const nlohmann::json& params) {
    return jsonText(requestOf(1, method, params));
  };
  const auto scores = scoresSeeds().front();
  const auto plan = planSeeds().front();
  std::vector<std::string> seeds{
      request("allocate",
              {{"scores", {{"method", "x"}, {"matrices", nlohmann::json::array()}}}, {"target", 0.5}}),
      R"({"jsonrpc": "2.0", "id": 2, "method": "allocate", "params": {"pins": {}, "scores": )" + scores +
          "}}",
      R"({"jsonrpc": "2.0", "id": 3, "method": "setPlan", "params": {"number": 1, "model": {"folder": "/nowhere"}, "plan": )" +
          plan + "}}",
      R"({"jsonrpc": "2.0", "id": 4, "method": "prune", "params": {"options": {"criterion": "wanda"}, "model": {"folder": "/nowhere"}, "plan": )" +
          plan + "}}",
      request("openModel", {{"path", "/nowhere"}, {"prompt", "chat"}}),
      request("pairs", {{"model", model}, {"data", data}, {"from", 1}, {"count", 2}, {"thumbnails", 16}}),
      request("score",
              {{"model", model}, {"calibration", data}, {"options", {{"samples", 4}}}, {"target", 0.5}}),
      request("evaluate", {{"model", {{"pruned", "p1"}}}, {"data", data}, {"first", {1, 2}}, {"live", true}}),
      request("sweep",
              {{"model", model}, {"calibration", data}, {"pairs", data}, {"options", {{"seeds", {0, 1}}}}}),
      request("pictures", {{"paths", {"/nowhere"}}, {"side", 16}}),
      request("planLoss", {{"model", model}, {"calibration", data}, {"sparsities", {{"a", 0.5}}}}),
  };
  seeds.push_back(framed(seeds[4]) + framed(jsonText(notificationOf("$/cancelRequest", {{"id", 1}}))));
  return seeds;
}

}  // namespace espalier::fuzz
