#include "core/remote/frames.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace espalier {

namespace {

constexpr size_t kShown = 60;

// A line of somebody else's, fit for a sentence.
std::string shown(std::string_view line) {
  std::string out;
  for (const char c : line.substr(0, kShown)) out += c >= ' ' && c < 127 ? c : '?';
  return "\"" + out + (line.size() > kShown ? "...\"" : "\"");
}

// "Content-Length" of "Content-Length: 12"; empty where the line is of another form.
std::string_view fieldOf(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const auto name = line.substr(0, colon);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
  return plain ? name : std::string_view();
}

bool isContentLength(std::string_view name) {
  constexpr std::string_view kName = "content-length";
  return std::equal(name.begin(), name.end(), kName.begin(), kName.end(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

}  // namespace

std::string framed(std::string_view content) {
  std::string out = "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n";
  out += content;
  return out;
}

void FrameReader::add(std::string_view bytes) {
  if (m_at > 0) m_buffer.erase(0, m_at), m_at = 0;
  m_buffer += bytes;
}

std::optional<std::string_view> FrameReader::takeLine() {
  const auto end = m_buffer.find('\n', m_at);
  if (end == std::string::npos) return {};
  std::string_view line(m_buffer.data() + m_at, end - m_at);
  m_headerBytes += line.size() + 1;
  m_at = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<FrameReader::Piece> FrameReader::fault(const std::string& sentence) {
  m_inHeader = m_inBody = false;
  m_length.reset();
  m_headerBytes = 0;
  if (std::exchange(m_faulty, true)) return {};
  return Piece{true, sentence};
}

std::optional<FrameReader::Piece> FrameReader::takeHeaderLine(std::string_view line) {
  if (line.empty()) {
    if (!m_inHeader) return {};
    if (!m_length)
      return fault("A frame's header has no Content-Length, which says how many bytes follow it.");
    m_inBody = true;
    return {};
  }
  const auto name = fieldOf(line);
  if (name.empty())
    return fault(shown(line) +
                 " stands where a frame's header was expected: \"Content-Length: \" and a number.");
  m_inHeader = true;
  if (!isContentLength(name)) return {};
  auto digits = line.substr(name.size() + 1);
  while (digits.starts_with(' ')) digits.remove_prefix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  size_t length = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (failure != std::errc() || end != digits.data() + digits.size())
    return fault(shown(line) + " is no header of a frame: a number of bytes was expected.");
  m_length = length;
  return {};
}

std::optional<FrameReader::Piece> FrameReader::next() {
  for (;;) {
    if (m_skip > 0) {
      const size_t here = std::min(m_skip, m_buffer.size() - m_at);
      m_at += here;
      m_skip -= here;
      if (m_skip > 0) return {};
    }
    if (m_inBody) {
      const size_t length = *m_length;
      if (length > m_largest) {
        m_skip = length;
        m_faulty = false;
        return fault("A frame of " + std::to_string(length) + " bytes was announced; at most " +
                     std::to_string(m_largest) + " are taken.");
      }
      if (m_buffer.size() - m_at < length) return {};
      Piece piece{false, m_buffer.substr(m_at, length)};
      m_at += length;
      m_inHeader = m_inBody = m_faulty = false;
      m_length.reset();
      m_headerBytes = 0;
      return piece;
    }
    const auto line = takeLine();
    if (!line) {
      if (m_headerBytes + (m_buffer.size() - m_at) <= kLongestHeader) return {};
      m_at = m_buffer.size();
      if (const auto problem =
              fault("A frame's header is longer than " + std::to_string(kLongestHeader) + " bytes."))
        return problem;
      return {};
    }
    if (auto problem = takeHeaderLine(*line)) return problem;
  }
}

}  // namespace espalier
