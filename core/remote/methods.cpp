#include "core/remote/methods.h"

#include <cmath>

#include "core/base/json_numbers.h"
#include "core/base/json_text.h"
#include "core/base/memory.h"
#include "core/base/numerics.h"
#include "core/base/owner.h"
#include "core/base/parallel.h"
#include "core/remote/messages.h"
#include "core/remote/method_list.h"
#include "core/samples/sample_folder.h"

namespace espalier {

namespace {

constexpr size_t kQuoted = 60;

std::vector<std::string> deviceNames() {
  std::vector<std::string> names;
  for (const auto& d : devices()) names.push_back(nameOf(d));
  return names;
}

std::vector<std::string> namesOfMethods(const std::vector<Method>& methods) {
  std::vector<std::string> names;
  for (const auto& m : methods) names.push_back(m.name);
  return names;
}

// Where the bundled sample lies; null where it is not installed.
nlohmann::json samplePlace() {
  try {
    return sampleFolder().string();
  } catch (const Error&) {
    return nullptr;
  }
}

}  // namespace

const nlohmann::json* RpcParams::find(const char* key) const {
  const auto it = m_json.find(key);
  return it == m_json.end() || it->is_null() ? nullptr : &*it;
}

void RpcParams::refuse(const char* key, const std::string& expected) const {
  const auto* value = find(key);
  std::string found = "is missing";
  if (value) {
    const auto written = jsonText(*value);
    found = "is " + (written.size() > kQuoted ? std::string(value->type_name()) : written);
  }
  throw RpcError(rpc::kInvalidParams, "\"" + std::string(key) + "\" of " + m_method + " " + found + "; " +
                                          expected + " was expected.");
}

std::string RpcParams::text(const char* key) const {
  const auto* value = find(key);
  if (!value || !value->is_string()) refuse(key, "a text");
  return value->get<std::string>();
}

std::string RpcParams::textOr(const char* key, const std::string& otherwise) const {
  return has(key) ? text(key) : otherwise;
}

std::vector<std::string> RpcParams::texts(const char* key) const {
  const auto* value = find(key);
  if (!value || !value->is_array()) refuse(key, "a list of texts");
  std::vector<std::string> out;
  for (const auto& one : *value) {
    if (!one.is_string()) refuse(key, "a list of texts");
    out.push_back(one.get<std::string>());
  }
  return out;
}

int64_t RpcParams::whole(const char* key, int64_t least, int64_t most) const {
  const std::string expected = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  const auto* value = find(key);
  if (!value || !isWhole(*value)) refuse(key, expected);
  const auto number = value->get<int64_t>();
  if (number < least || number > most) refuse(key, expected);
  return number;
}

int64_t RpcParams::wholeOr(const char* key, int64_t otherwise, int64_t least, int64_t most) const {
  return has(key) ? whole(key, least, most) : otherwise;
}

double RpcParams::fractionOr(const char* key, double otherwise) const {
  const auto* value = find(key);
  if (!value) return otherwise;
  if (!value->is_number() || !(value->get<double>() >= 0 && value->get<double>() <= 1))
    refuse(key, "a number from 0 to 1");
  return value->get<double>();
}

bool RpcParams::flag(const char* key) const {
  const auto* value = find(key);
  if (value && !value->is_boolean()) refuse(key, "true or false");
  return value && value->get<bool>();
}

const nlohmann::json& RpcParams::object(const char* key) const {
  const auto* value = find(key);
  if (!value || !value->is_object()) refuse(key, "an object");
  return *value;
}

const nlohmann::json& RpcParams::objectOrEmpty(const char* key) const {
  static const nlohmann::json empty = nlohmann::json::object();
  return has(key) ? object(key) : empty;
}

std::vector<int64_t> RpcParams::wholes(const char* key) const {
  const auto* value = find(key);
  std::vector<int64_t> out;
  if (!value) return out;
  if (!value->is_array()) refuse(key, "a list of whole numbers");
  for (const auto& one : *value) {
    if (!isWhole(one)) refuse(key, "a list of whole numbers");
    out.push_back(one.get<int64_t>());
  }
  return out;
}

bool RpcParams::has(const char* key) const {
  return find(key) != nullptr;
}

const nlohmann::json& RpcParams::model(bool dense) const {
  const auto& reference = object("model");
  const auto isText = [&](const char* key) {
    const auto it = reference.find(key);
    return it != reference.end() && it->is_string();
  };
  if (reference.contains("prompt") && !isText("prompt")) refuse("model", "a text for its \"prompt\"");
  if (dense && !isText("folder")) refuse("model", "the unpruned model, {\"folder\": \"...\"},");
  if (!isText("folder") && !isText("pruned"))
    refuse("model", "{\"folder\": \"...\"} or {\"pruned\": \"...\"}");
  return reference;
}

const nlohmann::json& RpcParams::data(const char* key) const {
  const auto& reference = object(key);
  const auto path = reference.find("path");
  if (path == reference.end() || !path->is_string()) refuse(key, "{\"path\": \"...\"}");
  const auto options = reference.find("options");
  if (options != reference.end() && !options->is_object()) refuse(key, "an object for its \"options\"");
  return reference;
}

const nlohmann::json& RpcParams::dataOrNone(const char* key) const {
  static const nlohmann::json none = nullptr;
  return has(key) ? data(key) : none;
}

const std::map<std::string, RpcMethod>& rpcMethods() {
  static const std::map<std::string, RpcMethod> methods{
      {"allocate", rpc_methods::allocate},     {"evaluate", rpc_methods::evaluate},
      {"export", rpc_methods::exportModel},    {"globalPlan", rpc_methods::globalPlan},
      {"listFolder", rpc_methods::listFolder}, {"openData", rpc_methods::openData},
      {"openModel", rpc_methods::openModel},   {"pairs", rpc_methods::pairs},
      {"pictures", rpc_methods::pictures},     {"planLoss", rpc_methods::planLoss},
      {"prune", rpc_methods::prune},           {"release", rpc_methods::release},
      {"score", rpc_methods::score},           {"sensitivity", rpc_methods::sensitivity},
      {"setPlan", rpc_methods::setPlan},       {"sweep", rpc_methods::sweep},
  };
  return methods;
}

nlohmann::json describeServer() {
  std::vector<std::string> methods;
  for (const auto& [name, method] : rpcMethods()) methods.push_back(name);
  const auto& numerics = numericsReport();
  return {{"host", hostName()},
          {"processor", numerics.processor},
          {"workers", threadCount()},
          {"memory", availableMemory()},
          {"memoryLimit", memoryLimit()},
          {"devices", deviceNames()},
          {"device", nameOf(defaultDevice())},
          {"libtorch", numerics.torchVersion},
          {"sample", samplePlace()},
          {"methods", methods},
          {"scoreMethods", namesOfMethods(scoreMethods())},
          {"criteria", namesOfMethods(pruneCriteria())}};
}

}  // namespace espalier
