#include "core/score/kept_products.h"

namespace espalier {

namespace {

int64_t bytesOf(const at::Tensor& t) {
  return t.defined() ? int64_t(t.nbytes()) : 0;
}

}  // namespace

KeptProducts::Hook::Hook(KeptProducts& kept, size_t batch, const Block& block, const Weights& weights)
    : m_kept(kept), m_part(kept.m_batches[batch].emplace_back()), m_block(block), m_weights(weights) {}

at::Tensor KeptProducts::Hook::known(const std::string& name, const at::Tensor& input) {
  if (m_block.endsPart(name)) return {};
  const int64_t rows = m_weights.shape(name)[0];
  if (m_kept.takeRoom(input.numel() / input.size(-1) * rows * int64_t(sizeof(float))))
    m_pages.emplace(OwnPages::For::Long);
  return {};
}

void KeptProducts::Hook::onLinear(const std::string& name, const at::Tensor&, at::Tensor& output) {
  if (m_block.endsPart(name)) return;
  m_part.push_back(m_pages ? output : at::Tensor());
  m_pages.reset();
}

void KeptProducts::allow(int64_t bytes) {
  for (size_t part = 0; m_bytes > bytes; ++part) {
    bool any = false;
    for (auto& batch : m_batches)
      if (part < batch.size()) {
        any = true;
        drop(batch[part]);
      }
    if (!any) break;
  }
  m_room = bytes - m_bytes;
}

std::vector<at::Tensor> KeptProducts::pop(size_t batch) {
  if (m_batches[batch].empty()) return {};
  auto part = std::move(m_batches[batch].back());
  m_batches[batch].pop_back();
  for (const auto& t : part) m_bytes -= bytesOf(t);
  return part;
}

bool KeptProducts::takeRoom(int64_t bytes) {
  if (m_room.fetch_sub(bytes) < bytes) {
    m_room += bytes;
    return false;
  }
  m_bytes += bytes;
  return true;
}

void KeptProducts::drop(std::vector<at::Tensor>& part) {
  for (auto& t : part) {
    m_bytes -= bytesOf(t);
    t.reset();
  }
}

}  // namespace espalier
