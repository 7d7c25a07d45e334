#include "core/model/layers/rotary.h"

#include <cmath>
#include <numbers>

#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

double positive(const nlohmann::json& scaling, const char* key, double fallback) {
  const double value = configValue<double>(scaling, key, fallback);
  if (!(value > 0))
    throw Error(ErrorKind::Format, "config.json has \"rope_scaling." + std::string(key) +
                                       "\": " + std::to_string(value) + "; a number above 0 was expected.");
  return value;
}

// The wavelengths between old length / high and old length / low are blended (Llama 3.1).
at::Tensor scaledAsLlama3(const at::Tensor& frequencies, const nlohmann::json& scaling) {
  const double factor = positive(scaling, "factor", 8), low = positive(scaling, "low_freq_factor", 1),
               high = positive(scaling, "high_freq_factor", 4),
               oldLength = positive(scaling, "original_max_position_embeddings", 8192);
  if (!(high > low))
    throw Error(ErrorKind::Format,
                "config.json has a \"rope_scaling\" whose \"high_freq_factor\" is not above its "
                "\"low_freq_factor\".");
  const auto wavelength = 2 * std::numbers::pi / frequencies;
  const auto smooth = (oldLength / wavelength - low) / (high - low);
  const auto blended = (1 - smooth) * frequencies / factor + smooth * frequencies;
  const auto scaled = at::where(wavelength > oldLength / low, frequencies / factor, frequencies);
  const auto between = (wavelength >= oldLength / high).logical_and(wavelength <= oldLength / low);
  return at::where(between, blended, scaled);
}

at::Tensor frequenciesOf(double theta, int64_t headWidth) {
  return 1.0 / at::pow(theta, at::arange(0, headWidth, 2, at::kFloat) / double(headWidth));
}

}  // namespace

RotaryEmbedding RotaryEmbedding::parse(const nlohmann::json& config, int64_t headWidth) {
  if (headWidth % 2 != 0)
    throw Error(ErrorKind::Unsupported, "config.json asks for attention heads of width " +
                                            std::to_string(headWidth) +
                                            "; rotary positions need an even one.");
  auto scaling = configSection(config, "rope_scaling");
  const auto parameters = configSection(config, "rope_parameters");
  if (scaling.empty()) scaling = parameters;
  RotaryEmbedding r;
  r.m_theta =
      configValue<double>(config, "rope_theta", configValue<double>(parameters, "rope_theta", 10000.0));
  r.m_frequencies = frequenciesOf(r.m_theta, headWidth);
  const auto kind =
      configValue<std::string>(scaling, "rope_type", configValue<std::string>(scaling, "type", "default"));
  if (kind == "linear")
    r.m_frequencies = r.m_frequencies / positive(scaling, "factor", 1);
  else if (kind == "llama3")
    r.m_frequencies = scaledAsLlama3(r.m_frequencies, scaling);
  else if (kind == "dynamic") {
    r.m_dynamicFactor = positive(scaling, "factor", 1);
    r.m_trainedLength = configSize(config, "max_position_embeddings", 2048);
    if (headWidth < 4)
      throw Error(ErrorKind::Unsupported,
                  "config.json has \"rope_scaling.type\": \"dynamic\", which attention "
                  "heads of width 2 cannot have.");
  } else if (kind != "default" && kind != "mrope") {
    throw Error(ErrorKind::Unsupported, "config.json has \"rope_scaling.type\": \"" + kind +
                                            "\"; default, linear, dynamic and llama3 can be computed.");
  }
  return r;
}

void RotaryEmbedding::setAxes(const std::vector<int64_t>& axisOfFrequency) {
  m_axes = at::tensor(axisOfFrequency, at::kLong);
}

at::Tensor RotaryEmbedding::tables(const at::Tensor& positions, int64_t textLength) const {
  auto frequencies = m_frequencies;
  if (m_dynamicFactor > 0 && textLength > m_trainedLength) {
    const double width = 2 * double(m_frequencies.size(0)),
                 stretch =
                     m_dynamicFactor * double(textLength) / double(m_trainedLength) - (m_dynamicFactor - 1);
    frequencies = frequenciesOf(m_theta * std::pow(stretch, width / (width - 2)), int64_t(width));
  }
  // [rows or 1, length, 1 or frequencies]
  const auto each = positions.dim() == 3
                        ? positions.index_select(0, m_axes.to(positions.device())).permute({1, 2, 0})
                        : positions.unsqueeze(2);
  const auto half = each.to(at::kFloat) * frequencies.to(positions.device());
  const auto angles = at::cat({half, half}, 2);
  return at::stack({at::cos(angles), at::sin(angles)});
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& tables) {
  const int64_t rows = tables.size(1), length = tables.size(2), width = tables.size(3);
  const auto heads = x.reshape({x.size(0) / rows, rows, length, x.size(2) / width, width});
  const auto halves = heads.chunk(2, -1);
  const auto cosines = tables[0].unsqueeze(2), sines = tables[1].unsqueeze(2);
  return (heads * cosines + at::cat({-halves[1], halves[0]}, -1) * sines).view(x.sizes());
}

}  // namespace espalier
