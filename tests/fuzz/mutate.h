#pragma once

#include <random>
#include <string>
#include <vector>

namespace espalier::fuzz {

// A file like the seeds but damaged: bits flipped, bytes put in, taken out, doubled or exchanged between two
// files, numbers replaced by such as overflow, brackets repeated. The same generator state gives the same
// file.
std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random, size_t maxBytes);

}  // namespace espalier::fuzz
