#pragma once

#include <string>
#include <vector>

namespace espalier::cli {

// Columns lined up for reading: the first to the left, the others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { m_rows.push_back(std::move(header)); }
  void add(std::vector<std::string> row) { m_rows.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> m_rows;
};

std::string percent(double fraction, int decimals = 1);  // "12.5 %"
std::string fixed(double value, int decimals);
std::string errorText(double standardError);  // "unknown" where it is NaN
std::string grouped(int64_t value);           // "1 234 567"

}  // namespace espalier::cli
