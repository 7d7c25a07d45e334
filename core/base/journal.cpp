#include "core/base/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <utility>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/mapping.h"
#include "core/base/packed_values.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kBeginning = R"({"format":"espalier/journal")";
constexpr std::string_view kSumKey = R"("crc32":")";
constexpr size_t kSumDigits = 8;

[[noreturn]] void failToKeep(const fs::path& file, const char* doing) {
  throw Error(ErrorKind::Io,
              file.string() + " cannot be " + doing + ": " + writeAdvice(file, errno, 0) + ".");
}

// Of a line without its checksum, and of all lines before it.
std::string checksumOf(const std::string& before, std::string_view line) {
  const std::string all = before + std::string(line);
  char digits[kSumDigits + 1];
  std::snprintf(digits, sizeof digits, "%08x", crc32Of(std::as_bytes(std::span(all.data(), all.size()))));
  return digits;
}

// The line with the checksum as its last key, and without.
std::string withChecksum(const std::string& line, const std::string& checksum) {
  const std::string open = line.substr(0, line.size() - 1);
  return open + (open.size() > 1 ? "," : "") + std::string(kSumKey) + checksum + "\"}";
}
// Empty where the line does not end as one of ours.
std::pair<std::string, std::string> splitChecksum(std::string_view line) {
  const size_t tail = kSumKey.size() + kSumDigits + 2;
  if (line.size() < tail + 1 || line.substr(line.size() - tail, kSumKey.size()) != kSumKey ||
      !line.ends_with("\"}"))
    return {};
  auto content = std::string(line.substr(0, line.size() - tail));
  if (content.ends_with(',')) content.pop_back();
  return {content + "}", std::string(line.substr(line.size() - 2 - kSumDigits, kSumDigits))};
}

}  // namespace

void holdJournal(JournalOptions& options) {
  if (!options.path.empty()) options.lock = std::make_shared<PlaceLock>(options.path);
}

bool Journal::isOne(const fs::path& file) {
  std::error_code ec;
  if (!fs::is_regular_file(file, ec)) return false;
  std::ifstream in(file, std::ios::binary);
  std::string begins(kBeginning.size(), '\0');
  in.read(begins.data(), std::streamsize(begins.size()));
  begins.resize(size_t(in.gcount()));
  return kBeginning.starts_with(begins) && !in.bad();
}

Journal::Journal(const fs::path& file, const std::string& kind, const nlohmann::json& inputs,
                 const JournalOptions& options)
    : m_file(file), m_lock(options.lock) {
  if (!m_lock) m_lock = std::make_shared<PlaceLock>(options.path.empty() ? file : options.path);
  const nlohmann::json head{
      {"format", "espalier/journal"}, {"version", 2}, {"kind", kind}, {"inputs", inputs}};
  std::error_code ec;
  if (fs::exists(fs::symlink_status(file, ec)) && !isOne(file))
    throw Error(ErrorKind::InvalidInput, file.string() +
                                             " is no journal of this program, or damaged where it begins; "
                                             "remove it, or choose another place for the results.");
  size_t bytes = 0;
  if (!options.restart && fs::exists(file, ec)) {
    const std::string text = readTextFile(file);
    int64_t number = 0;
    bool others = false;  // inputs
    for (size_t end; (end = text.find('\n', bytes)) != std::string::npos; bytes = end + 1) {
      ++number;
      const auto line = std::string_view(text).substr(bytes, end - bytes);
      const auto [content, checksum] = splitChecksum(line);
      auto json = tryParseJson(content.empty() ? line : content).value_or(nlohmann::json());
      // An earlier program's, without checksums, or of other inputs: whatever else it holds is not used.
      const bool sound = !content.empty() && checksumOf(m_checksum, content) == checksum && json.is_object();
      others = number == 1 &&
               (sound ? json != head : json.is_object() && json.contains("version") && json["version"] == 1);
      if (others) break;
      if (!sound) refuse("its line " + std::to_string(number) + " is not as it was written");
      if (number > 1) m_finished.push_back(std::move(json));
      m_checksum = checksum;
    }
    if (others) {
      bytes = 0;
      m_checksum.clear();
      if (options.onNote)
        options.onNote(file.string() + " is the journal of a job with other inputs; it is begun anew.");
    }
  }
  m_made = !fs::exists(file, ec);
  m_fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0644);
  if (m_fd < 0) failToKeep(file, "written");
  m_sound = bytes;
  if (bytes == 0) m_head = head;
  // A full disk is told before the work, not after it.
  if (m_made) try {
      begin();
    } catch (...) {
      close();
      throw;
    }
  if (!m_finished.empty() && options.onNote)
    options.onNote("Going on after " + std::to_string(m_finished.size()) + " finished steps in " +
                   file.string() + ".");
}

Journal Journal::shared(Processes& processes, const fs::path& file, const std::string& kind,
                        const nlohmann::json& inputs, const JournalOptions& options) {
  Journal journal;
  if (processes.writes() && !file.empty()) journal = Journal(file, kind, inputs, options);
  if (!processes.several()) return journal;
  const auto received = processes.broadcastText(0, jsonText(nlohmann::json(journal.m_finished)));
  if (processes.writes()) return journal;
  journal.m_file = file;
  auto steps = tryParseJson(received);
  if (!steps || !steps->is_array()) refuseMessage("its finished steps are not told");
  for (auto& step : *steps) journal.m_finished.push_back(std::move(step));
  return journal;
}

void Journal::close() {
  if (m_fd < 0) return;
  if (m_made) ::unlink(m_file.c_str());
  ::close(m_fd);
  m_fd = -1;
}

Journal::~Journal() {
  close();
}

Journal::Journal(Journal&& o) noexcept
    : m_file(std::move(o.m_file)),
      m_finished(std::move(o.m_finished)),
      m_lock(std::move(o.m_lock)),
      m_checksum(std::move(o.m_checksum)),
      m_sound(o.m_sound),
      m_head(std::move(o.m_head)),
      m_made(o.m_made),
      m_fd(std::exchange(o.m_fd, -1)) {}

Journal& Journal::operator=(Journal&& o) noexcept {
  std::swap(m_file, o.m_file);
  std::swap(m_finished, o.m_finished);
  std::swap(m_lock, o.m_lock);
  std::swap(m_checksum, o.m_checksum);
  std::swap(m_sound, o.m_sound);
  std::swap(m_head, o.m_head);
  std::swap(m_made, o.m_made);
  std::swap(m_fd, o.m_fd);
  return *this;
}

void Journal::begin() {
  if (m_fd < 0 || !m_sound) return;
  if (::ftruncate(m_fd, off_t(*m_sound)) != 0) failToKeep(m_file, "written");
  if (*m_sound == 0) write(m_head);
  m_sound.reset();
}

void Journal::append(const nlohmann::json& step) {
  if (m_fd < 0) return;
  begin();
  write(step);
  m_made = false;
}

void Journal::write(const nlohmann::json& step) {
  // What was computed from a file that changed meanwhile is not kept.
  checkMappings();
  const std::string content = jsonText(step);
  m_checksum = checksumOf(m_checksum, content);
  const std::string line = withChecksum(content, m_checksum) + "\n";
  for (size_t at = 0; at < line.size();) {
    const ssize_t n = ::write(m_fd, line.data() + at, line.size() - at);
    if (n < 0 && errno != EINTR) failToKeep(m_file, "written");
    if (n > 0) at += size_t(n);
  }
  if (::fdatasync(m_fd) != 0 && errno != EINVAL) failToKeep(m_file, "flushed to disk");
}

void Journal::remove() {
  if (m_fd < 0) return;
  m_made = true;
  close();
}

void Journal::refuse(const std::string& what) const {
  throw Error(ErrorKind::Format, m_file.string() + " is damaged: " + what +
                                     ". Nothing of it is used; --restart begins the job anew.");
}

void Journal::readSteps(const std::function<void()>& read) const {
  try {
    read();
  } catch (const nlohmann::json::exception&) {
    refuse("a step lacks what it should tell");
  }
}

void removeJournal(const fs::path& file) {
  std::error_code ec;
  if (Journal::isOne(file)) fs::remove(file, ec);
}

}  // namespace espalier
