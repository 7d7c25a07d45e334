#pragma once

#include <stop_token>

namespace espalier {

// Lets what runs deep inside of a job, and is given no JobControl, be stopped: a text that a pattern does not
// come to an end with. For as long as it lives the token holds for this thread, and for the tasks that
// parallelFor runs for it.
class StopHere {
 public:
  explicit StopHere(std::stop_token token);
  ~StopHere();
  StopHere(const StopHere&) = delete;
  StopHere& operator=(const StopHere&) = delete;

 private:
  std::stop_token m_before;
};

std::stop_token stopTokenHere();  // an empty one where there is none
inline bool stopRequestedHere() {
  return stopTokenHere().stop_requested();
}

}  // namespace espalier
