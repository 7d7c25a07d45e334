#include "core/model/model.h"

#include "core/base/error.h"
#include "core/model/registry.h"

namespace espalier {

std::shared_ptr<const Model> Model::fromConfig(const nlohmann::json& config) {
  const auto it = config.find("model_type");
  if (it == config.end() || !it->is_string())
    throw Error(ErrorKind::Unsupported, "config.json has no \"model_type\"; known are " + knownModelTypes() + ".");
  const Family* family = findFamily(it->get<std::string>());
  if (!family)
    throw Error(ErrorKind::Unsupported, "config.json has \"model_type\": \"" + it->get<std::string>() + "\"; known are " +
                                            knownModelTypes() + ".");
  try {
    return family->build(config);
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::Format, std::string("config.json has a value of the wrong kind: ") + e.what() + ".");
  }
}

std::shared_ptr<const Model> Model::fromCheckpoint(const Checkpoint& checkpoint) {
  const auto model = fromConfig(checkpoint.config());
  const auto show = [](const std::vector<int64_t>& shape) {
    std::string s = "[";
    for (size_t i = 0; i < shape.size(); ++i) s += (i ? ", " : "") + std::to_string(shape[i]);
    return s + "]";
  };
  for (const auto& d : model->declared()) {
    const auto& info = checkpoint.info(d.name);
    if (info.shape != d.shape)
      throw Error(ErrorKind::Format, "The tensor \"" + d.name + "\" in " + checkpoint.folder().string() + " has shape " +
                                         show(info.shape) + "; config.json asks for " + show(d.shape) + ".");
  }
  return model;
}

}  // namespace espalier
