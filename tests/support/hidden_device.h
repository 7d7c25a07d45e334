#pragma once

// An accelerator for tests on machines that have none: a LibTorch backend whose tensors lie in memory that
// the processor cannot read (their addresses are no addresses), and whose every operation is done by the
// processor's kernels on copies. Code that reads such a tensor directly crashes, and an operation on tensors
// of both devices is refused, as with CUDA; so what runs here to the processor's results makes, moves and
// mixes tensors as an accelerator needs it. To be included by one file of a program, which then has the
// device "privateuseone:0".

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/library.h>

#include <atomic>
#include <cstring>

namespace espalier::test::hidden {

constexpr auto kType = c10::DeviceType::PrivateUse1;
constexpr uintptr_t kHiddenBit = uintptr_t(1) << 62;

inline void* toggled(void* p) {
  return p ? reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(p) ^ kHiddenBit) : nullptr;
}

// Without "override": LibTorch 1.13 and 2.x differ (core/base/tensor_memory.cpp).
struct Allocator : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) const { return allocated(bytes); }
  c10::DataPtr allocate(size_t bytes) { return allocated(bytes); }
  void copy_data(void* to, const void* from, size_t bytes) const {
    std::memcpy(toggled(to), toggled(const_cast<void*>(from)), bytes);
  }
  static c10::DataPtr allocated(size_t bytes) {
    void* p = bytes ? toggled(c10::alloc_cpu(bytes)) : nullptr;
    return {p, p, &release, c10::Device(kType, 0)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  static void release(void* p) {
    if (p) c10::free_cpu(toggled(p));
  }
};
inline Allocator g_allocator;
inline std::atomic<int64_t> g_copiesToProcessor{0};  // of tensors, those of operations done there too

inline bool isHidden(const at::Tensor& t) {
  return t.defined() && t.device().type() == kType;
}

// A tensor of the processor over the same memory.
inline at::Tensor seen(const at::Tensor& t) {
  if (!isHidden(t)) return t;
  return at::from_blob(toggled(t.data_ptr()), t.sizes(), t.strides(), at::TensorOptions(t.scalar_type()));
}

inline at::Tensor empty(at::IntArrayRef sizes, c10::optional<at::ScalarType> type, c10::optional<at::Layout>,
                        c10::optional<at::Device>, c10::optional<bool>,
                        c10::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(sizes, &g_allocator, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                   type.value_or(at::kFloat), format);
}
inline at::Tensor emptyStrided(at::IntArrayRef sizes, at::IntArrayRef strides,
                               c10::optional<at::ScalarType> type, c10::optional<at::Layout>,
                               c10::optional<at::Device>, c10::optional<bool>) {
  return at::detail::empty_strided_generic(sizes, strides, &g_allocator,
                                           c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                           type.value_or(at::kFloat));
}
inline at::Tensor& copy(at::Tensor& self, const at::Tensor& source, bool) {
  g_copiesToProcessor += isHidden(source) && !isHidden(self);
  seen(self).copy_(seen(source));
  return self;
}
inline const at::Tensor& resize(const at::Tensor& self, at::IntArrayRef sizes,
                                c10::optional<at::MemoryFormat>) {
  int64_t count = 1;
  for (const auto n : sizes) count *= n;
  auto* impl = self.unsafeGetTensorImpl();
  const auto bytes = size_t(count * self.element_size());
  if (self.storage().nbytes() < bytes) {
    self.storage().set_data_ptr_noswap(g_allocator.allocate(bytes));
    self.storage().set_nbytes(bytes);
  }
  impl->set_sizes_contiguous(sizes);
  return self;
}
inline at::Tensor copyFrom(const at::Tensor& source, const at::Tensor& to, bool) {
  g_copiesToProcessor += isHidden(source) && !isHidden(to);
  seen(to).copy_(seen(source));
  return to;
}
inline at::Tensor copyFromAndResize(const at::Tensor& source, const at::Tensor& to) {
  if (to.sizes() != source.sizes()) espalier::test::hidden::resize(to, source.sizes(), c10::nullopt);
  return copyFrom(source, to, false);
}

// Everything else, on the processor. Numbers (tensors without dimensions) may come from there, as with CUDA.
inline void onProcessor(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const auto check = [&](const at::Tensor& t) {
    if (t.defined() && !isHidden(t) && t.dim() > 0)
      throw std::runtime_error(op.schema().name() + " mixes tensors of two devices.");
  };
  for (const auto& argument : torch::jit::last(*stack, op.schema().arguments().size())) {
    if (argument.isTensor()) check(argument.toTensor());
    if (argument.isTensorList())
      for (const at::Tensor& t : argument.toTensorVector()) check(t);
  }
  // The fallback copies tensors and lists of them, but not the lists with gaps that indexing takes.
  const auto count = op.schema().arguments().size();
  for (size_t i = stack->size() - count; i < stack->size(); ++i) {
    auto& argument = (*stack)[i];
    if (!argument.isList() || argument.isTensorList()) continue;
    c10::List<c10::optional<at::Tensor>> here;
    bool tensors = false;
    for (const auto& entry : argument.toListRef()) {
      tensors = tensors || entry.isTensor();
      here.push_back(entry.isTensor() ? c10::optional<at::Tensor>(entry.toTensor().cpu()) : c10::nullopt);
    }
    if (tensors) argument = here;
  }
  at::native::cpu_fallback(op, stack);
}

// One device with one stream. (LibTorch's own guard that does nothing has no default stream, which the engine
// of automatic differentiation asks for from 2.4 on.)
struct Guard : c10::impl::DeviceGuardImplInterface {
  Guard() = default;
  explicit Guard(c10::DeviceType) {}
  c10::DeviceType type() const override { return kType; }
  c10::Device exchangeDevice(c10::Device) const override { return getDevice(); }
  c10::Device getDevice() const override { return c10::Device(kType, 0); }
  void setDevice(c10::Device) const override {}
  void uncheckedSetDevice(c10::Device) const noexcept override {}
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  c10::Stream getDefaultStream(c10::Device) const override {
    return c10::Stream(c10::Stream::DEFAULT, getDevice());
  }
  c10::Stream getStream(c10::Device) const noexcept override {
    return c10::Stream(c10::Stream::DEFAULT, getDevice());
  }
  c10::Stream exchangeStream(c10::Stream) const noexcept override {
    return c10::Stream(c10::Stream::DEFAULT, getDevice());
  }
};

}  // namespace espalier::test::hidden

C10_REGISTER_GUARD_IMPL(PrivateUse1, espalier::test::hidden::Guard);

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFromBoxedFunction<&espalier::test::hidden::onProcessor>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
  namespace hidden = espalier::test::hidden;
  m.impl("empty.memory_format", hidden::empty);
  m.impl("empty_strided", hidden::emptyStrided);
  m.impl("as_strided", at::native::as_strided_tensorimpl);
  m.impl("view", at::native::view);
  m.impl("unfold", at::native::unfold);
  m.impl("_reshape_alias", at::native::_reshape_alias);
  m.impl("resize_", hidden::resize);
  m.impl("copy_", hidden::copy);
  m.impl("_copy_from", hidden::copyFrom);
  m.impl("_copy_from_and_resize", hidden::copyFromAndResize);
}
