#pragma once

#include <ATen/ATen.h>

#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/base/tensor_memory.h"
#include "core/model/block.h"
#include "core/model/weights.h"

namespace espalier {

// The products that a forward sweep over the parts of blocks made, for the sweep back: those that gradients
// depend on, as many as there is room for. Last in, first out for each batch. Whether one is there changes
// how long the way back takes, never what comes out. Different batches may be used at once; allow() is called
// from outside.
class KeptProducts {
 public:
  explicit KeptProducts(size_t batches) : m_batches(batches) {}

  // So many bytes may be kept from now on; where there are more, those of the earliest parts are dropped.
  void allow(int64_t bytes);
  int64_t bytes() const { return m_bytes; }

  // To watch a batch's next part with.
  class Hook : public LinearHook {
   public:
    Hook(KeptProducts& kept, size_t batch, const Block& block, const Weights& weights);
    at::Tensor known(const std::string& name, const at::Tensor& input) override;
    void onLinear(const std::string& name, const at::Tensor& input, at::Tensor& output) override;

   private:
    KeptProducts& m_kept;
    std::vector<at::Tensor>& m_part;
    const Block& m_block;
    const Weights& m_weights;
    std::optional<OwnPages> m_pages;  // while a product that will be kept is made
  };

  // Of the batch's last part that is still here: its layers' products in order, undefined where there was no
  // room.
  std::vector<at::Tensor> pop(size_t batch);

 private:
  bool takeRoom(int64_t bytes);
  void drop(std::vector<at::Tensor>& part);

  std::vector<std::deque<std::vector<at::Tensor>>> m_batches;  // by part
  std::atomic<int64_t> m_bytes{0}, m_room{0};
};

}  // namespace espalier
