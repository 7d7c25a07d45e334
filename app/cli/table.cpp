#include "app/cli/table.h"

#include <algorithm>
#include <cmath>

#include "core/base/fixed_text.h"

namespace espalier::cli {

std::string Table::text() const {
  std::vector<size_t> widths;
  for (const auto& row : m_rows)
    for (size_t c = 0; c < row.size(); ++c) {
      if (widths.size() <= c) widths.push_back(0);
      widths[c] = std::max(widths[c], row[c].size());
    }
  std::string out;
  for (size_t r = 0; r < m_rows.size(); ++r) {
    std::string line;
    for (size_t c = 0; c < m_rows[r].size(); ++c) {
      const std::string pad(widths[c] - m_rows[r][c].size(), ' ');
      line += (c ? "  " : "") + (c == 0 ? m_rows[r][c] + pad : pad + m_rows[r][c]);
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
    if (r == 0) {
      size_t total = 0;
      for (size_t w : widths) total += w + 2;
      out += std::string(total - 2, '-') + "\n";
    }
  }
  return out;
}

std::string fixed(double value, int decimals) {
  return fixedText(value, decimals);
}

std::string percent(double fraction, int decimals) {
  return fixed(100 * fraction, decimals) + " %";
}

std::string errorText(double standardError) {
  return std::isnan(standardError) ? "unknown" : fixed(standardError, 4);
}

std::string grouped(int64_t value) {
  std::string s = std::to_string(value);
  const size_t first = value < 0 ? 1 : 0;
  for (size_t at = s.size(); at > first + 3;) s.insert(at -= 3, 1, ' ');
  return s;
}

}  // namespace espalier::cli
