// The entry of libFuzzer (clang's -fsanitize=fuzzer). ESPALIER_FUZZ_TARGET names the target.
#include <cstdint>
#include <cstdlib>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto& target = [&]() -> const espalier::fuzz::Target& {
    const char* name = std::getenv("ESPALIER_FUZZ_TARGET");
    return espalier::fuzz::targetNamed(name ? name : "");
  }();
  if (size > target.maxBytes) return -1;
  espalier::fuzz::check(target, {data, size});
  return 0;
}
