#include "core/model/model.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/registry.h"

namespace espalier {

std::shared_ptr<const Model> Model::fromConfig(const nlohmann::json& config) {
  return fromSource({config, nullptr, {}});
}

std::shared_ptr<const Model> Model::fromSource(const ModelSource& source) {
  const Family& family = familyOf(source.config);
  if (const auto it = source.config.find("quantization_config"); it != source.config.end() && !it->is_null())
    throw Error(ErrorKind::Unsupported,
                "config.json has \"quantization_config\": " + it->dump().substr(0, 200) +
                    "; only weights that are not quantized can be computed.");
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
    int64_t numbers = 1;
    for (const auto size : d.shape) numbers *= size;
    bytes += numbers * int64_t(sizeof(float));
  }
  return bytes;
}

}  // namespace espalier
