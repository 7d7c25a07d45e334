#include "core/live/matrix_view.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

#include "core/checkpoint/tensor.h"
#include "core/engine/elsewhere.h"
#include "core/engine/open_model.h"

namespace espalier {

namespace {

Histogram histogramOf(const at::Tensor& values, double to, int bins) {
  Histogram h{0, to, std::vector<int64_t>(size_t(bins), 0)};
  const auto flat = values.contiguous();
  const float* v = flat.data_ptr<float>();
  for (int64_t i = 0; i < flat.numel(); ++i)
    if (v[i] > 0) ++h.counts[size_t(std::min<double>(bins - 1, v[i] / to * bins))];
  return h;
}

// The number of heads of the stack a matrix is in, where the configuration says it under one of the usual
// names.
int64_t headsOf(const nlohmann::json& config, Component component) {
  const nlohmann::json* part = &config;
  const char* section = component == Component::Vision   ? "vision_config"
                        : component == Component::Bridge ? "qformer_config"
                                                         : "text_config";
  if (const auto it = config.find(section); it != config.end() && it->is_object()) part = &*it;
  for (const char* key : {"num_attention_heads", "num_heads", "n_head"})
    if (const auto it = part->find(key); it != part->end() && it->is_number_integer())
      return it->get<int64_t>();
  return 0;
}

// Its own name: "q" of "...SelfAttention.q.weight".
std::string ownName(std::string matrix) {
  if (matrix.ends_with(".weight")) matrix.resize(matrix.size() - 7);
  const auto dot = matrix.rfind('.');
  return dot == std::string::npos ? matrix : matrix.substr(dot + 1);
}

bool oneOf(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
}

}  // namespace

double ScoreSpread::thresholdAt(double sparsity) const {
  if (thresholds.empty()) return 0;
  const double at = std::clamp(sparsity, 0.0, 1.0) * double(thresholds.size() - 1);
  const size_t i = std::min(size_t(at), thresholds.size() - 1), j = std::min(i + 1, thresholds.size() - 1);
  return thresholds[i] + (at - double(i)) * (thresholds[j] - thresholds[i]);
}

MatrixView viewMatrix(const OpenModel& dense, const OpenModel& pruned, const std::string& matrix,
                      int64_t side, int bins) {
  requireHere(dense, "Looking into a matrix");
  c10::NoGradGuard noGrad;
  const BlockDescription* block = nullptr;
  for (const auto& b : dense.model->blocks())
    for (const auto& m : b->description().matrices)
      if (m.name == matrix) block = &b->description();
  if (!block) throw Error(ErrorKind::InvalidInput, "The model has no prunable matrix \"" + matrix + "\".");
  const auto before = dense.weights.onHost(matrix).contiguous(),
             after = pruned.weights.onHost(matrix).contiguous();

  MatrixView view;
  view.name = matrix;
  view.rows = after.size(0);
  view.columns = after.size(1);
  view.gridRows = std::min(side, view.rows);
  view.gridColumns = std::min(side, view.columns);
  const std::string own = ownName(matrix);
  const int64_t heads = headsOf(dense.model->config(), block->component);
  // A fused projection has the heads of query, key and value one after the other.
  if (heads > 1 && oneOf(own, {"q", "k", "v", "q_proj", "k_proj", "v_proj", "query", "key", "value"}) &&
      view.rows % heads == 0)
    view.heads = heads;
  else if (heads > 1 && own == "qkv" && view.rows % (3 * heads) == 0)
    view.heads = 3 * heads;
  else if (heads > 1 && oneOf(own, {"o", "o_proj", "out_proj"}) && view.columns % heads == 0)
    view.heads = heads, view.headsInColumns = true;

  std::vector<int64_t> kept(size_t(view.gridRows * view.gridColumns), 0), cells(kept.size(), 0);
  const float* w = after.data_ptr<float>();
  for (int64_t r = 0; r < view.rows; ++r)
    for (int64_t c = 0; c < view.columns; ++c) {
      const size_t cell =
          size_t(r * view.gridRows / view.rows * view.gridColumns + c * view.gridColumns / view.columns);
      ++cells[cell];
      kept[cell] += w[r * view.columns + c] != 0;
    }
  view.density.resize(kept.size());
  std::vector<int64_t> rowKept(size_t(view.gridRows), 0), rowAll(rowKept),
      columnKept(size_t(view.gridColumns), 0), columnAll(columnKept);
  int64_t all = 0;
  for (size_t i = 0; i < kept.size(); ++i) {
    const size_t r = i / size_t(view.gridColumns), c = i % size_t(view.gridColumns);
    view.density[i] = float(double(kept[i]) / double(cells[i]));
    rowKept[r] += kept[i], rowAll[r] += cells[i];
    columnKept[c] += kept[i], columnAll[c] += cells[i];
    all += kept[i];
  }
  for (size_t r = 0; r < rowKept.size(); ++r)
    view.rowKept.push_back(float(double(rowKept[r]) / double(rowAll[r])));
  for (size_t c = 0; c < columnKept.size(); ++c)
    view.columnKept.push_back(float(double(columnKept[c]) / double(columnAll[c])));
  view.kept = double(all) / double(view.rows * view.columns);

  const auto sizes = before.abs(), left = after.abs();
  const double most = std::max({sizes.max().item<double>(), left.max().item<double>(), 1e-12});
  view.dense = histogramOf(sizes, most, bins);
  view.pruned = histogramOf(left, most, bins);
  return view;
}

void exportMasks(const OpenModel& pruned, const Plan& plan, const std::filesystem::path& file,
                 const JobControl& control) {
  requireHere(pruned, "Exporting masks");
  std::vector<std::string> names;
  for (const auto& g : plan.groups) names.insert(names.end(), g.matrices.begin(), g.matrices.end());
  std::sort(names.begin(), names.end());
  std::vector<TensorInfo> layout;
  for (const auto& name : names) {
    TensorInfo info;
    info.name = name;
    info.dtype = DType::U8;
    info.shape = pruned.weights.shape(name);
    layout.push_back(std::move(info));
  }
  SafetensorsWriter writer(file, layout, {{"format", "pt"}, {"content", "1 where the weight stays"}});
  ProgressMeter meter(control, "Exporting masks", int64_t(names.size()));
  for (const auto& name : names) {
    writer.append(bytesOf(pruned.weights.onHost(name).ne(0).to(at::kByte).contiguous()));
    meter.advance(1, name);
  }
  writer.commit();
}

}  // namespace espalier
