#include "core/model/nearest_family.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/model/registry.h"

namespace espalier {

namespace {

// How well a family fits what is stored.
struct Likeness {
  const Family* family = nullptr;
  size_t asked = 0, fitting = 0;
  std::string missing;  // the first tensor it asks for that is not there, or there with another shape
  std::string unused;   // the first that is there and not asked for
  double share() const { return asked ? double(fitting) / double(asked) : 0; }
};

Likeness likenessOf(const Family& family, const ModelSource& source) {
  Likeness out{&family, 0, 0, {}, {}};
  std::shared_ptr<const Model> model;
  try {
    // As if it were named so: families of one builder look at the name.
    auto renamed = source;
    if (!family.modelType.empty()) renamed.config["model_type"] = family.modelType;
    model = family.build(renamed);
  } catch (const std::exception&) {
    return out;  // it cannot be made from this configuration
  }
  std::set<std::string> asked;
  for (const auto& d : model->declared()) {
    asked.insert(d.name);
    const auto it = source.shapes.find(d.name);
    if (it != source.shapes.end() && it->second == d.shape)
      ++out.fitting;
    else if (out.missing.empty())
      out.missing = d.name + (it == source.shapes.end() ? " is not there" : " has another shape");
  }
  out.asked = model->declared().size();
  for (const auto& [name, shape] : source.shapes)
    if (!asked.contains(name)) {
      out.unused = name;
      break;
    }
  return out;
}

// Letters and digits to change, put in or take out to get from one name to the other.
size_t distanceBetween(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string textAt(const nlohmann::json& config, const char* key) {
  const auto it = config.is_object() ? config.find(key) : config.end();
  return it != config.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::string nearestByName(const nlohmann::json& config) {
  const auto type = textAt(config, "model_type").substr(0, 100);
  const Family* nearest = nullptr;
  for (const auto& f : families())
    if (!nearest || distanceBetween(type, f.modelType) < distanceBetween(type, nearest->modelType))
      nearest = &f;
  std::string out;
  if (!type.empty() && nearest && distanceBetween(type, nearest->modelType) * 2 <= type.size())
    out += " The nearest known name is \"" + nearest->modelType + "\", but its tensors are others.";
  for (const char* key : {"text_config", "vision_config"})
    if (const auto it = config.find(key);
        it != config.end() && it->is_object() && !textAt(*it, "model_type").empty())
      out += std::string(" Its ") + key + " is of the " + (isKnownModelType(*it) ? "known" : "unknown") +
             " type \"" + textAt(*it, "model_type").substr(0, 100) + "\".";
  return out;
}

}  // namespace

std::string nearestFamily(const ModelSource& source) {
  Likeness best;
  for (const auto& family : families()) {
    const auto likeness = likenessOf(family, source);
    if (likeness.share() > best.share()) best = likeness;
  }
  // Norms and embeddings alone look alike everywhere.
  constexpr double kEnough = 0.3;
  std::string out;
  if (best.share() >= kEnough) {
    out = " The nearest known family is " + best.family->name + ": " + std::to_string(best.fitting) +
          " of its " + std::to_string(best.asked) + " tensors are here with the shapes it asks for";
    if (!best.missing.empty()) out += "; " + best.missing;
    if (!best.unused.empty()) out += "; " + best.unused + " is none of its own";
    out += ".";
  } else {
    out = nearestByName(source.config);
  }
  return out + " Nothing was loaded.";
}

}  // namespace espalier
