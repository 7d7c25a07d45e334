#include "app/cli/command.h"

namespace espalier::cli {

void addStudy(CLI::App&, Commands&) {}

}  // namespace espalier::cli
