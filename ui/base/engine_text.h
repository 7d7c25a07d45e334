#pragma once

#include <QString>
#include <string>

namespace espalier {

// What the engine calls things, in the language of the window: stages of jobs, one-line summaries of methods
// and criteria, titles of allocators. The engine itself speaks English and knows no Qt; what is not in the
// list of this file's .cpp, errors above all, stays as it is.
QString engineText(const std::string& english);
// The same of several with commas between them: "Swaps, Refit".
QString engineTexts(const std::string& english);

}  // namespace espalier
