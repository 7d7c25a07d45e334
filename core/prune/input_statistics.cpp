#include "core/prune/input_statistics.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/base/packed_values.h"
#include "core/base/parallel.h"
#include "core/base/row_products.h"
#include "core/base/vectorised.h"
#include "core/model/layers/picture_grids.h"

namespace espalier {

namespace {

// The products are exact in float64, so that it does not matter whether they are fused with the sums.
ESPALIER_VECTORISED
void addPosition(const float* values, int64_t columns, double* sum, double* squares) {
  for (int64_t c = 0; c < columns; ++c) {
    const double v = values[c];
    sum[c] += v;
    squares[c] += v * v;
  }
}

}  // namespace

void DenseInputs::onLinear(const std::string& weightName, const at::Tensor& input, at::Tensor&) {
  m_inputs[weightName].push_back(input);
}

at::Tensor DenseInputs::find(const std::string& weightName, size_t call) const {
  const auto it = m_inputs.find(weightName);
  return it == m_inputs.end() || call >= it->second.size() ? at::Tensor() : it->second[call];
}

InputRecorder::InputRecorder(const std::vector<std::string>& matrices, StatisticsNeeds needs,
                             const State* before, const DenseInputs* dense, const State* after)
    : m_needs(needs),
      m_samplesInRow(before ? samplesInRow(*before) : 1),
      m_samples(before && before->hidden.defined() ? before->hidden.size(0) * m_samplesInRow : 1),
      m_real(!before || needs.padding ? RealPositions()
             : after                  ? positionsOfChange(*before, *after, needs.pictureShare)
                                      : realPositions(*before)),
      m_dense(dense),
      m_inputsOf(matrices.size()) {
  for (size_t i = 0; i < matrices.size(); ++i) m_wanted[matrices[i]] = i;
}

at::Tensor InputRecorder::known(const std::string& weightName, const at::Tensor& input) {
  if (weightName != m_needless.weight) return {};
  auto shape = input.sizes().vec();
  shape.back() = m_needless.outputs;
  return at::zeros(shape, input.options());
}

void InputRecorder::onLinear(const std::string& weightName, const at::Tensor& input, at::Tensor& output) {
  m_last = {weightName, output.size(-1)};
  const auto wanted = m_wanted.find(weightName);
  if (wanted == m_wanted.end()) return;
  auto& calls = m_inputsOf[wanted->second];
  if (!calls.empty()) m_last.outputs = 0;
  for (size_t i = 0; i < m_inputs.size(); ++i) {
    if (!m_inputs[i].tensor.is_same(input)) continue;
    calls.push_back(i);
    return;
  }
  calls.push_back(m_inputs.size());
  const int64_t columns = input.size(-1);
  const auto real = m_positions.defined() ? m_real.among(m_positions) : m_real.of(input);
  const auto positionsOf = [&](const at::Tensor& t) {
    const auto all = t.reshape({-1, columns}).contiguous();
    return real.defined() ? all.index_select(0, real.to(all.device())) : all;
  };
  const auto x = positionsOf(input);
  Sums s;
  s.samples = input.dim() > 2 ? input.size(0) * m_samplesInRow : 1;
  s.positions = x.size(0);
  s.sum.resize(size_t(columns));
  s.squares.resize(size_t(columns));
  if (x.is_cpu()) {
    // Each worker has columns of its own, so that every sum is added up in the order of the positions.
    constexpr int64_t kColumns = 256;
    const float* values = x.data_ptr<float>();
    parallelFor((columns + kColumns - 1) / kColumns, [&](int64_t part) {
      const int64_t first = part * kColumns, count = std::min(kColumns, columns - first);
      for (int64_t p = 0; p < s.positions; ++p)
        addPosition(values + p * columns + first, count, s.sum.data() + first, s.squares.data() + first);
    });
  } else {
    const auto exact = x.to(at::kDouble);
    const auto sums = at::stack({exact.sum(0), exact.square().sum(0)}).cpu();
    std::copy_n(sums.data_ptr<double>(), columns, s.sum.data());
    std::copy_n(sums.data_ptr<double>() + columns, columns, s.squares.data());
  }
  if (m_needs.hessian) s.products = productByRows(x.t(), x);
  if (m_dense) {
    // The dense model may send an expert other tokens: it is fitted to what it makes of these.
    const auto dense = m_positions.defined() ? input : m_dense->find(weightName, calls.size() - 1);
    if (!dense.defined() || dense.sizes() != input.sizes())
      throw Error(ErrorKind::Internal,
                  "The dense model gives \"" + weightName + "\" inputs of another shape.");
    s.drifted = at::mm(positionsOf(dense).t(), x);
  }
  m_inputs.push_back({input, std::move(s)});
}

void InputRecorder::dropInputs() {
  for (auto& input : m_inputs) input.tensor.reset();
}

std::string InputRecorder::pack() const {
  PackedValues out;
  out.put(m_samples);
  out.put(m_inputsOf.size());
  for (const auto& calls : m_inputsOf) out.put(calls);
  out.put(m_inputs.size());
  for (const auto& input : m_inputs) {
    const auto& s = input.sums;
    out.put(s.samples);
    out.put(s.positions);
    out.put(s.sum);
    out.put(s.squares);
  }
  return out.bytes();
}

InputRecorder::InputRecorder(const std::vector<std::string>& matrices, std::string_view packed)
    : m_inputsOf(matrices.size()) {
  PackedReader in(packed);
  m_samples = in.take<int64_t>();
  if (in.takeCount(sizeof(size_t)) != matrices.size()) refuseMessage("it tells of other matrices");
  for (auto& calls : m_inputsOf) calls = in.takeVector<size_t>();
  m_inputs.resize(in.takeCount(2 * sizeof(int64_t)));
  for (const auto& calls : m_inputsOf)
    for (const auto call : calls)
      if (call >= m_inputs.size()) refuseMessage("it names inputs that it does not tell of");
  for (auto& input : m_inputs) {
    auto& s = input.sums;
    s.samples = in.take<int64_t>();
    s.positions = in.take<int64_t>();
    s.sum = in.takeVector<double>();
    s.squares = in.takeVector<double>(s.sum.size());
  }
}

StatisticsGatherer::StatisticsGatherer(std::vector<std::string> matrices, StatisticsNeeds needs,
                                       bool outputsWanted, std::map<std::string, int64_t> routed)
    : m_matrices(std::move(matrices)),
      m_needs(needs),
      m_outputsWanted(outputsWanted),
      m_routed(std::move(routed)),
      m_totalOf(m_matrices.size()),
      m_used(m_matrices.size()) {}

InputRecorder StatisticsGatherer::recorder(const State* before, const DenseInputs* dense,
                                           const State* after) const {
  InputRecorder r(m_matrices, m_needs, before, dense, after);
  std::lock_guard lock(m_mutex);
  r.m_needless = m_needless;
  return r;
}

void StatisticsGatherer::add(int64_t batch, InputRecorder&& recorder) {
  recorder.dropInputs();
  std::lock_guard lock(m_mutex);
  noteNeedless(recorder);
  m_waiting.emplace(batch, std::move(recorder));
  for (auto it = m_waiting.begin(); it != m_waiting.end() && it->first == m_next; it = m_waiting.erase(it)) {
    merge(it->second);
    ++m_next;
  }
}

void StatisticsGatherer::noteNeedless(const InputRecorder& recorder) {
  // The last product of all is of no use; of a matrix that is used before, too, it is not the only one.
  if (!m_outputsWanted && recorder.m_last.outputs > 0 && recorder.m_wanted.contains(recorder.m_last.weight))
    m_needless = recorder.m_last;
}

void StatisticsGatherer::addAmong(Processes& processes, int64_t all, std::map<int64_t, InputRecorder> own,
                                  const std::vector<double>& costs) {
  m_load.resize(size_t(processes.size()));
  PackedValues mine;
  for (auto& [batch, recorder] : own) {
    recorder.dropInputs();
    noteNeedless(recorder);
    mine.put(recorder.pack());
  }
  const auto packed = processes.gather(mine.bytes());
  std::vector<PackedReader> readers(packed.begin(), packed.end());
  for (const int64_t end = m_next + all; m_next < end; ++m_next) {
    const Among among{processes, processes.ownerOf(m_next), costs};
    const auto text = readers[size_t(among.holder)].takeText();
    if (const auto it = own.find(m_next); it != own.end()) {
      merge(it->second, &among);
      own.erase(it);
    } else {
      merge(InputRecorder(m_matrices, text), &among);
    }
  }
}

void StatisticsGatherer::assignOwners(size_t first, const Among& among) {
  std::vector<double> cost(m_totals.size());
  for (size_t i = 0; i < m_matrices.size(); ++i)
    if (m_totalOf[i]) cost[*m_totalOf[i]] += among.costs[i];
  std::vector<size_t> order(m_totals.size() - first);
  std::iota(order.begin(), order.end(), first);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return cost[a] > cost[b]; });
  for (const size_t t : order) {
    const auto least = std::min_element(m_load.begin(), m_load.end());
    m_totals[t].owner = int(least - m_load.begin());
    *least += cost[t];
  }
}

namespace {

// A batch's products, from the process that has them to the one that adds them up; undefined elsewhere.
at::Tensor atOwner(const at::Tensor& products, int64_t columns, int holder, int owner, Processes& processes) {
  const int rank = processes.rank();
  if (holder == owner) return rank == owner ? products : at::Tensor();
  if (rank == holder) {
    const auto sent = products.cpu().contiguous();
    processes.send(owner, {static_cast<const std::byte*>(sent.data_ptr()), sent.nbytes()});
  }
  if (rank != owner) return {};
  auto got = at::empty({columns, columns}, at::kFloat);
  processes.receive(holder, {static_cast<std::byte*>(got.data_ptr()), got.nbytes()});
  return got;
}

}  // namespace

void StatisticsGatherer::merge(const InputRecorder& r, const Among* among) {
  m_samples += r.m_samples;
  const size_t known = m_totals.size();
  std::vector<bool> merged(m_totals.size());
  std::vector<size_t> matrices;  // whose inputs are added: the first of those that share them
  for (size_t i = 0; i < m_matrices.size(); ++i) {
    if (r.m_inputsOf[i].empty()) {
      if (m_routed.contains(m_matrices[i])) continue;
      throw Error(ErrorKind::Internal,
                  "The matrix \"" + m_matrices[i] + "\" was not used in a calibration batch.");
    }
    // The first matrix with the same inputs.
    const auto first =
        size_t(std::find(r.m_inputsOf.begin(), r.m_inputsOf.end(), r.m_inputsOf[i]) - r.m_inputsOf.begin());
    if (m_used[i]++ == 0) {
      if (first == i)
        m_totalOf[i] = m_totals.size(), m_totals.emplace_back(), merged.push_back(false);
      else if (m_used[first] == 1)
        m_totalOf[i] = m_totalOf[first];
    }
    if (!m_totalOf[i] || m_totalOf[i] != m_totalOf[first])
      throw Error(ErrorKind::Internal,
                  "The matrix \"" + m_matrices[i] + "\" shares its inputs in some batches only.");
    if (merged[*m_totalOf[i]]) continue;
    merged[*m_totalOf[i]] = true;
    matrices.push_back(i);
  }
  if (among && m_totals.size() > known) assignOwners(known, *among);
  for (const size_t i : matrices) {
    auto& total = m_totals[*m_totalOf[i]];
    for (const size_t call : r.m_inputsOf[i]) {
      const auto& s = r.m_inputs[call].sums;
      if (!total.sum.empty() && total.sum.size() != s.sum.size())
        refuseMessage("inputs of \"" + m_matrices[i] + "\" have another width");
      total.samples += s.samples;
      total.positions += s.positions;
      total.sum.resize(s.sum.size());
      total.squares.resize(s.sum.size());
      for (size_t c = 0; c < s.sum.size(); ++c) {
        total.sum[c] += s.sum[c];
        total.squares[c] += s.squares[c];
      }
      const auto add = [](at::Tensor& sum, const at::Tensor& more) {
        if (sum.defined() && more.defined())
          sum.add_(more);
        else if (more.defined())
          sum = more;
      };
      const auto columns = int64_t(s.sum.size());
      const auto here = [&](const at::Tensor& products) {
        return among ? atOwner(products, columns, among->holder, total.owner, among->processes) : products;
      };
      if (m_needs.hessian) add(total.products, here(s.products));
      if (m_needs.drift) add(total.drifted, here(s.drifted));
    }
  }
}

std::vector<std::shared_ptr<const InputStatistics>> StatisticsGatherer::finish() {
  for (size_t i = 0; i < m_matrices.size(); ++i)
    if (m_routed.contains(m_matrices[i]) && m_totalOf[i]) m_totals[*m_totalOf[i]].samples = m_samples;
  std::vector<std::shared_ptr<const InputStatistics>> finished, out;
  for (auto& total : m_totals) {
    auto s = std::make_shared<InputStatistics>();
    s->samples = total.samples;
    s->positions = total.positions;
    s->owner = total.owner;
    const auto options = at::TensorOptions(at::kDouble);
    const auto columns = int64_t(total.sum.size());
    const auto sum = at::from_blob(total.sum.data(), {columns}, options);
    const auto squares = at::from_blob(total.squares.data(), {columns}, options);
    const auto mean = sum / double(total.positions);
    s->squaredNorm = (squares / double(total.samples)).to(at::kFloat);
    s->mean = mean.to(at::kFloat);
    s->variance = (squares / double(total.positions) - mean.square()).clamp_min(0).to(at::kFloat);
    if (total.products.defined()) s->hessian = total.products.mul_(2.0 / double(total.samples)).cpu();
    if (total.drifted.defined()) s->drifted = total.drifted.mul_(2.0 / double(total.samples)).cpu();
    finished.push_back(std::move(s));
  }
  for (size_t i = 0; i < m_matrices.size(); ++i) {
    if (const auto routed = m_routed.find(m_matrices[i]);
        routed != m_routed.end() && (!m_totalOf[i] || m_totals[*m_totalOf[i]].positions == 0)) {
      out.push_back(notReached(routed->second));
      continue;
    }
    const auto& s = finished.at(m_totalOf.at(i).value());
    if (!at::isfinite(s->squaredNorm).all().item<bool>())
      throw Error(ErrorKind::InvalidInput, "The inputs of \"" + m_matrices[i] +
                                               "\" hold NaN or infinite values with this calibration data.");
    out.push_back(s);
  }
  return out;
}

std::shared_ptr<const InputStatistics> StatisticsGatherer::notReached(int64_t columns) const {
  auto s = std::make_shared<InputStatistics>();
  s->samples = m_samples;
  s->squaredNorm = s->mean = s->variance = at::zeros({columns});
  if (m_needs.hessian) s->hessian = at::zeros({1, 1}).expand({columns, columns});
  return s;
}

std::map<std::string, int64_t> routedMatrices(const BlockDescription& block) {
  std::map<std::string, int64_t> columns;
  for (const auto& m : block.matrices)
    if (m.routed) columns[m.name] = m.columns;
  return columns;
}

}  // namespace espalier
