#include "core/base/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& file, const char* doing) {
  throw Error(ErrorKind::Io, file.string() + " cannot be " + doing + ": " + std::strerror(errno) + ".");
}

// The whole lines of a journal as JSON up to the first that is none, and how many bytes they are.
std::vector<nlohmann::json> wholeLines(const std::string& text, size_t& bytes) {
  std::vector<nlohmann::json> out;
  bytes = 0;
  for (size_t end; (end = text.find('\n', bytes)) != std::string::npos; bytes = end + 1) {
    auto line = tryParseJson(std::string_view(text).substr(bytes, end - bytes));
    if (!line || !line->is_object()) break;
    out.push_back(std::move(*line));
  }
  return out;
}

}  // namespace

Journal::Journal(const fs::path& file, const std::string& kind, const nlohmann::json& inputs,
                 const JournalOptions& options)
    : m_file(file) {
  const nlohmann::json head{
      {"format", "espalier/journal"}, {"version", 1}, {"kind", kind}, {"inputs", inputs}};
  size_t bytes = 0;
  std::error_code ec;
  if (!options.restart && fs::exists(file, ec)) {
    auto lines = wholeLines(readTextFile(file), bytes);
    if (!lines.empty() && lines[0] == head) {
      m_finished.assign(std::make_move_iterator(lines.begin() + 1), std::make_move_iterator(lines.end()));
    } else {
      bytes = 0;
      if (options.onNote && !lines.empty())
        options.onNote(file.string() + " is the journal of a job with other inputs; it is begun anew.");
    }
  }
  m_fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0644);
  if (m_fd < 0) fail(file, "written");
  if (::ftruncate(m_fd, off_t(bytes)) != 0) fail(file, "written");
  if (bytes == 0) append(head);
  if (!m_finished.empty() && options.onNote)
    options.onNote("Going on after " + std::to_string(m_finished.size()) + " finished steps in " +
                   file.string() + ".");
}

Journal::~Journal() {
  if (m_fd >= 0) ::close(m_fd);
}

Journal::Journal(Journal&& o) noexcept
    : m_file(std::move(o.m_file)), m_finished(std::move(o.m_finished)), m_fd(std::exchange(o.m_fd, -1)) {}

Journal& Journal::operator=(Journal&& o) noexcept {
  std::swap(m_file, o.m_file);
  std::swap(m_finished, o.m_finished);
  std::swap(m_fd, o.m_fd);
  return *this;
}

void Journal::append(const nlohmann::json& step) {
  if (m_fd < 0) return;
  const std::string line = jsonText(step) + "\n";
  for (size_t at = 0; at < line.size();) {
    const ssize_t n = ::write(m_fd, line.data() + at, line.size() - at);
    if (n < 0 && errno != EINTR) fail(m_file, "written");
    if (n > 0) at += size_t(n);
  }
  if (::fdatasync(m_fd) != 0 && errno != EINVAL) fail(m_file, "flushed to disk");
}

void Journal::remove() {
  if (m_fd < 0) return;
  ::close(m_fd);
  m_fd = -1;
  std::error_code ec;
  fs::remove(m_file, ec);
}

}  // namespace espalier
