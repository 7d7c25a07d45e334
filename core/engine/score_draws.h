#pragma once

#include <string>

namespace espalier {

// Whether a way to score (ScoreOptions::method) draws noise: then --draws and --until-stable mean something,
// and a batch gives one value for each draw.
bool drawsNoise(const std::string& scoreMethod);

// Whether a way to score looks at calibration data, and not at the weights alone.
bool scoringNeedsData(const std::string& scoreMethod);

struct ScoreOptions;

// Whether scores belong to one target sparsity (ScoreOptions::stableTarget): with parts to re-score after,
// and of methods that measure at it.
bool scoresAtTarget(const ScoreOptions& options);

}  // namespace espalier
