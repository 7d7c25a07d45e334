#pragma once

namespace espalier {

// Gives LibTorch memory for large tensors on large pages where the system has them. A matrix of 180 MB lies
// on 45,000 pages of 4 KiB, and the first touch of each costs more than what is computed with it. Smaller
// tensors stay with the C library, which gives them the memory of the last ones again, but for those of
// OwnPages. Once, before the first tensor.
void useLargePages();

// While it lives, tensors made on this thread have pages of their own (where useLargePages() was called;
// small tensors have not). In the C library's memory megabytes of all sizes leave holes that nothing else
// fits into, which can take as much again as the tensors themselves.
class OwnPages {
 public:
  enum class For {
    Brief,     // temporaries: pages that are released wait for the next tensor of about that size, as long as
               // little more is held than was once in use
    Repeated,  // temporaries of passes that are made hundreds of times: more may wait, of all their sizes
    Long,      // what is kept among temporaries: its pages go back to the system with it
  };
  explicit OwnPages(For use);
  ~OwnPages();
  OwnPages(const OwnPages&) = delete;
  OwnPages& operator=(const OwnPages&) = delete;

 private:
  int m_before;
};

// Gives pages that wait back to the system; what was once in use is forgotten.
void releaseWaitingPages();

}  // namespace espalier
