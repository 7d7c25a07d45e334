#pragma once

#include <exception>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace espalier {

// JSON-RPC 2.0 as the two ends of a connection speak it (docs/serve.md): one message a frame, no batches.

constexpr int kProtocolVersion = 1;

// Codes of errors. The first five are JSON-RPC's, the others those of language servers where they have one.
namespace rpc {
constexpr int kParseError = -32700;      // no JSON, or no frame
constexpr int kInvalidRequest = -32600;  // JSON, but no request
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kInternalError = -32603;
constexpr int kNotInitialized = -32002;
constexpr int kEngineError = -32001;  // an Error of the engine; data.kind says which
constexpr int kCancelled = -32800;    // asked for by $/cancelRequest
constexpr int kSuperseded = -32801;   // a setPlan that a newer one took the place of
constexpr int kForgotten = -32010;    // a pruned model that this server does not know
}  // namespace rpc

// A message as it came. Which of the members there are says what it is: a request has a method and an id, a
// notification a method alone, a response an id with a result or an error.
struct RpcMessage {
  nlohmann::json id = nullptr;  // a number or a text; null: none
  std::string method;
  nlohmann::json params = nlohmann::json::object();
  nlohmann::json result = nullptr, error = nullptr;
  bool isResponse = false;
};

// What a message is answered with where it fails.
class RpcError : public std::exception {
 public:
  RpcError(int code, std::string sentence, nlohmann::json data = nullptr)
      : m_code(code), m_sentence(std::move(sentence)), m_data(std::move(data)) {}
  const char* what() const noexcept override { return m_sentence.c_str(); }
  int code() const { return m_code; }
  const nlohmann::json& data() const { return m_data; }
  nlohmann::json toJson() const;

 private:
  int m_code;
  std::string m_sentence;
  nlohmann::json m_data;
};

// Throws RpcError where the content is no message. id: of the message as far as it was read, for the answer.
RpcMessage messageFrom(const std::string& content, nlohmann::json& id);

nlohmann::json requestOf(const nlohmann::json& id, const std::string& method, const nlohmann::json& params);
nlohmann::json notificationOf(const std::string& method, const nlohmann::json& params);
nlohmann::json responseOf(const nlohmann::json& id, const nlohmann::json& result);
nlohmann::json failureOf(const nlohmann::json& id, const RpcError& error);

// What was thrown, as the other end is told it, and what it was told, to be thrown at this one: an Error of
// the same kind and sentence (UnknownColumns and ExportOverflow as such), or Cancelled.
RpcError errorFor(const std::exception_ptr& thrown);
[[noreturn]] void throwError(const nlohmann::json& error);

nlohmann::json toJson(const Progress& progress);
Progress progressFrom(const nlohmann::json& json);

}  // namespace espalier
