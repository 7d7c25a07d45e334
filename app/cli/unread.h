#pragma once

#include <CLI/CLI.hpp>
#include <initializer_list>
#include <string>

#include "core/base/option_fields.h"
#include "core/engine/unread_options.h"

namespace espalier::cli {

// Tells on standard error of each of the flags that was given, although nothing reads it: "Warning: --eps
// changes nothing: forward-mode takes no step." why: that clause; empty: nothing is told.
void tellEachUnread(const CLI::App& command, std::initializer_list<const char*> flags,
                    const std::string& why);
void tellUnread(const CLI::App& command, const std::string& flag, const std::string& why);

// The same of each row of a table of options.
template <typename Options>
void tellUnreadOptions(const CLI::App& command, const OptionFields<Options>& fields, const Options& options) {
  for (const auto& f : fields)
    if (!f.flag.empty()) tellUnread(command, f.flag, whyUnread(options, f.key));
}

}  // namespace espalier::cli
