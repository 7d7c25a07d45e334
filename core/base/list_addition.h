#pragma once

#include <utility>
#include <vector>

namespace espalier {

// Puts an item behind the others of a list for as long as this lives; as Registry::Addition, for lists of
// values.
template <typename T>
class ListAddition {
 public:
  ListAddition(std::vector<T>& list, T item) : m_list(list) { list.push_back(std::move(item)); }
  ~ListAddition() { m_list.pop_back(); }
  ListAddition(const ListAddition&) = delete;
  ListAddition& operator=(const ListAddition&) = delete;

 private:
  std::vector<T>& m_list;
};

}  // namespace espalier
