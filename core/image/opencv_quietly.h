#pragma once

#include <functional>

namespace espalier {

// Runs body with OpenCV kept from printing: its log and its error reports are switched off for the whole
// program, and what the calling thread sends to std::cerr meanwhile is dropped (OpenCV before 4.7 reports
// broken pictures there). Returns false if an OpenCV exception or a lack of memory ended body.
bool runOpenCvQuietly(const std::function<void()>& body);

}  // namespace espalier
