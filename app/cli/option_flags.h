#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/cli/flags.h"
#include "core/base/option_fields.h"

namespace espalier::cli {

// Refuses what is none of the values there are.
template <typename Options>
void restrictTo(const OptionField<Options>& field, CLI::Option* option) {
  if (!field.onlyThose) return;
  std::vector<std::string> names;
  for (const auto& [value, title] : field.valueTitles) names.push_back(value);
  option->check(CLI::IsMember(names));
}

// A flag for each field of a table of options, with the values there are in its help.
template <typename Options>
void addOptionFlags(CLI::App& c, const OptionFields<Options>& fields, Options& options) {
  for (const auto& f : fields) {
    if (f.flag.empty()) continue;
    std::string help = f.help;
    if (f.methods)
      help += ": " + namesOf(f.methods()) + (f.several ? "; several with commas between them" : "");
    else if (f.onlyThose)
      for (size_t i = 0; i < f.valueTitles.size(); ++i) help += (i ? ", " : ": ") + f.valueTitles[i].first;
    std::visit(
        [&](auto member) {
          using T = std::decay_t<decltype(options.*member)>;
          if constexpr (std::is_same_v<T, bool>) {
            c.add_flag(f.flag, options.*member, help);
          } else {
            auto* option = c.add_option(f.flag, options.*member, help)->capture_default_str();
            restrictTo(f, option);
            if constexpr (std::is_same_v<T, uint64_t>) option->check(wholeNumber());
          }
        },
        f.member);
  }
}

}  // namespace espalier::cli
