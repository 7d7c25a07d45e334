#include "core/checkpoint/fused_experts.h"

namespace espalier {

namespace {

// Of what an expert has in a tensor of this name, in order; nothing where it is no tensor of experts.
std::vector<const char*> partsOf(const std::string& name) {
  if (name.ends_with(".experts.gate_up_proj")) return {"gate_proj", "up_proj"};
  if (name.ends_with(".experts.down_proj")) return {"down_proj"};
  return {};
}

std::string nameOfExpert(const std::string& whole, int64_t expert, const char* part) {
  return whole.substr(0, whole.rfind('.') + 1) + std::to_string(expert) + "." + part + ".weight";
}

}  // namespace

std::vector<TensorPart> expertsApart(TensorInfo info, std::span<const std::byte> bytes) {
  const auto names = partsOf(info.name);
  const auto each = int64_t(names.size());
  if (each == 0 || info.shape.size() != 3 || info.shape[1] % each != 0 || info.elements() == 0)
    return {{std::move(info), bytes}};
  std::vector<TensorPart> parts;
  size_t at = 0;
  for (int64_t expert = 0; expert < info.shape[0]; ++expert)
    for (const auto* name : names) {
      TensorInfo part{
          nameOfExpert(info.name, expert, name), info.dtype, {info.shape[1] / each, info.shape[2]}};
      const auto size = size_t(part.bytes());
      parts.emplace_back(std::move(part), bytes.subspan(at, size));
      at += size;
    }
  return parts;
}

std::string firstExpertOf(const std::string& name) {
  const auto parts = partsOf(name);
  return parts.empty() ? std::string() : nameOfExpert(name, 0, parts[0]);
}

}  // namespace espalier
