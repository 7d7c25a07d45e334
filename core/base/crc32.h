#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace espalier {

// The checksum of zip and PNG files (polynomial 0xEDB88320, reflected), eight bytes at a time.
uint32_t crc32Of(std::span<const std::byte> bytes);

}  // namespace espalier
