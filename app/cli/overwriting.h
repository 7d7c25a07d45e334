#pragma once

#include <CLI/CLI.hpp>

namespace espalier::cli {

// Refuses a command whose result would take the place of what it reads, or of what took minutes: --out,
// --yaml or --markdown that names, itself or through a link,
// - the same file as another flag or argument,
// - a file of a model's or data set's folder that is given: weights, settings, pictures, tables, texts,
// - a result of another kind (scores where a plan is to be written),
// and a file or folder whose name is empty.
// Throws Error.
void refuseOverwriting(const CLI::App& command);

}  // namespace espalier::cli
