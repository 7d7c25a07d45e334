#pragma once

#include <string>
#include <vector>

namespace espalier {

// An answer as the VQA challenge compares it (Antol et al. 2015, visualqa.org/evaluation): lower case in any
// script, punctuation and periods that end no number gone, number words up to ten as digits, articles gone,
// contractions with their apostrophe.
std::string normalizedVqaAnswer(const std::string& text);

// The VQA challenge's accuracy, 0 ... 1: for each of the people asked, min(1, how many of the others gave
// this answer / 3), averaged. All answers are normalised; the official code leaves those of a question alone
// that everybody answered alike, and so finds "Yes" wrong where ten people said "yes". Of a single answer:
// whether it is the same.
double vqaAccuracy(const std::string& answer, const std::vector<std::string>& answers);

}  // namespace espalier
