#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/scratch.h"

namespace espalier::fuzz {

// What other processes of a job send: the first byte chooses which call takes it.
void runMessages(Bytes bytes);
std::vector<std::string> messagesSeeds();

}  // namespace espalier::fuzz
