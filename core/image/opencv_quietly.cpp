#include "core/image/opencv_quietly.h"

#include <iostream>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <streambuf>

namespace espalier {

namespace {

thread_local bool t_quiet = false;

// Stands before std::cerr's buffer and lets everything through but what comes from a quiet thread.
class ThreadFilter : public std::streambuf {
 public:
  explicit ThreadFilter(std::streambuf* next) : m_next(next) {}

 protected:
  int_type overflow(int_type c) override {
    if (t_quiet || traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    return m_next->sputc(traits_type::to_char_type(c));
  }
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    return t_quiet ? count : m_next->sputn(text, count);
  }
  int sync() override { return m_next->pubsync(); }

 private:
  std::streambuf* m_next;
};

void silenceOnce() {
  static const bool done = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::redirectError([](int, const char*, const char*, const char*, int, void*) { return 0; });
    // Never freed: std::cerr outlives every static object. Named, so that none takes it for lost.
    static ThreadFilter* const filter = new ThreadFilter(std::cerr.rdbuf());
    std::cerr.rdbuf(filter);
    return true;
  }();
  static_cast<void>(done);
}

struct QuietScope {
  QuietScope() { t_quiet = true; }
  ~QuietScope() { t_quiet = false; }
};

}  // namespace

bool runOpenCvQuietly(const std::function<void()>& body) {
  silenceOnce();
  const QuietScope quiet;
  try {
    body();
    return true;
  } catch (const cv::Exception&) {
    return false;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace espalier
