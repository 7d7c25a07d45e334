#include "core/document/recipe_remarks.h"

#include <set>

#include "core/base/file.h"
#include "core/document/recipe.h"
#include "core/engine/unread_options.h"

namespace espalier {

namespace {

const std::set<std::string> kRecipeKeys{"format",
                                        "version",
                                        "model",
                                        "calibration",
                                        "calibrationOptions",
                                        "evaluation",
                                        "evaluationOptions",
                                        "output",
                                        "prompt",
                                        "score",
                                        "allocate",
                                        "plan",
                                        "prune",
                                        "recover",
                                        "sparsity"};
const std::set<std::string> kDataKeys{"format", "split", "pictures", "columns"};
const std::set<std::string> kAllocateKeys{"target",    "cap",       "componentCaps", "granularity",
                                          "aggregate", "allocator", "options",       "pins"};

class RecipeRemarks {
 public:
  RecipeRemarks(const nlohmann::json& json, const Recipe& recipe) : m_json(json), m_recipe(recipe) {}

  std::vector<std::string> all() {
    tellUnknown(m_json, "", kRecipeKeys);
    for (const char* key : {"calibrationOptions", "evaluationOptions"}) tellUnknown(key, kDataKeys);
    tellUnknown("allocate", kAllocateKeys);
    const bool given = !m_recipe.plan.empty();
    tellOptions("score", scoreFields(), m_recipe.score, given ? "the recipe has a plan" : "");
    tellOptions("prune", pruneFields(), m_recipe.prune, "");
    tellOptions("recover", recoverFields(), m_recipe.recover, "");
    return std::move(m_remarks);
  }

 private:
  void tellUnknown(const nlohmann::json& section, const std::string& before,
                   const std::set<std::string>& known) {
    for (const auto& [key, value] : section.items()) {
      if (known.contains(key)) continue;
      if (before.empty() && key == "shrunk")
        m_remarks.push_back(
            "The recipe is of a model that was shrunk afterwards; run does not shrink, shrink does.");
      else if (before.empty() && key == "recoveryStopped")
        m_remarks.push_back(
            "The recipe is of a recovery that was stopped; run goes to its end, to other weights.");
      else
        m_remarks.push_back("The recipe has \"" + before + key +
                            "\", which is no key of recipes; it changes nothing.");
    }
  }
  void tellUnknown(const char* section, const std::set<std::string>& known) {
    if (const auto it = m_json.find(section); it != m_json.end() && it->is_object())
      tellUnknown(*it, std::string(section) + ".", known);
  }

  // Programs write all options. So one that has its usual value was not given by anybody.
  template <typename Options>
  void tellOptions(const char* section, const OptionFields<Options>& fields, const Options& options,
                   const std::string& whyNone) {
    std::set<std::string> known;
    for (const auto& f : fields) known.insert({f.key, option_fields::oldKeyOf(f.key)});
    tellUnknown(section, known);
    for (const auto* f : option_fields::differing(fields, Options(), options)) {
      const auto why = whyNone.empty() ? whyUnread(options, f->key) : whyNone;
      if (!why.empty())
        m_remarks.push_back("The recipe's \"" + std::string(section) + "." + f->key +
                            "\" changes nothing: " + why + ".");
    }
  }

  const nlohmann::json& m_json;
  const Recipe& m_recipe;
  std::vector<std::string> m_remarks;
};

}  // namespace

std::vector<std::string> remarksOnRecipe(const std::filesystem::path& file) {
  const auto recipe = readRecipe(file);
  const auto json = readEspalierJson(file, "recipe");
  return RecipeRemarks(json, recipe).all();
}

}  // namespace espalier
