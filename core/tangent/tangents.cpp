#include "core/tangent/tangents.h"

#include <c10/core/TensorImpl.h>

#include <sstream>

#include "core/base/error.h"
#include "core/tangent/rules.h"

namespace espalier {

namespace {

// Shows the shape of a clean value and its tangents one behind the other. Operations find its rules by its
// dispatch key, which stands above those of all devices.
struct TangentTensor : c10::TensorImpl {
  TangentTensor(const at::Tensor& clean, const at::Tensor& tangents)
      : c10::TensorImpl(c10::DispatchKeySet(kTangentKey), clean.dtype(), clean.device()),
        clean(clean),
        tangents(tangents) {
    auto shape = clean.sizes().vec();
    shape[0] += tangents.size(0);
    set_sizes_contiguous(shape);
  }

  at::Tensor clean, tangents;
};

const TangentTensor& held(const at::Tensor& t) {
  return *static_cast<const TangentTensor*>(t.unsafeGetTensorImpl());
}

thread_local const void* t_givenUp = nullptr;

}  // namespace

at::Tensor withTangents(const at::Tensor& clean, const at::Tensor& tangents) {
  const auto shapeBehind = [](const at::Tensor& t) { return t.sizes().slice(1); };
  if (hasTangents(clean) || hasTangents(tangents) || clean.dim() == 0 || clean.size(0) == 0 ||
      tangents.dim() != clean.dim() || tangents.size(0) == 0 || tangents.size(0) % clean.size(0) != 0 ||
      shapeBehind(tangents) != shapeBehind(clean)) {
    std::ostringstream text;
    text << "Tangents of a value of the shape " << clean.sizes() << " cannot have the shape "
         << tangents.sizes() << ".";
    throw Error(ErrorKind::Internal, text.str());
  }
  return at::detail::make_tensor<TangentTensor>(clean, tangents);
}

bool hasTangents(const at::Tensor& t) {
  return t.defined() && t.unsafeGetTensorImpl()->key_set().has(kTangentKey);
}

int64_t tangentCount(const at::Tensor& t) {
  return hasTangents(t) ? held(t).tangents.size(0) / held(t).clean.size(0) : 0;
}

at::Tensor cleanOf(const at::Tensor& t) {
  return held(t).clean;
}

at::Tensor tangentsOf(const at::Tensor& t) {
  return held(t).tangents;
}

at::Tensor stackedOf(const at::Tensor& t) {
  return at::cat({held(t).clean, held(t).tangents}, 0);
}

at::Tensor constantOf(const at::Tensor& t, int64_t count, int64_t rows) {
  return t.dim() > 0 && t.size(0) == (1 + count) * rows ? t.narrow(0, 0, rows) : t;
}

TangentsGivenUp::TangentsGivenUp(const at::Tensor& x) : m_before(t_givenUp) {
  t_givenUp = hasTangents(x) && x.use_count() == 1 ? x.unsafeGetTensorImpl() : nullptr;
}

TangentsGivenUp::~TangentsGivenUp() {
  t_givenUp = m_before;
}

bool areGivenUp(const at::Tensor& x) {
  if (!t_givenUp || !hasTangents(x) || x.unsafeGetTensorImpl() != t_givenUp) return false;
  const auto& tangents = held(x).tangents;
  return tangents.use_count() == 1 && tangents.has_storage() && tangents.storage().use_count() == 1 &&
         tangents.is_contiguous();
}

TangentScope::TangentScope() {
  registerTangentRules();
}

}  // namespace espalier
