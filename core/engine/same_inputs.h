#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/progress.h"
#include "core/engine/open_model.h"

namespace espalier {

// Compares what the processes of a job are given before any work is done: program, model and data by their
// content, options by their values. Paths may differ, and so may times: files that are not known to be the
// same ones are read. Nothing where there is one process. data: null where the job takes none. Throws Error
// (InvalidInput) naming the rank, its host and what is different there.
void checkSameInputs(const JobControl& control, const OpenModel& model, const Dataset* data,
                     const nlohmann::json& options);

// A name for people and a value: what is compared.
using Facts = std::vector<std::pair<std::string, std::string>>;
// As checkSameInputs, of facts alone.
void compareFacts(Processes& processes, const Facts& facts);

}  // namespace espalier
