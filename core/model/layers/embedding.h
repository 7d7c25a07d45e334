#pragma once

#include <ATen/ATen.h>

#include <string>

#include "core/model/pass.h"

namespace espalier {

// Rows of a table of tokens: ids [R, L] -> [R, L, width]. Throws Error naming the id that is outside the
// vocabulary.
at::Tensor embedTokens(const Pass& pass, const std::string& table, const at::Tensor& ids);

// Rows of a table of positions, [rows or 1, L] -> [rows or 1, L, width]. Throws Error where the text is
// longer than the table; `offset` is what the table has before position 0.
at::Tensor embedPositions(const Pass& pass, const std::string& table, const at::Tensor& positions,
                          int64_t offset = 0);

}  // namespace espalier
