#include "app/cli/unread.h"

#include <iostream>

namespace espalier::cli {

void tellUnread(const CLI::App& command, const std::string& flag, const std::string& why) {
  if (why.empty()) return;
  const auto* option = command.get_option_no_throw(flag);
  if (option && option->count() > 0) std::cerr << "Warning: " << flag << " changes nothing: " << why << ".\n";
}

void tellEachUnread(const CLI::App& command, std::initializer_list<const char*> flags,
                    const std::string& why) {
  for (const char* flag : flags) tellUnread(command, std::string(flag), why);
}

}  // namespace espalier::cli
