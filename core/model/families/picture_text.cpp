#include "core/model/families/picture_text.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/model/layers/decoder_input.h"

namespace espalier {

namespace {

[[noreturn]] void refuseFeatures(int64_t tokens, int64_t token, int64_t features) {
  throw Error(ErrorKind::InvalidInput, "The texts hold " + std::to_string(tokens) + " picture tokens (" +
                                           std::to_string(token) + "); their pictures make " +
                                           std::to_string(features) + " features.");
}

// Pairs of places in the same run of marked ones: bool [rows, 1, length, length].
at::Tensor withinRuns(const at::Tensor& marked) {
  const auto flags = marked.to(at::kLong);
  const auto before = at::constant_pad_nd(flags, {1, -1}, 0);
  const auto run = ((flags == 1).logical_and(before == 0)).to(at::kLong).cumsum(1);
  const auto same = run.unsqueeze(2) == run.unsqueeze(1);
  return same.logical_and(marked.unsqueeze(2)).logical_and(marked.unsqueeze(1)).unsqueeze(1);
}

class PictureTextStart : public Block {
 public:
  PictureTextStart(const DecoderConfig& config, const PictureText& text, const std::string& root)
      : Block({root + "embed_tokens", Component::Language, false, {}}),
        m_config(config),
        m_text(text),
        m_root(root) {}

  void run(State& s, const Pass& pass) const override {
    const auto in = decoderInput(s);
    const int64_t length = in.ids.size(1);
    const bool placed = in.past == 0 && s.inputs->has("pixel_values") && s.hidden.defined();
    const auto isPicture = in.ids == m_text.token;
    if (in.past == 0 && !placed && isPicture.any().item<bool>())
      refuseFeatures(isPicture.sum().item<int64_t>(), m_text.token, 0);
    // The token whose places features take need not be in the table; one that was generated is a token.
    auto embedded = decoderTokens(pass, m_config, m_root, placed ? in.ids.masked_fill(isPicture, 0) : in.ids);
    if (placed) {
      embedded = withFeatures(s, in.ids, embedded);
      s.fixed[kPictureMask] = isPicture;
    }
    const auto mask = maskWithPast(s, in.mask, length);
    // As the reference does: a forward pass counts padding, generation does not. Rotary positions are
    // relative, so that both give the same.
    auto positions = s.decoding ? positionsByMask(mask, length, in.past, 1, in.ids.device())
                                : positionsByPlace(length, in.past, in.ids.device());
    // PaliGemma counts from 1, which shows where a rotation depends on how long the text is.
    if (m_text.sight == TextSight::Prefix && m_config.rotary.dependsOnLength()) positions = positions + 1;
    startDecoder(
        s, pass, m_config,
        {embedded, mask, positions, in.past, in.past == 0 ? alsoSeen(s, in, isPicture) : at::Tensor()});
  }

 private:
  at::Tensor withFeatures(const State& s, const at::Tensor& ids, const at::Tensor& embedded) const {
    const auto& features = s.hidden;
    const int64_t rows = ids.size(0), length = ids.size(1), width = embedded.size(2);
    const auto source =
        sourcesOfPlaces(ids, m_text.token, features.size(1), s.inputs->find("image_index")).to(ids.device());
    const auto texts =
        embedded.reshape({1, rows * length, width}).expand({features.size(0), rows * length, width});
    return at::cat({texts, features}, 1)
        .index_select(1, source)
        .view({features.size(0) * rows, length, width});
  }

  at::Tensor alsoSeen(const State& s, const DecoderInput& in, const at::Tensor& isPicture) const {
    if (m_text.sight == TextSight::WithinPicture) return withinRuns(isPicture);
    if (m_text.sight == TextSight::Causal) return {};
    // What a text is generated from is all prefix.
    const auto types = s.decoding ? at::Tensor() : s.inputs->find("token_type_ids");
    auto prefix = types.defined() && types.sizes().equals(in.ids.sizes()) ? types == 0
                                                                          : at::ones_like(in.ids, at::kBool);
    return prefix.unsqueeze(2).logical_and(prefix.unsqueeze(1)).unsqueeze(1);
  }

  DecoderConfig m_config;
  PictureText m_text;
  std::string m_root;
};

}  // namespace

at::Tensor sourcesOfPlaces(const at::Tensor& givenIds, int64_t token, int64_t features,
                           const at::Tensor& pictureOfRow) {
  const auto ids = givenIds.cpu().contiguous();
  const int64_t rows = ids.size(0), length = ids.size(1);
  const int64_t* id = ids.data_ptr<int64_t>();
  std::vector<int64_t> tokens;  // of each row
  int64_t sum = 0;
  for (int64_t r = 0; r < rows; ++r) {
    tokens.push_back(std::count(id + r * length, id + (r + 1) * length, token));
    sum += tokens.back();
  }
  std::vector<int64_t> first(size_t(rows), 0);  // feature of each row
  if (pictureOfRow.defined()) {
    const auto index = pictureOfRow.cpu().to(at::kLong).contiguous();
    const int64_t* picture = index.data_ptr<int64_t>();
    if (index.numel() != rows || *std::min_element(picture, picture + rows) < 0)
      throw Error(ErrorKind::InvalidInput,
                  "image_index must name a picture for each of the " + std::to_string(rows) + " texts.");
    // A picture has as many features as the texts about it have tokens.
    std::vector<int64_t> has(size_t(*std::max_element(picture, picture + rows)) + 1, -1);
    for (int64_t r = 0; r < rows; ++r) {
      auto& count = has[size_t(picture[r])];
      if (count >= 0 && count != tokens[size_t(r)]) refuseFeatures(tokens[size_t(r)], token, count);
      count = tokens[size_t(r)];
    }
    std::vector<int64_t> begin;
    int64_t made = 0;
    for (const auto count : has) begin.push_back(made), made += std::max<int64_t>(count, 0);
    if (made != features) refuseFeatures(made, token, features);
    for (int64_t r = 0; r < rows; ++r) first[size_t(r)] = begin[size_t(picture[r])];
  } else {
    if (sum != features) refuseFeatures(sum, token, features);
    for (int64_t r = 1; r < rows; ++r) first[size_t(r)] = first[size_t(r - 1)] + tokens[size_t(r - 1)];
  }
  auto source = at::arange(rows * length, at::kLong);
  int64_t* to = source.data_ptr<int64_t>();
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0, next = rows * length + first[size_t(r)]; i < length; ++i)
      if (id[r * length + i] == token) to[r * length + i] = next++;
  return source;
}

void addPictureText(Model& model, const DecoderConfig& c, const PictureText& text, const std::string& root,
                    const std::string& headRoot) {
  declareDecoderStart(model, c, root);
  model.beginDecoder();
  model.add(std::make_unique<PictureTextStart>(c, text, root));
  addDecoder(model, c, root, headRoot);
  model.setGeneration({0, givenPrompt, c.endTokens, c.padToken});
}

}  // namespace espalier
