#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/checkpoint/quantised.h"
#include "core/model/nearest_family.h"
#include "core/model/registry.h"

namespace espalier {

std::shared_ptr<const Model> Model::fromConfig(const nlohmann::json& config) {
  return fromSource({config, nullptr, {}});
}

std::shared_ptr<const Model> Model::fromSource(const ModelSource& source) {
  const Family& family = familyOf(source.config);
  requireNotQuantised(quantisationOf(source.config), "The model");
  try {
    return family.build(source);
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::Format,
                std::string("config.json has a value of the wrong kind: ") + e.what() + ".");
  }
}

std::shared_ptr<const Model> Model::fromCheckpoint(const Checkpoint& checkpoint) {
  ModelSource source{checkpoint.config(), nullptr, {}};
  for (const auto& t : checkpoint.tensors()) source.shapes[t.name] = t.shape;
  const auto generation = checkpoint.folder() / "generation_config.json";
  if (std::filesystem::exists(generation)) source.generation = readJsonFile(generation);
  requireNotQuantised(quantisationOf(checkpoint), checkpoint.folder().string());
  if (!isKnownModelType(source.config))
    throw Error(ErrorKind::Unsupported, unknownModelType(source.config) + nearestFamily(source));
  const auto model = fromSource(source);
  const auto show = [](const std::vector<int64_t>& shape) {
    std::string s = "[";
    for (size_t i = 0; i < shape.size(); ++i) s += (i ? ", " : "") + std::to_string(shape[i]);
    return s + "]";
  };
  for (const auto& d : model->declared()) {
    const auto& info = checkpoint.info(d.name);
    if (!isFloating(info.dtype))
      throw Error(ErrorKind::Format, "The tensor \"" + d.name + "\" in " + checkpoint.folder().string() +
                                         " has dtype " + nameOf(info.dtype) +
                                         "; a floating-point dtype was expected.");
    if (info.shape != d.shape)
      throw Error(ErrorKind::Format, "The tensor \"" + d.name + "\" in " + checkpoint.folder().string() +
                                         " has shape " + show(info.shape) + "; config.json asks for " +
                                         show(d.shape) + ".");
  }
  return model;
}

int64_t Model::declaredBytes() const {
  int64_t bytes = 0;
  for (const auto& d : m_declared) {
    int64_t numbers = int64_t(sizeof(float));
    bool fits = true;
    for (const auto size : d.shape) fits = fits && !__builtin_mul_overflow(numbers, size, &numbers);
    if (!fits || __builtin_add_overflow(bytes, numbers, &bytes))
      throw Error(ErrorKind::Format,
                  "config.json asks for more weights than any memory holds, among them \"" + d.name + "\".");
  }
  return bytes;
}

}  // namespace espalier
