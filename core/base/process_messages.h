#pragma once

#include <cstdint>
#include <string>

namespace espalier {

// What processes that do one job write where they meet, as text. Reading takes whatever another one wrote.

// Who a process is.
struct Greeting {
  std::string host;
  int64_t process = 0;  // its number there
  int size = 0;         // of how many processes it takes itself to be one
};
std::string toText(const Greeting& greeting);
// Throws Error (InvalidInput) naming the rank where the text is no greeting.
Greeting greetingOf(const std::string& text, int rank);

// How many workers a process told. Throws Error (refuseMessage) where it is no number from 1 to 65536.
int workersOf(const std::string& text);

// A sign of life: how many there were, and how far a stage is.
struct Beat {
  int64_t count = 0, stage = 0, done = 0;
};
std::string toText(const Beat& beat);
// Zeros where the text does not tell.
Beat beatOf(const std::string& text);

}  // namespace espalier
