#pragma once

#include <QString>
#include <QStringList>
#include <vector>

namespace espalier {

// The words of a text, and which of them another text does not have at that place: what is marked where two
// answers stand one above the other. By the longest common subsequence of words, case ignored.
struct WordDifference {
  QStringList words;
  std::vector<bool> differs;
  int first() const;  // that differs; -1 for none
};
WordDifference wordDifference(const QString& text, const QString& other);

}  // namespace espalier
