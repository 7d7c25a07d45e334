#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace espalier {

// The special tokens text generation needs.
struct GenerationTokens {
  std::vector<int64_t> end;  // empty: a text ends at the length limit only
  int64_t pad = -1;          // negative: not given
  int64_t start = 0;
};

// As the reference finds them: eos_token_id, pad_token_id and decoder_start_token_id of
// generation_config.json (null where there is none), failing that of the configuration, failing that the
// family's defaults. Without a pad token the first end token pads.
GenerationTokens generationTokens(const nlohmann::json& config, const nlohmann::json& generation,
                                  const GenerationTokens& defaults);

}  // namespace espalier
