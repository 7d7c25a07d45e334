#include "core/model/families/generation_tokens.h"

#include "core/model/layers/config_value.h"

namespace espalier {

GenerationTokens generationTokens(const nlohmann::json& config, const nlohmann::json& generation,
                                  const GenerationTokens& defaults) {
  const auto from = generation.is_object() ? generation : nlohmann::json::object();
  GenerationTokens t;
  t.end = configTokens(from, "eos_token_id", configTokens(config, "eos_token_id", defaults.end));
  t.pad =
      configValue<int64_t>(from, "pad_token_id", configValue<int64_t>(config, "pad_token_id", defaults.pad));
  t.start = configValue<int64_t>(from, "decoder_start_token_id",
                                 configValue<int64_t>(config, "decoder_start_token_id", defaults.start));
  if (t.pad < 0) t.pad = t.end.empty() ? 0 : t.end[0];
  return t;
}

}  // namespace espalier
