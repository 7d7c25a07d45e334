#pragma once

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace espalier {

// What operations make of the clean values of a block for one batch: the same for all tangents that run
// beside them, so it is made once. A value is found by the operation and its arguments: tensors by the memory
// they show, all else by what it is. Arguments are held with it, so that no other tensor comes to lie there.
// Used by several threads at once: while one of them makes a value that stays, others wait for it. What comes
// out has the same bits whether a value is found or made anew.
class CleanValues {
 public:
  // bytes: as much is kept, what comes later is made anew each time.
  explicit CleanValues(int64_t bytes) : m_room(bytes) {}

  using Values = std::vector<c10::IValue>;
  // keep: whether what had to be made stays here.
  Values valuesOf(const std::string& what, const Values& arguments, bool keep,
                  const std::function<Values()>& make);
  void clear();

 private:
  struct Entry {
    Values arguments, values;
    bool made = false;
  };

  void countBytes(const Values& values);

  std::mutex m_mutex;
  std::condition_variable m_changed;
  std::map<std::string, Entry> m_entries;
  std::set<const void*> m_counted;  // memory
  int64_t m_room;
};

// While it lives, the rules that run on this thread share clean values. keep: they also leave here what they
// make.
class CleanValuesHere {
 public:
  CleanValuesHere(CleanValues& values, bool keep);
  ~CleanValuesHere();
  CleanValuesHere(const CleanValuesHere&) = delete;
  CleanValuesHere& operator=(const CleanValuesHere&) = delete;

 private:
  CleanValues* m_before;
  bool m_kept;
};

// Whether it lives on this thread.
bool sharesCleanValues();

// What `make` gives for these arguments, shared where CleanValuesHere lives.
CleanValues::Values cleanValues(const std::string& what, const CleanValues::Values& arguments,
                                const std::function<CleanValues::Values()>& make);

}  // namespace espalier
