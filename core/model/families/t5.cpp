#include "core/model/families/families.h"
#include "core/model/families/t5_stack.h"

namespace espalier {

std::shared_ptr<const Model> buildT5(const ModelSource& source) {
  auto model = std::make_shared<Model>("t5", ModelTask::Answer, source.config);
  const auto t5 = T5Config::parse(source.config, source.generation, source, "");
  addT5Embedding(*model, t5);
  addT5(*model, t5, "");
  return model;
}

}  // namespace espalier
