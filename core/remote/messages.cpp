#include "core/remote/messages.h"

#include <array>
#include <new>
#include <utility>

#include "core/base/json.h"
#include "core/base/json_numbers.h"
#include "core/engine/export_overflow.h"
#include "core/engine/value_json.h"

namespace espalier {

namespace {

constexpr std::array<std::pair<ErrorKind, const char*>, 5> kKindNames{{
    {ErrorKind::InvalidInput, "invalid input"},
    {ErrorKind::Format, "format"},
    {ErrorKind::Io, "io"},
    {ErrorKind::Unsupported, "unsupported"},
    {ErrorKind::Internal, "internal"},
}};

const char* nameOfKind(ErrorKind kind) {
  for (const auto& [known, name] : kKindNames)
    if (known == kind) return name;
  return "internal";
}

ErrorKind kindNamed(const std::string& name) {
  for (const auto& [kind, known] : kKindNames)
    if (name == known) return kind;
  return ErrorKind::Internal;
}

nlohmann::json toJson(const OverflowingTensor& t) {
  return {{"name", t.name},
          {"dtype", t.dtype},
          {"beyond", t.beyond},
          {"weights", t.weights},
          {"largest", t.largest}};
}

OverflowingTensor overflowingFrom(const nlohmann::json& j) {
  return {j.at("name").get<std::string>(), j.at("dtype").get<std::string>(), wholeOf<int64_t>(j.at("beyond")),
          wholeOf<int64_t>(j.at("weights")), numberOrUnknown(j.at("largest"))};
}

bool isId(const nlohmann::json& id) {
  return id.is_number_integer() || id.is_string();
}

}  // namespace

nlohmann::json RpcError::toJson() const {
  nlohmann::json j{{"code", m_code}, {"message", m_sentence}};
  if (!m_data.is_null()) j["data"] = m_data;
  return j;
}

RpcMessage messageFrom(const std::string& content, nlohmann::json& id) {
  nlohmann::json j;
  try {
    j = parseJson(content, "The message");
  } catch (const Error& e) {
    throw RpcError(rpc::kParseError, e.what());
  }
  const auto refuse = [](const std::string& sentence) { throw RpcError(rpc::kInvalidRequest, sentence); };
  if (j.is_array()) refuse("A list of messages came; each needs a frame of its own.");
  if (!j.is_object()) refuse(std::string("A message is an object of JSON-RPC; ") + j.type_name() + " came.");
  RpcMessage m;
  if (const auto it = j.find("id"); it != j.end() && !it->is_null()) {
    if (!isId(*it)) refuse("A message's \"id\" is a whole number or a text.");
    m.id = id = *it;
  }
  const auto version = j.find("jsonrpc");
  if (version == j.end() || *version != "2.0") refuse("A message needs \"jsonrpc\": \"2.0\".");
  m.isResponse = j.contains("result") || j.contains("error");
  if (m.isResponse) {
    m.result = j.value("result", nlohmann::json());
    m.error = j.value("error", nlohmann::json());
    return m;
  }
  const auto method = j.find("method");
  if (method == j.end() || !method->is_string()) refuse("A message needs a \"method\", a text.");
  m.method = method->get<std::string>();
  if (const auto params = j.find("params"); params != j.end()) {
    if (!params->is_object()) refuse("The \"params\" of " + m.method + " are an object with names.");
    m.params = std::move(*params);
  }
  return m;
}

nlohmann::json requestOf(const nlohmann::json& id, const std::string& method, const nlohmann::json& params) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}

nlohmann::json notificationOf(const std::string& method, const nlohmann::json& params) {
  return {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
}

nlohmann::json responseOf(const nlohmann::json& id, const nlohmann::json& result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", result}};
}

nlohmann::json failureOf(const nlohmann::json& id, const RpcError& error) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", error.toJson()}};
}

RpcError errorFor(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const RpcError& e) {
    return e;
  } catch (const Cancelled&) {
    return {rpc::kCancelled, "The request was cancelled."};
  } catch (const UnknownColumns& e) {
    return {rpc::kEngineError,
            e.what(),
            {{"kind", nameOfKind(e.kind())}, {"choices", espalier::toJson(e.choices())}}};
  } catch (const ExportOverflow& e) {
    nlohmann::json tensors = nlohmann::json::array();
    for (const auto& t : e.tensors()) tensors.push_back(toJson(t));
    return {rpc::kEngineError, e.what(), {{"kind", nameOfKind(e.kind())}, {"tensors", tensors}}};
  } catch (const Error& e) {
    return {rpc::kEngineError, e.what(), {{"kind", nameOfKind(e.kind())}}};
  } catch (const nlohmann::json::exception& e) {
    // "[json.exception.out_of_range.403] key 'path' not found"
    const std::string what = e.what();
    const auto from = what.find("] ");
    return {rpc::kInvalidParams, "The parameters are not as docs/serve.md has them: " +
                                     (from == std::string::npos ? what : what.substr(from + 2)) + "."};
  } catch (const std::bad_alloc&) {
    return {rpc::kEngineError,
            "There is not enough memory; --memory sets a ceiling to keep to.",
            {{"kind", nameOfKind(ErrorKind::Io)}}};
  } catch (const std::exception& e) {
    const std::string what = e.what();
    return {rpc::kInternalError, "Internal error: " + what.substr(0, what.find('\n'))};
  }
}

void throwError(const nlohmann::json& error) {
  int code = rpc::kInternalError;
  ErrorKind kind = ErrorKind::Internal;
  std::string sentence = "The engine answered with an error that cannot be read.";
  nlohmann::json data;
  try {
    code = wholeOf<int>(error.at("code"));
    sentence = error.at("message").get<std::string>();
    data = error.value("data", nlohmann::json());
    if (code == rpc::kInvalidParams || code == rpc::kMethodNotFound) kind = ErrorKind::Unsupported;
    if (data.is_object()) kind = kindNamed(data.value("kind", std::string()));
    if (code == rpc::kCancelled || code == rpc::kSuperseded) throw Cancelled();
    if (code == rpc::kForgotten) throw RpcError(code, sentence, data);
    if (data.is_object() && data.contains("choices"))
      throw UnknownColumns(sentence, dataChoicesFrom(data["choices"]));
    if (data.is_object() && data.contains("tensors")) {
      std::vector<OverflowingTensor> tensors;
      for (const auto& t : data["tensors"]) tensors.push_back(overflowingFrom(t));
      throw ExportOverflow(std::move(tensors));
    }
  } catch (const nlohmann::json::exception&) {
    // The sentence is what there is.
  }
  throw Error(kind, sentence);
}

nlohmann::json toJson(const Progress& p) {
  return {{"stage", p.stage},
          {"item", p.item},
          {"done", p.done},
          {"total", p.total},
          {"secondsLeft", p.secondsLeft}};
}

Progress progressFrom(const nlohmann::json& j) {
  return {j.at("stage").get<std::string>(), j.at("item").get<std::string>(), wholeOf<int64_t>(j.at("done")),
          wholeOf<int64_t>(j.at("total")), j.at("secondsLeft").get<double>()};
}

}  // namespace espalier
