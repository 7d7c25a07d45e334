#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/checkpoint/packed_tensor.h"

namespace espalier {

// How the values of a packed tensor are counted (ValueDescription): the range they lie in, and the
// description that stands before their frames. U: the unsigned type of an element's bytes.

// The range of the elements that have a bit set, or of all. Without shift where it would gain nothing.
template <typename U>
ValueDescription valueRange(std::span<const std::byte> dense, int64_t elements, bool masked);

// What is stored of elements of a floating-point type, and back.
template <typename U>
void toStored(U* values, int64_t count, const ValueDescription& range);
template <typename U>
void fromStored(U* values, int64_t count, const ValueDescription& range);

std::vector<std::byte> descriptionBytes(const ValueDescription& description);

}  // namespace espalier
