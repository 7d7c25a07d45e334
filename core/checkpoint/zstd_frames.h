#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace espalier {

// One frame of Zstandard (RFC 8878) at a time, as packed tensors are made of (docs/packed.md): its content's
// size and a checksum of its content stand in it.

// Appends the frame of some bytes.
void appendFrame(std::vector<std::byte>& to, std::span<const std::byte> content);

// The frames that some bytes are made of, one behind the other, without unpacking them; nothing where the
// bytes are anything else, or a frame does not say its content's size.
struct Frame {
  std::span<const std::byte> bytes;
  int64_t contentBytes = 0;
};
std::optional<std::vector<Frame>> framesIn(std::span<const std::byte> bytes);
// The first of them; nothing where there is none.
std::optional<Frame> firstFrame(std::span<const std::byte> bytes);

// Unpacks a frame into exactly its content's size; false where it is damaged.
bool unpackFrame(const Frame& frame, std::span<std::byte> to);

}  // namespace espalier
