#include "core/explain/rollout.h"

#include <cmath>

#include "core/explain/occlusion.h"
#include "core/model/layers/attention.h"
#include "core/model/layers/decoder_input.h"
#include "core/sweep/run.h"

namespace espalier {

namespace {

constexpr int64_t kMostPrefix = 8;  // class token, distillation token, registers

// How many patches a tower makes of a picture, and how many tokens stand before them.
struct PatchGrid {
  int64_t rows = 0, columns = 0, prefix = 0;
};

// The grid of square patches that such a picture becomes in so many positions; none that fits: no rows.
PatchGrid gridOf(const at::Tensor& pixels, int64_t length) {
  if (!pixels.defined() || pixels.dim() != 4 || pixels.size(0) != 1) return {};
  const int64_t height = pixels.size(2), width = pixels.size(3);
  for (int64_t prefix = 0; prefix <= std::min(kMostPrefix, length - 1); ++prefix) {
    const int64_t n = length - prefix;
    const auto rows = int64_t(std::llround(std::sqrt(double(n) * double(height) / double(width))));
    if (rows < 1 || n % rows != 0) continue;
    const int64_t columns = n / rows, side = height / rows;
    if (side < 1 || side != width / columns || height / side != rows || width / side != columns) continue;
    return {rows, columns, prefix};
  }
  return {};
}

class Shares {
 public:
  Shares(Rollout& result, const State& start) : m_result(result), m_inputs(start.inputs) {
    const auto ids = m_inputs->find("input_ids");
    m_result.textTokens = ids.defined() ? ids.size(1) : 0;
  }

  // What a block made of the shares. Before it the streams were `hidden` and `context`.
  void follow(const Block& block, const at::Tensor& hidden, const at::Tensor& context, const State& after,
              const std::vector<at::Tensor>& attentions) {
    if (!m_result.note.empty()) return;
    mix(block, attentions);
    if (!m_result.note.empty()) return;
    const auto component = block.description().component;
    const bool isVision = component == Component::Vision;
    if (isVision && m_hidden.defined()) pool(m_hidden);
    // A stream that begins to be read as context keeps its shares.
    if (after.context.defined() && !after.context.is_same(context) && hidden.defined() &&
        after.context.size(1) == hidden.size(1))
      m_context = m_hidden;
    if (!after.context.defined()) m_context = at::Tensor();
    if (!after.hidden.defined()) {
      m_hidden = at::Tensor();
      return;
    }
    if (hidden.defined() && after.hidden.dim() == 3 && hidden.size(1) == after.hidden.size(1) &&
        !(after.context.defined() && !after.context.is_same(context)))
      return;
    if (after.hidden.dim() == 3) m_hidden = beginning(component, after);
  }

  void finish(ModelTask task) {
    if (!m_result.note.empty()) return;
    const bool pooled = task == ModelTask::Match || task == ModelTask::Classify;
    m_result.shares = pooled ? m_pooled : m_hidden;
    if (task == ModelTask::Match) m_result.textShares = m_hidden;
    if (!m_result.shares.defined()) m_result.note = "This model's attention cannot be followed to its end.";
  }

 private:
  int64_t sources() const { return m_result.patches() + m_result.textTokens + 1; }
  at::Tensor elsewhere(int64_t rows) const {
    auto shares = at::zeros({rows, sources()});
    shares.select(1, sources() - 1).fill_(1);
    return shares;
  }
  at::Tensor ofText(int64_t first, int64_t count) const {
    auto shares = at::zeros({count, sources()});
    for (int64_t i = 0; i < count; ++i) shares[i][m_result.patches() + first + i].fill_(1);
    return shares;
  }

  void mix(const Block& block, const std::vector<at::Tensor>& attentions) {
    if (attentions.empty() && !block.description().matrices.empty() && m_hidden.defined()) {
      m_result.note = "Some layers of this model have no attention weights.";
      return;
    }
    bool self = false;
    for (const auto& a : attentions) {
      if (a.size(0) != 1 || !m_hidden.defined()) {
        m_result.note = "This model divides its pictures, and attention is not followed through the parts.";
        return;
      }
      const auto w = a[0].cpu().to(at::kFloat);
      const int64_t now = m_hidden.size(0);
      if (w.size(0) == now && w.size(1) == now && !(self && m_context.defined()))
        m_hidden = (at::matmul(w, m_hidden) + m_hidden) / 2, self = true;
      else if (m_context.defined() && w.size(0) == now && w.size(1) == m_context.size(0))
        m_hidden = (at::matmul(w, m_context) + m_hidden) / 2;
      else if (w.size(0) == 1 && w.size(1) == now)
        m_attended = at::matmul(w, m_hidden);  // pooled by attention
      else {
        m_result.note = "This model attends to parts of its picture, and that is not followed.";
        return;
      }
    }
  }

  // The shares of the vector that a tower's positions become.
  void pool(const at::Tensor& shares) {
    m_pooled = m_attended.defined() ? m_attended
               : m_prefix > 0       ? shares.narrow(0, 0, 1)
                                    : shares.mean(0, true);
  }

  // Of a stream that begins.
  at::Tensor beginning(Component component, const State& after) {
    const bool isVision = component == Component::Vision;
    const int64_t length = after.hidden.size(1);
    const auto before = m_hidden;
    if (isVision && m_result.patches() == 0) {
      const auto grid = gridOf(onePicture(*m_inputs), length);
      if (grid.rows == 0) {
        m_result.note = "This model divides its pictures, and attention is not followed through the parts.";
        return {};
      }
      m_result.patchRows = grid.rows, m_result.patchColumns = grid.columns, m_prefix = grid.prefix;
      auto shares = elsewhere(length);
      shares.narrow(0, grid.prefix, length - grid.prefix).zero_();
      for (int64_t i = 0; i < length - grid.prefix; ++i) shares[grid.prefix + i][i].fill_(1);
      return shares;
    }
    if (const auto mask = after.fixed.find(kPictureMask); mask != after.fixed.end() && !m_textBegun) {
      m_textBegun = true;
      return merged(mask->second[0].cpu(), before, length);
    }
    if (before.defined() && !m_textBegun && (isVision || component == Component::Projector)) {
      if (length == before.size(0) - m_prefix) return before.narrow(0, m_prefix, length);
      if (auto squares = ofSquares(before, length); squares.defined()) return squares;
      m_result.note = "This model puts patches together, and attention is not followed through that.";
      return {};
    }
    if (!m_textBegun && component != Component::Bridge && length == m_result.textTokens) {
      m_textBegun = true;
      return ofText(0, length);
    }
    return elsewhere(length);  // queries, what the decoder has said
  }

  // Squares of patches that a projector makes one vector each of: the mean of their shares, row by row.
  // Undefined: so many are no squares.
  at::Tensor ofSquares(const at::Tensor& patches, int64_t count) const {
    const int64_t rows = m_result.patchRows, columns = m_result.patchColumns;
    const auto side =
        int64_t(std::llround(std::sqrt(double(rows * columns) / double(std::max<int64_t>(1, count)))));
    if (side < 2 || rows % side != 0 || columns % side != 0 || rows * columns != count * side * side ||
        patches.size(0) - m_prefix != rows * columns)
      return {};
    return patches.narrow(0, m_prefix, rows * columns)
        .reshape({rows / side, side, columns / side, side, sources()})
        .mean(at::IntArrayRef{1, 3})
        .reshape({count, sources()});
  }

  // Pictures in their places among the tokens of a text.
  at::Tensor merged(const at::Tensor& isPicture, const at::Tensor& pictures, int64_t length) {
    const auto places = isPicture.to(at::kBool);
    const int64_t count = places.sum().item<int64_t>();
    if (places.numel() != length || !pictures.defined() || count > pictures.size(0)) {
      m_result.note = "This model divides its pictures, and attention is not followed through the parts.";
      return {};
    }
    auto shares = elsewhere(length);
    const bool inPlaces = length == m_result.textTokens;
    // Towers whose class token is left out give one position fewer.
    const int64_t first = pictures.size(0) - count;
    int64_t picture = 0, token = 0;
    for (int64_t i = 0; i < length; ++i) {
      if (places[i].item<bool>())
        shares[i].copy_(pictures[first + picture++]), token += inPlaces ? 1 : 0;
      else if (token < m_result.textTokens)
        shares[i].copy_(ofText(token++, 1)[0]);
    }
    return shares;
  }

  Rollout& m_result;
  std::shared_ptr<const Batch> m_inputs;
  at::Tensor m_hidden, m_context, m_pooled, m_attended;
  int64_t m_prefix = 0;
  bool m_textBegun = false;
};

}  // namespace

Rollout rollout(const Model& model, const Pass& pass, std::shared_ptr<const Batch> inputs, State& state) {
  Rollout result;
  state = begin(std::move(inputs), pass.weights);
  Shares shares(result, state);
  AttentionWatch watch;
  for (size_t b = 0; b < model.blocks().size(); ++b) {
    const auto hidden = state.hidden, context = state.context;
    watch.forget();
    runBlocks(model, pass, state, b, b + 1);
    shares.follow(*model.blocks()[b], hidden, context, state, watch.seen());
  }
  shares.finish(model.task());
  return result;
}

}  // namespace espalier
