#include "core/prune/best_support.h"

#include <limits>
#include <numeric>
#include <vector>

#include "core/base/parallel.h"

namespace espalier {

namespace {

// Supports of `kept` among `columns`; mostSupports + 1 where there are more than mostSupports.
int64_t supportsOf(int64_t columns, int64_t kept, int64_t mostSupports) {
  double count = 1;
  for (int64_t i = 1; i <= kept; ++i) {
    count = count * double(columns - kept + i) / double(i);
    if (count > double(mostSupports)) return mostSupports + 1;
  }
  return int64_t(count + 0.5);
}

// The next support in lexicographic order; false behind the last.
bool advance(std::vector<int64_t>& support, int64_t columns) {
  const auto kept = int64_t(support.size());
  int64_t i = kept - 1;
  while (i >= 0 && support[size_t(i)] == columns - kept + i) --i;
  if (i < 0) return false;
  std::iota(support.begin() + i, support.end(), support[size_t(i)] + 1);
  return true;
}

}  // namespace

std::optional<BestSupports> bestSupports(const at::Tensor& weight, const InputStatistics& inputs,
                                         int64_t kept, int64_t mostSupports) {
  const int64_t rows = weight.size(0), columns = weight.size(1);
  if (kept < 0 || kept > columns || supportsOf(columns, kept, mostSupports) > mostSupports) return {};
  const auto gram = inputs.hessian.to(at::kDouble), w = weight.to(at::kDouble), target = at::mm(w, gram);
  const auto all = (target * w).sum(1);
  if (kept == 0) return BestSupports{all.sum().item<double>(), all.sum().item<double>()};
  auto bestKept = at::full({rows}, std::numeric_limits<double>::infinity(), at::kDouble),
       bestFit = bestKept.clone();
  std::vector<int64_t> support(static_cast<size_t>(kept));
  std::iota(support.begin(), support.end(), 0);
  do {
    const auto in = at::tensor(support);
    auto gone = w.clone();
    gone.index_fill_(1, in, 0);
    bestKept = at::minimum(bestKept, (at::mm(gone, gram) * gone).sum(1));
    // With v = t_S G_SS^-1 the error is w G w - v . t_S; a pseudo-inverse where features depend on each
    // other.
    const auto part = target.index_select(1, in);
    const auto values =
        at::mm(part, at::linalg_pinv(gram.index_select(0, in).index_select(1, in), 1e-12, true));
    bestFit = at::minimum(bestFit, all - (values * part).sum(1));
  } while (advance(support, columns));
  return BestSupports{bestKept.sum().item<double>(), bestFit.clamp_min(0).sum().item<double>()};
}

}  // namespace espalier
