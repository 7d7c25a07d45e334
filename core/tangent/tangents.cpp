#include "core/tangent/tangents.h"

#include <c10/core/TensorImpl.h>

#include "core/base/error.h"
#include "core/tangent/rules.h"

namespace espalier {

namespace {

// Shows the geometry of what it holds. Operations find its rules by its dispatch key, which stands above
// those of all devices.
struct TangentTensor : c10::TensorImpl {
  TangentTensor(at::Tensor stacked, int64_t count)
      : c10::TensorImpl(c10::DispatchKeySet(kTangentKey), stacked.dtype(), stacked.device()),
        stacked(std::move(stacked)),
        count(count) {
    set_sizes_and_strides(this->stacked.sizes(), this->stacked.strides());
  }

  at::Tensor stacked;
  int64_t count;
};

const TangentTensor& held(const at::Tensor& t) {
  return *static_cast<const TangentTensor*>(t.unsafeGetTensorImpl());
}

}  // namespace

at::Tensor withTangents(const at::Tensor& stacked, int64_t count) {
  if (hasTangents(stacked) || stacked.dim() == 0 || stacked.size(0) % (1 + count) != 0)
    throw Error(ErrorKind::Internal, "A stack of " + std::to_string(count) +
                                         " tangents and a clean value was expected; it has " +
                                         std::to_string(stacked.dim() ? stacked.size(0) : 0) + " rows.");
  return at::detail::make_tensor<TangentTensor>(stacked, count);
}

bool hasTangents(const at::Tensor& t) {
  return t.defined() && t.unsafeGetTensorImpl()->key_set().has(kTangentKey);
}

int64_t tangentCount(const at::Tensor& t) {
  return hasTangents(t) ? held(t).count : 0;
}

at::Tensor stackedOf(const at::Tensor& t) {
  return held(t).stacked;
}

at::Tensor cleanOf(const at::Tensor& t) {
  const auto& h = held(t);
  return h.stacked.narrow(0, 0, h.stacked.size(0) / (1 + h.count));
}

at::Tensor tangentsOf(const at::Tensor& t) {
  const auto& h = held(t);
  const int64_t rows = h.stacked.size(0) / (1 + h.count);
  return h.stacked.narrow(0, rows, h.count * rows);
}

at::Tensor constantOf(const at::Tensor& t, int64_t count, int64_t rows) {
  return t.dim() > 0 && t.size(0) == (1 + count) * rows ? t.narrow(0, 0, rows) : t;
}

TangentScope::TangentScope() {
  registerTangentRules();
}

}  // namespace espalier
