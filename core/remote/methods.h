#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>

#include "core/base/progress.h"
#include "core/remote/opened.h"

namespace espalier {

// A request while it is answered.
struct RpcCall {
  JobControl control;
  std::function<void(const nlohmann::json&)> onItem;  // a part of the result, told before it
  std::stop_source stop;                              // control's
};

// The parameters of a request. What is asked of them throws RpcError (kInvalidParams) with a sentence where
// it is missing or of another type.
class RpcParams {
 public:
  RpcParams(const nlohmann::json& json, std::string method) : m_json(json), m_method(std::move(method)) {}

  std::string text(const char* key) const;
  std::string textOr(const char* key, const std::string& otherwise) const;
  std::vector<std::string> texts(const char* key) const;
  int64_t whole(const char* key, int64_t least, int64_t most) const;
  int64_t wholeOr(const char* key, int64_t otherwise, int64_t least, int64_t most) const;
  double fractionOr(const char* key, double otherwise) const;  // 0 ... 1
  bool flag(const char* key) const;                            // false where it is not there
  const nlohmann::json& object(const char* key) const;
  const nlohmann::json& objectOrEmpty(const char* key) const;  // also for null
  std::vector<int64_t> wholes(const char* key) const;          // none where it is not there
  bool has(const char* key) const;
  // {"folder": ...} or {"pruned": ...}; a folder alone where it is to be dense.
  const nlohmann::json& model(bool dense = false) const;
  const nlohmann::json& data(const char* key) const;        // {"path": ...}
  const nlohmann::json& dataOrNone(const char* key) const;  // or null

 private:
  const nlohmann::json* find(const char* key) const;  // null: not there, or JSON's null
  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

  const nlohmann::json& m_json;
  std::string m_method;
};

using RpcMethod = nlohmann::json (*)(Opened&, const RpcParams&, const RpcCall&);

// All methods by name but initialize, which the server answers itself.
const std::map<std::string, RpcMethod>& rpcMethods();

// What initialize says of the machine and of what can be asked.
nlohmann::json describeServer();

}  // namespace espalier
