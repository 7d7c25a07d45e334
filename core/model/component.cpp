#include "core/model/component.h"

namespace espalier {

std::string nameOf(Component component) {
  switch (component) {
    case Component::Vision:
      return "vision";
    case Component::Bridge:
      return "bridge";
    case Component::Projector:
      return "projector";
    case Component::Text:
      return "text";
    case Component::TextEncoder:
      return "text encoder";
    case Component::TextDecoder:
      return "text decoder";
    case Component::LanguageEncoder:
      return "language encoder";
    case Component::LanguageDecoder:
      return "language decoder";
    case Component::Language:
      return "language";
  }
  return {};
}

int64_t BlockDescription::parameters() const {
  int64_t n = 0;
  for (const auto& m : matrices) n += m.parameters();
  return n;
}

}  // namespace espalier
