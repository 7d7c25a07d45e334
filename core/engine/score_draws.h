#pragma once

#include <string>

namespace espalier {

// Whether a way to score (ScoreOptions::method) draws noise: then --draws and --until-stable mean something,
// and a batch gives one value for each draw.
bool drawsNoise(const std::string& scoreMethod);

}  // namespace espalier
