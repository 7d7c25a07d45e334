#include "ui/items/word_difference.h"

#include <algorithm>

namespace espalier {

int WordDifference::first() const {
  const auto it = std::find(differs.begin(), differs.end(), true);
  return it == differs.end() ? -1 : int(it - differs.begin());
}

WordDifference wordDifference(const QString& text, const QString& other) {
  WordDifference out;
  out.words = text.simplified().split(' ', Qt::SkipEmptyParts);
  const QStringList b = other.simplified().split(' ', Qt::SkipEmptyParts);
  const size_t n = size_t(out.words.size()), m = size_t(b.size());
  out.differs.assign(n, true);
  const auto same = [&](size_t i, size_t j) {
    return out.words[qsizetype(i)].compare(b[qsizetype(j)], Qt::CaseInsensitive) == 0;
  };
  // longest[i][j]: of words i ... and j ... on.
  std::vector<std::vector<int>> longest(n + 1, std::vector<int>(m + 1, 0));
  for (size_t i = n; i-- > 0;)
    for (size_t j = m; j-- > 0;)
      longest[i][j] = same(i, j) ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
  for (size_t i = 0, j = 0; i < n && j < m;) {
    if (same(i, j))
      out.differs[i] = false, ++i, ++j;
    else if (longest[i + 1][j] >= longest[i][j + 1])
      ++i;
    else
      ++j;
  }
  return out;
}

}  // namespace espalier
