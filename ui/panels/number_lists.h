#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

namespace espalier {

// "0, 50, 62.5" in per cent, from 0 to 99, each once: as fractions in rising order. Nothing where it is none.
std::optional<std::vector<double>> sparsitiesIn(const QString& said);
// "0, 2, 5" or "0-4", each once, a hundred at most. Nothing where it is none.
std::optional<std::vector<uint64_t>> seedsIn(const QString& said);

}  // namespace espalier
