#pragma once

#include <QObject>
#include <set>
#include <string>
#include <vector>

namespace espalier {

// The groups of the plan that a person has selected, the same in every view: one is current, and what is done
// is done to all of them.
class Selection : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  const std::string& current() const { return m_current; }  // empty: none
  const std::set<std::string>& groups() const { return m_groups; }
  // current is one of groups, or empty with no groups.
  void set(std::set<std::string> groups, std::string current) {
    if (groups == m_groups && current == m_current) return;
    m_groups = std::move(groups);
    m_current = std::move(current);
    Q_EMIT changed();
  }
  // The current one first.
  std::vector<std::string> list() const {
    std::vector<std::string> out;
    if (!m_current.empty()) out.push_back(m_current);
    for (const auto& group : m_groups)
      if (group != m_current) out.push_back(group);
    return out;
  }

 Q_SIGNALS:
  void changed();

 private:
  std::string m_current;
  std::set<std::string> m_groups;
};

}  // namespace espalier
