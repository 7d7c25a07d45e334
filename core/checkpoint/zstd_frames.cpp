#include "core/checkpoint/zstd_frames.h"

#include <zstd.h>

#include <memory>
#include <new>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace espalier {

namespace {

// What planes of weights have is a few values that are more frequent than others, and no repetitions. Where
// zstd finds short ones they cost more than they save: exponents take 3.0 bits at level 1 and 3.2 at level 3,
// and 2.6 bits with these, at twice the speed, of the 2.5 that their frequencies ask for.
constexpr std::pair<ZSTD_cParameter, int> kParameters[] = {
    {ZSTD_c_compressionLevel, 1}, {ZSTD_c_strategy, ZSTD_fast}, {ZSTD_c_windowLog, 17},
    {ZSTD_c_hashLog, 6},          {ZSTD_c_minMatch, 7},         {ZSTD_c_checksumFlag, 1}};

struct FreeContext {
  void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
  void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
};

// A context is a megabyte of tables; each thread keeps its own.
ZSTD_CCtx* packingContext() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context = [] {
    std::unique_ptr<ZSTD_CCtx, FreeContext> made(ZSTD_createCCtx());
    if (!made) throw std::bad_alloc();
    for (const auto& [parameter, value] : kParameters) ZSTD_CCtx_setParameter(made.get(), parameter, value);
    return made;
  }();
  return context.get();
}

ZSTD_DCtx* unpackingContext() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  return context.get();
}

}  // namespace

void appendFrame(std::vector<std::byte>& to, std::span<const std::byte> content) {
  const size_t before = to.size();
  to.resize(before + ZSTD_compressBound(content.size()));
  const size_t bytes = ZSTD_compress2(packingContext(), to.data() + before, to.size() - before,
                                      content.data(), content.size());
  if (ZSTD_isError(bytes))
    throw Error(ErrorKind::Internal, std::string("zstd cannot pack: ") + ZSTD_getErrorName(bytes) + ".");
  to.resize(before + bytes);
}

std::optional<Frame> firstFrame(std::span<const std::byte> bytes) {
  const auto content = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  const size_t size = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (content == ZSTD_CONTENTSIZE_UNKNOWN || content == ZSTD_CONTENTSIZE_ERROR || ZSTD_isError(size) ||
      size == 0 || content > uint64_t(INT64_MAX))
    return std::nullopt;
  return Frame{bytes.first(size), int64_t(content)};
}

std::optional<std::vector<Frame>> framesIn(std::span<const std::byte> bytes) {
  std::vector<Frame> out;
  while (!bytes.empty()) {
    const auto frame = firstFrame(bytes);
    if (!frame) return std::nullopt;
    out.push_back(*frame);
    bytes = bytes.subspan(frame->bytes.size());
  }
  return out;
}

bool unpackFrame(const Frame& frame, std::span<std::byte> to) {
  const size_t bytes =
      ZSTD_decompressDCtx(unpackingContext(), to.data(), to.size(), frame.bytes.data(), frame.bytes.size());
  return !ZSTD_isError(bytes) && bytes == to.size() && frame.contentBytes == int64_t(bytes);
}

}  // namespace espalier
