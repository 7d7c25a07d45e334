#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace espalier {

// Messages on a stream of bytes, framed as language servers do it: a header "Content-Length: 123", an empty
// line (lines end with CR LF, or LF alone), then so many bytes of content. Other header lines "Name: value"
// are passed over.

constexpr size_t kLargestFrame = size_t(64) << 20;  // content of one frame, in bytes
constexpr size_t kLongestHeader = 8192;             // all lines of one frame's header, in bytes

std::string framed(std::string_view content);

// Takes a stream apart, in whatever pieces it comes. What is no frame is told once, and passed over up to the
// next frame: shells print greetings, and a frame that is too large is no reason to end.
class FrameReader {
 public:
  explicit FrameReader(size_t largest = kLargestFrame) : m_largest(largest) {}

  void add(std::string_view bytes);

  struct Piece {
    bool isFault = false;
    std::string text;  // the content; of a fault one sentence
  };
  std::optional<Piece> next();  // nothing: more bytes are needed
  // Whether the stream may end here: nothing of a frame has come.
  bool isBetweenFrames() const { return !m_inHeader && !m_length && m_skip == 0 && m_at == m_buffer.size(); }

 private:
  std::optional<std::string_view> takeLine();
  std::optional<Piece> fault(const std::string& sentence);
  std::optional<Piece> takeHeaderLine(std::string_view line);

  size_t m_largest;
  std::string m_buffer;
  size_t m_at = 0;                 // what is before it has been read
  bool m_inHeader = false;         // a line of a header has come
  bool m_inBody = false;           // the header is whole
  std::optional<size_t> m_length;  // of the frame whose header is being read
  size_t m_headerBytes = 0;
  size_t m_skip = 0;      // bytes of a frame that is too large, still to come
  bool m_faulty = false;  // told, and no frame since
};

}  // namespace espalier
