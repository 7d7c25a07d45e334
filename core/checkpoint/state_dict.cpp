#include "core/checkpoint/state_dict.h"

#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/checkpoint/state_dict_layouts.h"
#include "core/checkpoint/state_dict_pickle.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// What the tensors point into: the file, and copies of those that do not lie contiguous.
struct Owner {
  std::shared_ptr<const MappedFile> file;
  std::vector<std::vector<std::byte>> copies;
};

// Finds the bytes of tensors in their storages.
class TensorPlacer {
 public:
  TensorPlacer(const fs::path& path, Owner& owner) : m_path(path), m_owner(owner) {}

  // Where a tensor lies in its storage, whose bytes are given; copied into the owner where it is not
  // contiguous.
  std::span<const std::byte> place(const PickledTensor& t, const std::string& name,
                                   std::span<const std::byte> storage) {
    const int64_t size = sizeOf(t.type);
    if (t.storageElements < 0 || t.storageElements > int64_t(storage.size()) / size)
      refuseStateDict(m_path, "the storage of \"" + name + "\" claims " + std::to_string(t.storageElements) +
                                  " elements of " + std::to_string(size) + " bytes, but has " +
                                  std::to_string(storage.size()) + " bytes");
    int64_t elements = 1, last = t.offset, dense = 1;
    bool contiguous = true, overflow = t.offset < 0;
    for (size_t d = t.shape.size(); d-- > 0;) {
      overflow = overflow || t.shape[d] < 0 || t.strides[d] < 0;
      if (overflow) break;
      contiguous = contiguous && (t.shape[d] == 1 || t.strides[d] == dense);
      overflow = __builtin_mul_overflow(elements, t.shape[d], &elements);
      dense = elements;
      int64_t reach = 0;
      if (t.shape[d] > 0)
        overflow = overflow || __builtin_mul_overflow(t.shape[d] - 1, t.strides[d], &reach) ||
                   __builtin_add_overflow(last, reach, &last);
    }
    int64_t bytes = 0;
    overflow = overflow || __builtin_mul_overflow(elements, size, &bytes);
    if (overflow || (elements > 0 && last >= t.storageElements) || t.offset > t.storageElements)
      refuseStateDict(m_path, "\"" + name + "\" reaches outside its storage of " +
                                  std::to_string(t.storageElements) + " elements");
    if (elements == 0) return {};
    if (contiguous) return storage.subspan(size_t(t.offset * size), size_t(bytes));
    // A tensor expanded from few elements could ask for any amount of memory.
    if (__builtin_add_overflow(m_copied, bytes, &m_copied) ||
        m_copied > int64_t(m_owner.file->bytes().size()) + (int64_t(1) << 20))
      refuseStateDict(m_path, "\"" + name + "\" repeats its elements beyond the size of the file");
    auto& copy = m_owner.copies.emplace_back(size_t(bytes));
    std::vector<int64_t> index(t.shape.size());
    int64_t from = t.offset;
    for (int64_t i = 0; i < elements; ++i) {
      std::memcpy(copy.data() + i * size, storage.data() + from * size, size_t(size));
      for (size_t d = t.shape.size(); d-- > 0;) {
        if (t.shape[d] == 1) continue;  // its stride may be any number
        from += t.strides[d];
        if (++index[d] < t.shape[d]) break;
        from -= t.strides[d] * t.shape[d];
        index[d] = 0;
      }
    }
    return copy;
  }

 private:
  const fs::path& m_path;
  Owner& m_owner;
  int64_t m_copied = 0;
};

}  // namespace

struct StateDictFile::Storage {
  ZipArchive::Entry entry;
  std::mutex mutex;
  bool checked = false;
};

void StateDictFile::check(size_t index) const {
  auto& storage = *m_storages[index];
  std::lock_guard lock(storage.mutex);
  if (storage.checked) return;
  if (!isWhole(storage.entry))
    throw Error(ErrorKind::Format,
                m_file->path().string() + " is damaged: the bytes of \"" + m_tensors[index].name +
                    "\" do not have the checksum the archive gives for them; the file has to "
                    "be copied or downloaded again.");
  storage.checked = true;
}

StateDictFile StateDictFile::open(const fs::path& path) {
  auto owner = std::make_shared<Owner>();
  owner->file = MappedFile::open(path);
  TensorPlacer placer(path, *owner);
  StateDictStorages storages;
  const auto pickle = readStateDictLayout(owner->file, storages);
  StateDictFile out;
  out.m_file = {owner, owner->file.get()};
  std::set<std::string> seen;
  std::map<std::string, std::shared_ptr<Storage>> checks;
  // Tied weights are several names of one storage; they stay one also where they have to be copied.
  std::map<std::tuple<std::string, int64_t, std::vector<int64_t>, std::vector<int64_t>>,
           std::span<const std::byte>>
      placed;
  for (const auto& [name, t] : tensorsOfPickle(pickle, path)) {
    if (!isUtf8(name)) refuseStateDict(path, "the name of a tensor is not UTF-8");
    if (!seen.insert(name).second) refuseStateDict(path, "it holds \"" + name + "\" twice");
    const auto storage = storages.find(t.storage);
    if (storage == storages.end()) refuseStateDict(path, "the storage of \"" + name + "\" is missing");
    const auto [it, isNew] = placed.try_emplace({t.storage, t.offset, t.shape, t.strides});
    auto& check = checks[t.storage];
    if (!check) {
      check = std::make_shared<Storage>();
      check->entry = storage->second;
    }
    out.m_tensors.push_back({name, t.type, t.shape});
    out.m_storages.push_back(check);
    if (isNew) {
      const size_t copies = owner->copies.size();
      it->second = placer.place(t, name, storage->second.bytes);
      if (owner->copies.size() > copies) out.check(out.m_tensors.size() - 1);  // it has been read
    }
    out.m_bytes.push_back(it->second);
  }
  return out;
}

}  // namespace espalier
