#include "core/model/registry.h"

#include "core/model/families/families.h"

namespace espalier {

namespace {

constexpr Family kFamilies[] = {
    {"blip-2", buildBlip2},
    {"t5", buildT5},
};

}  // namespace

const Family* findFamily(const std::string& modelType) {
  for (const auto& f : kFamilies)
    if (modelType == f.modelType) return &f;
  return nullptr;
}

std::string knownModelTypes() {
  std::string s;
  for (const auto& f : kFamilies) s += (s.empty() ? "" : ", ") + std::string(f.modelType);
  return s;
}

}  // namespace espalier
