#include "core/checkpoint/quantised.h"

#include <algorithm>
#include <cctype>

#include "core/base/error.h"
#include "core/base/json.h"

namespace espalier {

namespace {

namespace fs = std::filesystem;

struct Quantiser {
  const char* method;  // as "quant_method" has it
  const char* name;    // as people call it
};
constexpr Quantiser kQuantisers[] = {{"gptq", "GPTQ"},
                                     {"awq", "AWQ"},
                                     {"bitsandbytes", "bitsandbytes"},
                                     {"compressed-tensors", "compressed-tensors"},
                                     {"fp8", "8-bit floating point"},
                                     {"fbgemm_fp8", "8-bit floating point"},
                                     {"finegrained_fp8", "8-bit floating point"},
                                     {"mxfp4", "MXFP4"},
                                     {"aqlm", "AQLM"},
                                     {"hqq", "HQQ"},
                                     {"quanto", "Quanto"},
                                     {"eetq", "EETQ"},
                                     {"torchao", "torchao"},
                                     {"quip", "QuIP#"},
                                     {"exl2", "EXL2"},
                                     {"spqr", "SpQR"},
                                     {"vptq", "VPTQ"},
                                     {"higgs", "HIGGS"}};

// Tensors that only a quantiser writes, by the end of their names.
struct QuantiserTensor {
  const char* ending;
  const char* name;
};
constexpr QuantiserTensor kTensors[] = {{".qweight", "GPTQ or AWQ"},
                                        {".qzeros", "GPTQ or AWQ"},
                                        {".weight.absmax", "bitsandbytes"},
                                        {".weight.quant_map", "bitsandbytes"},
                                        {".SCB", "bitsandbytes"},
                                        {".weight_packed", "compressed-tensors"},
                                        {".weight_scale_inv", "8-bit floating point"},
                                        {".weight_scale", "compressed-tensors or 8-bit floating point"},
                                        {".q_perm", "EXL2"},
                                        {".q_scale", "EXL2"},
                                        {".codebooks", "AQLM"}};

}  // namespace

std::string quantisationOf(const nlohmann::json& config) {
  for (const char* key : {"quantization_config", "compression_config"}) {
    const auto it = config.find(key);
    if (it == config.end() || it->is_null()) continue;
    const std::string place = "config.json has \"" + std::string(key) + "\": " + jsonText(*it).substr(0, 200);
    if (!it->is_object()) return "a method that is not named (" + place + ")";
    const auto method = it->find("quant_method");
    std::string name =
        method != it->end() && method->is_string() ? method->get<std::string>() : std::string();
    if (name.empty() && (it->contains("load_in_8bit") || it->contains("load_in_4bit"))) name = "bitsandbytes";
    for (const auto& q : kQuantisers)
      if (name == q.method) name = q.name;
    return (name.empty() ? "a method that is not named" : name) + " (" + place + ")";
  }
  return {};
}

std::string quantisationOf(const Checkpoint& checkpoint) {
  if (auto method = quantisationOf(checkpoint.config()); !method.empty()) return method;
  const auto tensor =
      std::find_if(checkpoint.tensors().begin(), checkpoint.tensors().end(), [](const auto& t) {
        return std::any_of(std::begin(kTensors), std::end(kTensors),
                           [&](const auto& q) { return t.name.ends_with(q.ending); });
      });
  if (tensor == checkpoint.tensors().end()) return {};
  // A file of settings may stay behind where weights were made whole again, so the tensors decide.
  std::error_code ec;
  if (fs::exists(checkpoint.folder() / "quantize_config.json", ec)) return "GPTQ (quantize_config.json)";
  if (fs::exists(checkpoint.folder() / "quant_config.json", ec)) return "AWQ (quant_config.json)";
  for (const auto& q : kTensors)
    if (tensor->name.ends_with(q.ending))
      return std::string(q.name) + " (its tensor \"" + tensor->name + "\" says so)";
  return {};
}

void requireNotQuantised(const std::string& method, const std::string& where) {
  if (method.empty()) return;
  throw Error(
      ErrorKind::Unsupported,
      where + " is quantised by " + method +
          "; only weights that are not quantised can be pruned: open the original checkpoint, or turn its "
          "weights back into float16 or bfloat16 first.");
}

}  // namespace espalier
