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

// The length of texts the model reads. Families complete what their configurations leave out.
double longestOf(const nlohmann::json& config) {
  return double(configSize(config, "max_position_embeddings", 2048));
}

// The length of the texts a model was trained on before its positions were stretched: beside the sizes, which
// counts first, or beside the scaling.
double trainedLength(const nlohmann::json& config, const nlohmann::json& scaling) {
  const char* key = "original_max_position_embeddings";
  return positive(config, key, positive(scaling, key, longestOf(config)));
}

// How much longer texts may be than those: said, or by the two lengths.
double stretchOf(const nlohmann::json& config, const nlohmann::json& scaling) {
  return positive(scaling, "factor", longestOf(config) / trainedLength(config, scaling));
}

// The wavelengths between old length / high and old length / low are blended (Llama 3.1).
at::Tensor scaledAsLlama3(const at::Tensor& frequencies, double oldLength, const nlohmann::json& scaling) {
  const double factor = positive(scaling, "factor", 8), low = positive(scaling, "low_freq_factor", 1),
               high = positive(scaling, "high_freq_factor", 4);
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

// theta to the power of what the frequencies are 1 by: float32 [width / 2].
at::Tensor wavelengthsOf(double theta, int64_t width) {
  return at::pow(theta, at::arange(0, width, 2, at::kFloat) / double(width));
}

at::Tensor frequenciesOf(double theta, int64_t width) {
  return 1.0 / wavelengthsOf(theta, width);
}

// Frequencies that turn more often than beta_fast over the trained length stay, those below beta_slow are
// divided by the factor.
at::Tensor scaledAsYarn(double theta, int64_t width, double oldLength, double factor,
                        const nlohmann::json& scaling) {
  const auto placeOf = [&](double turns) {
    return double(width) * std::log(oldLength / (turns * 2 * std::numbers::pi)) / (2 * std::log(theta));
  };
  double low = placeOf(positive(scaling, "beta_fast", 32)), high = placeOf(positive(scaling, "beta_slow", 1));
  if (configValue<bool>(scaling, "truncate", true)) low = std::floor(low), high = std::ceil(high);
  low = std::max(low, 0.0), high = std::min(high, double(width - 1));
  if (low == high) high += 0.001;
  const auto divided = ((at::arange(width / 2, at::kFloat) - low) / (high - low)).clamp(0, 1);
  const auto wavelengths = wavelengthsOf(theta, width);
  return 1.0 / (factor * wavelengths) * divided + 1.0 / wavelengths * (1 - divided);
}

double yarnMagnitude(double factor, const nlohmann::json& scaling) {
  const auto of = [factor](double scale) { return factor <= 1 ? 1.0 : 0.1 * scale * std::log(factor) + 1.0; };
  const double scale = configValue<double>(scaling, "mscale", 0),
               ofAll = configValue<double>(scaling, "mscale_all_dim", 0);
  return positive(scaling, "attention_factor", scale != 0 && ofAll != 0 ? of(scale) / of(ofAll) : of(1));
}

// The factors "longrope" divides each frequency by.
at::Tensor longRopeFactors(const nlohmann::json& scaling, const char* key, int64_t count) {
  const auto factors = configValue<std::vector<double>>(scaling, key, {});
  if (int64_t(factors.size()) != count)
    throw Error(ErrorKind::Format, "config.json has \"rope_scaling." + std::string(key) + "\" with " +
                                       std::to_string(factors.size()) + " numbers; " + std::to_string(count) +
                                       " were expected.");
  return at::tensor(factors, at::kFloat);
}

}  // namespace

RotaryEmbedding RotaryEmbedding::parse(const nlohmann::json& config, int64_t headWidth,
                                       const Defaults& defaults) {
  // What is said of the scaling says the rest, too, and counts before keys beside it.
  auto scaling = configSection(config, "rope_scaling");
  if (const auto parameters = configSection(config, "rope_parameters"); scaling.empty()) scaling = parameters;
  const auto kind =
      configValue<std::string>(scaling, "rope_type", configValue<std::string>(scaling, "type", "default"));
  const double part = configValue<double>(
      scaling, "partial_rotary_factor", configValue<double>(config, "partial_rotary_factor", defaults.part));
  if (!defaults.turnsParts && part != 1)
    throw Error(ErrorKind::Unsupported, "config.json has \"partial_rotary_factor\": " + std::to_string(part) +
                                            "; models of its kind turn whole heads, so that 1 was expected.");
  const double wide = double(headWidth) * part;
  if (!(wide >= 2 && wide <= double(headWidth)))
    throw Error(ErrorKind::Format, "config.json has \"partial_rotary_factor\": " + std::to_string(part) +
                                       "; a part of the " + std::to_string(headWidth) +
                                       " numbers of a head was expected.");
  const auto width = int64_t(wide);
  if (width % 2 != 0)
    throw Error(ErrorKind::Unsupported, "config.json asks for attention heads of width " +
                                            std::to_string(width) + "; rotary positions need an even one.");
  RotaryEmbedding r;
  r.m_theta =
      configValue<double>(scaling, "rope_theta", configValue<double>(config, "rope_theta", defaults.theta));
  r.m_frequencies = frequenciesOf(r.m_theta, width);
  r.scale(config, scaling, kind);
  return r;
}

void RotaryEmbedding::scale(const nlohmann::json& config, const nlohmann::json& scaling,
                            const std::string& kind) {
  const int64_t width = 2 * m_frequencies.size(0);
  if (kind == "linear") {
    m_frequencies = m_frequencies / positive(scaling, "factor", 1);
  } else if (kind == "llama3") {
    m_frequencies = scaledAsLlama3(m_frequencies, trainedLength(config, scaling), scaling);
  } else if (kind == "dynamic") {
    m_dynamicFactor = positive(scaling, "factor", 1);
    m_trainedLength = int64_t(longestOf(config));
    if (width < 4)
      throw Error(ErrorKind::Unsupported,
                  "config.json has \"rope_scaling.type\": \"dynamic\", which attention "
                  "heads of width 2 cannot have.");
  } else if (kind == "yarn") {
    const double factor = stretchOf(config, scaling);
    m_frequencies = scaledAsYarn(m_theta, width, trainedLength(config, scaling), factor, scaling);
    m_magnitude = yarnMagnitude(factor, scaling);
  } else if (kind == "longrope" || kind == "su") {  // the name of Phi-3's first files
    const double oldLength = trainedLength(config, scaling), factor = stretchOf(config, scaling);
    const auto wavelengths = wavelengthsOf(m_theta, width);
    m_frequencies = 1.0 / (longRopeFactors(scaling, "short_factor", width / 2) * wavelengths);
    m_longFrequencies = 1.0 / (longRopeFactors(scaling, "long_factor", width / 2) * wavelengths);
    m_trainedLength = int64_t(oldLength);
    m_magnitude = positive(scaling, "attention_factor",
                           factor <= 1 ? 1.0 : std::sqrt(1 + std::log(factor) / std::log(oldLength)));
  } else if (kind != "default" && kind != "mrope") {  // mrope: several axes, see setAxes
    throw Error(ErrorKind::Unsupported,
                "config.json has \"rope_scaling.type\": \"" + kind +
                    "\"; default, linear, dynamic, llama3, yarn and longrope can be computed.");
  }
}

void RotaryEmbedding::setAxes(const std::vector<int64_t>& axisOfFrequency) {
  m_axes = at::tensor(axisOfFrequency, at::kLong);
}

at::Tensor RotaryEmbedding::tables(const at::Tensor& positions, int64_t textLength) const {
  auto frequencies = m_frequencies;
  const bool isLong = textLength > m_trainedLength;
  if (m_longFrequencies.defined() && isLong) frequencies = m_longFrequencies;
  if (m_dynamicFactor > 0 && isLong) {
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
  const auto tables = at::stack({at::cos(angles), at::sin(angles)});
  return m_magnitude == 1 ? tables : tables * m_magnitude;
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& tables, int64_t headWidth) {
  const int64_t rows = tables.size(1), length = tables.size(2), width = tables.size(3);
  if (headWidth == 0) headWidth = width;
  const auto heads = x.reshape({x.size(0) / rows, rows, length, x.size(2) / headWidth, headWidth});
  const auto part = width == headWidth ? heads : heads.slice(-1, 0, width);
  const auto halves = part.chunk(2, -1);
  const auto cosines = tables[0].unsqueeze(2), sines = tables[1].unsqueeze(2);
  const auto turned = part * cosines + at::cat({-halves[1], halves[0]}, -1) * sines;
  return (width == headWidth ? turned : at::cat({turned, heads.slice(-1, width)}, -1)).view(x.sizes());
}

}  // namespace espalier
