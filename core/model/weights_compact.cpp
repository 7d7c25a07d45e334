#include "core/model/weights_compact.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/row_products.h"
#include "core/checkpoint/tensor.h"
#include "core/sparse/sparse_matrix.h"

namespace espalier {

namespace {

std::optional<ValueType> valueTypeOf(DType type) {
  if (type == DType::F32) return ValueType::F32;
  if (type == DType::BF16) return ValueType::BF16;
  if (type == DType::F16) return ValueType::F16;
  return {};
}

RowMatrix rowsOf(const at::Tensor& contiguous, ValueType type) {
  return {contiguous.data_ptr(), type, contiguous.size(0), contiguous.size(1)};
}

std::span<float> numbersOf(at::Tensor& t) {
  return {t.data_ptr<float>(), size_t(t.numel())};
}
std::span<const float> numbersOf(const at::Tensor& t) {
  return {t.data_ptr<float>(), size_t(t.numel())};
}

// A NaN or an infinity anywhere makes the sum one too; the other way round is settled by the full check.
bool areFinite(const at::Tensor& t) {
  return std::isfinite(t.sum().item<double>()) || at::isfinite(t).all().item<bool>();
}

double shareOfZeros(const at::Tensor& matrix) {
  return 1 - double(at::count_nonzero(matrix).item<int64_t>()) / double(std::max<int64_t>(1, matrix.numel()));
}

// Whether the first rows of a matrix are multiplied with a vector as fast without their zeros: each form is
// read from memory, in turns, and the least time counts.
bool isSparseFaster(const RowMatrix& whole, Arithmetic arithmetic) {
  constexpr int64_t kNumbers = int64_t(1) << 20;
  constexpr int kRounds = 7;
  RowMatrix dense = whole;
  dense.rows = std::clamp<int64_t>(kNumbers / std::max<int64_t>(1, whole.columns), 1, whole.rows);
  const SparseMatrix sparse(dense);
  const std::vector<float> in(size_t(dense.columns), 0.5f);
  std::vector<float> out(size_t(dense.rows));
  auto least =
      std::array{std::chrono::steady_clock::duration::max(), std::chrono::steady_clock::duration::max()};
  for (int round = 0; round < kRounds; ++round)
    for (size_t form = 0; form < 2; ++form) {
      if (form == 0)
        evict(dense.values, dense.rows * dense.columns * bytesOfEach(dense.type));
      else
        sparse.evictFromCaches();
      const auto start = std::chrono::steady_clock::now();
      if (form == 0)
        dense.product(in, 1, out, arithmetic);
      else
        sparse.product(in, 1, out, arithmetic);
      least[form] = std::min(least[form], std::chrono::steady_clock::now() - start);
    }
  return least[1] <= least[0];
}

}  // namespace

// One of the two.
struct CompactWeights::Form {
  at::Tensor dense;  // [rows, columns], in its stored type
  ValueType type = ValueType::F32;
  std::unique_ptr<const SparseMatrix> sparse;
  Arithmetic arithmetic = Arithmetic::Float32;
};

struct CompactWeights::Entries {
  struct Entry {
    std::once_flag once;
    Form form;
  };
  // Matrices of one kind are held alike.
  struct Kind {
    ValueType type;
    int64_t rows, columns, zeros;  // in sixty-fourths
    auto operator<=>(const Kind&) const = default;
  };

  bool takesSparse(const at::Tensor& matrix, ValueType type) {
    constexpr double kFewZeros = 0.25;  // a mask and the waiting for it are never worth fewer
    const double zeros = shareOfZeros(matrix);
    if (zeros < kFewZeros) return false;
    const Kind kind{type, matrix.size(0), matrix.size(1), std::lround(zeros * 64)};
    std::lock_guard lock(choosing);  // measurements do not run beside each other
    const auto known = choices.find(kind);
    if (known != choices.end()) return known->second;
    return choices[kind] = isSparseFaster(rowsOf(matrix, type), arithmeticWith(type));
  }

  void load(Form& form, const std::string& name, const StoredTensor& stored) {
    const auto matrix = storedTensor(stored);
    if (!areFinite(matrix)) {
      checkMappings();  // which may be why
      throw Error(ErrorKind::Format, "The tensor \"" + name + "\" in " + stored.file->path().string() +
                                         " holds NaN or infinite values; the model cannot be used.");
    }
    form.type = *valueTypeOf(stored.info.dtype);
    form.arithmetic = arithmeticWith(form.type);
    const bool isSparse = takesSparse(matrix, form.type);
    if (isSparse) {
      form.sparse = std::make_unique<const SparseMatrix>(rowsOf(matrix, form.type));
      stored.file->release(stored.place);
    } else {
      form.dense = matrix;
    }
    std::lock_guard lock(mutex);
    ++sums.matrices, sums.sparse += isSparse;
    sums.bytes += isSparse ? form.sparse->bytes() : int64_t(matrix.nbytes());
    sums.float32Bytes += matrix.numel() * int64_t(sizeof(float));
  }

  Arithmetic arithmeticWith(ValueType type) const {
    return type == ValueType::BF16 ? arithmetic : Arithmetic::Float32;
  }

  Arithmetic arithmetic = Arithmetic::Float32;
  std::mutex mutex, choosing;
  std::map<std::pair<const std::byte*, size_t>, std::unique_ptr<Entry>> entries;  // by where they lie
  std::map<Kind, bool> choices;
  Held sums;
};

CompactWeights::CompactWeights(Arithmetic arithmetic) : m_entries(std::make_unique<Entries>()) {
  m_entries->arithmetic = arithmetic;
}
CompactWeights::~CompactWeights() = default;

CompactWeights::Held CompactWeights::held() const {
  std::lock_guard lock(m_entries->mutex);
  return m_entries->sums;
}

const CompactWeights::Form* CompactWeights::formOf(const std::string& name, const StoredTensor& stored) {
  if (stored.info.shape.size() != 2 || !valueTypeOf(stored.info.dtype)) return nullptr;
  Entries::Entry* entry = nullptr;
  {
    std::lock_guard lock(m_entries->mutex);
    auto& place = m_entries->entries[{stored.place.data(), stored.place.size()}];
    if (!place) place = std::make_unique<Entries::Entry>();
    entry = place.get();
  }
  std::call_once(entry->once, [&] { m_entries->load(entry->form, name, stored); });
  return &entry->form;
}

namespace {

thread_local CompactWeights* t_compact = nullptr;
thread_local bool t_generates = false;

// Null where the matrix is held in float32.
const CompactWeights::Form* compactForm(const Weights& weights, const std::string& name) {
  if (!t_compact || !weights.device().is_cpu() || weights.overrides().contains(name)) return nullptr;
  return t_compact->formOf(name, weights.stored(name));
}

// Whether there are so few rows that reading the matrix is what takes time.
bool areFewRows(const at::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.dim() > 0 && x.numel() > 0 &&
         x.numel() <= kVectorsAtOnce * x.size(-1) && !x.requires_grad();
}

at::Tensor productOfFewRows(const Weights& weights, const std::string& name, const at::Tensor& x,
                            const at::Tensor& bias) {
  const auto in = x.contiguous();
  const int64_t count = in.numel() / in.size(-1);
  const auto* form = compactForm(weights, name);
  const auto whole = form ? at::Tensor() : weights.get(name).contiguous();
  const int64_t rows = form && form->sparse ? form->sparse->rows() : (form ? form->dense : whole).size(0);
  auto shape = in.sizes().vec();
  shape.back() = rows;
  auto out = at::empty(shape, in.options());
  if (form && form->sparse)
    form->sparse->product(numbersOf(in), count, numbersOf(out), form->arithmetic);
  else if (form)
    rowsOf(form->dense, form->type).product(numbersOf(in), count, numbersOf(out), form->arithmetic);
  else
    rowsOf(whole, ValueType::F32).product(numbersOf(in), count, numbersOf(out));
  return bias.defined() ? out.add_(bias) : out;
}

}  // namespace

CompactHere::CompactHere(CompactWeights& weights) : m_before(std::exchange(t_compact, &weights)) {}
CompactHere::~CompactHere() {
  t_compact = m_before;
}

GenerationHere::GenerationHere() : m_before(std::exchange(t_generates, true)) {}
GenerationHere::~GenerationHere() {
  t_generates = m_before;
}

at::Tensor linearProduct(const Weights& weights, const std::string& name, const at::Tensor& x,
                         const at::Tensor& bias) {
  if (t_generates && areFewRows(x)) return productOfFewRows(weights, name, x, bias);
  return linearByRows(x, wholeMatrix(weights, name), bias);
}

at::Tensor wholeMatrix(const Weights& weights, const std::string& name) {
  const auto* form = compactForm(weights, name);
  if (!form) return weights.get(name);
  if (!form->sparse) return form->dense.to(at::kFloat);
  auto out = at::empty({form->sparse->rows(), form->sparse->columns()}, at::kFloat);
  form->sparse->expand(numbersOf(out));
  return out;
}

}  // namespace espalier
