#pragma once

#include "core/model/families/decoder_config.h"
#include "core/model/model.h"

namespace espalier {

// In State::fixed, for layers with a window: their mask and, where theirs is another, their rotation.
inline constexpr const char* kWindowBias = "bias.sliding";
inline constexpr const char* kLocalRotary = "rotary.local";
// There too, for layers with experts, where some places are padding: which are not, bool [rows, length].
inline constexpr const char* kRoutedPlaces = "routed places";

// The family's RMS norm of the last dimension.
at::Tensor decoderNorm(const Pass& pass, const DecoderConfig& config, const std::string& name,
                       const at::Tensor& x);

// Adds layer i, as the block root + "layers.i". record: under which its output is recorded.
void addDecoderLayer(Model& model, const DecoderConfig& config, const std::string& root, int64_t i,
                     std::string record);

}  // namespace espalier
