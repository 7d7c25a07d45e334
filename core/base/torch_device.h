#pragma once

#include <ATen/ATen.h>

#include "core/base/device.h"

namespace espalier {

// What LibTorch calls a device.
at::Device torchDevice(const Device& device);

}  // namespace espalier
