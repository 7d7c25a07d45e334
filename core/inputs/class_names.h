#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/model/model.h"

namespace espalier {

// The classes of a picture classifier by their numbers: id2label of the configuration, or "0", "1", ...
// How many classes a classifier tells apart; 0: it is none.
int64_t classCountOf(const Model& model);

std::vector<std::string> classNamesOf(const Model& model, int64_t classes);

// The number of the class a text names, by name (case does not matter) or number; nothing if it names none.
std::optional<int64_t> classNamed(const std::string& text, const std::vector<std::string>& names);

// The number of a sample's class: by the name of its answer; or by its place among the class folders where
// there are as many as classes; or by the first of several names ("tench, Tinca tinca"); nothing if it has
// none.
std::optional<int64_t> classOf(const Sample& sample, const std::vector<std::string>& names);

// "tench" of "tench, Tinca tinca".
std::string firstName(const std::string& names);

}  // namespace espalier
