#include "core/checkpoint/state_dict_layouts.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/checkpoint/state_dict_pickle.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

using Kind = PickleValue::Kind;

constexpr const char* kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";  // the older layout's first value
constexpr const char* kMagicDigits = "119547037146038801333356";            // the same in protocol 0

bool isTorchScript(const ZipArchive& zip, const std::string& folder) {
  if (zip.entries().contains(folder + "constants.pkl")) return true;
  const auto code = zip.entries().lower_bound(folder + "code/");
  return code != zip.entries().end() && code->first.starts_with(folder + "code/");
}

// The folder of a torch.save archive has any name; the pickle tells it.
Pickle readZip(const fs::path& path, const ZipArchive& zip, StateDictStorages& storages) {
  for (const auto& [name, content] : zip.entries()) {
    if (name != "data.pkl" && !name.ends_with("/data.pkl")) continue;
    const std::string folder = name.substr(0, name.size() - std::string("data.pkl").size());
    if (isTorchScript(zip, folder))
      refuseStateDict(
          path, "it is a TorchScript program; what torch.save(model.state_dict(), ...) writes was expected");
    if (const auto order = zip.entries().find(folder + "byteorder"); order != zip.entries().end())
      if (const auto text = order->second.bytes;
          std::string(reinterpret_cast<const char*>(text.data()), text.size()) != "little")
        refuseStateDict(path, "it was written on a big-endian machine; a little-endian one was expected");
    for (const auto& [entry, stored] : zip.entries()) {
      const bool isStorage = entry.starts_with(folder + "data/");
      if (stored.packed && (isStorage || entry == name))
        throw Error(ErrorKind::Unsupported,
                    path.string() + " holds \"" + entry +
                        "\" compressed or encrypted; torch.save stores entries as they "
                        "are, and only such can be read.");
      if (isStorage) storages[entry.substr(folder.size() + 5)] = stored;
    }
    if (!isWhole(content))
      refuseStateDict(path, "its data.pkl does not have the checksum the archive gives for it");
    return readStateDictPickle(content.bytes, path);
  }
  refuseStateDict(path, "it is a zip archive without data.pkl");
}

// Five pickles (magic number, version, machine, the object, keys of the storages), then each storage as its
// number of elements and its bytes.
Pickle readLegacy(const fs::path& path, std::span<const std::byte> bytes, StateDictStorages& storages) {
  size_t at = 0;
  const auto next = [&] {
    auto p =
        readStateDictPickle(bytes.subspan(at, std::min(kMaxStateDictPickleBytes, bytes.size() - at)), path);
    at += p.bytesRead();
    return p;
  };
  const auto magic = next();
  if (magic.root().kind != Kind::BigInt || (magic.root().text != kMagic && magic.root().text != kMagicDigits))
    refuseStateDict(path, "it does not begin as torch.save begins");
  if (next().root().number != 1001)
    refuseStateDict(path, "it has an unknown version of the layout before PyTorch 1.6");
  const auto machine = next();
  for (size_t i = 0; i + 1 < machine.root().items.size(); i += 2)
    if (machine.at(machine.root().items[i]).text == "little_endian" &&
        machine.at(machine.root().items[i + 1]).number != 1)
      refuseStateDict(path, "it was written on a big-endian machine; a little-endian one was expected");
  auto object = next();
  // The bytes of a storage follow from its class, which stands where it is used.
  std::map<std::string, int64_t> elementBytes;
  for (const auto& v : object.values()) {
    if (v.kind != Kind::Persistent) continue;
    const auto& id = object.at(v.items[0]).items;
    if (id.size() < 5) refuseStateDict(path, "it refers to a storage without saying which");
    if (const auto type = storageTypeOf(object.at(id[1]).text))
      elementBytes[object.at(id[2]).text] = sizeOf(*type);
  }
  const auto keys = next();
  for (const int k : keys.root().items) {
    const auto& key = keys.at(k).text;
    if (bytes.size() - at < 8) refuseStateDict(path, "it is cut short");
    int64_t elements = 0;
    std::memcpy(&elements, bytes.data() + at, 8);
    at += 8;
    const auto it = elementBytes.find(key);
    if (it == elementBytes.end()) refuseStateDict(path, "it holds a storage that nothing refers to");
    if (elements < 0 || elements > int64_t(bytes.size() - at) / it->second)
      refuseStateDict(path, "a storage of " + std::to_string(elements) + " elements is longer than the file");
    storages[key] = {bytes.subspan(at, size_t(elements * it->second)), 0, false};
    at += size_t(elements * it->second);
  }
  return object;
}

}  // namespace

bool isWhole(const ZipArchive::Entry& entry) {
  return entry.checksum == 0 || crc32Of(entry.bytes) == entry.checksum;
}

Pickle readStateDictLayout(const std::shared_ptr<const MappedFile>& file, StateDictStorages& storages) {
  if (ZipArchive::looksLikeOne(file->bytes())) return readZip(file->path(), ZipArchive::open(file), storages);
  return readLegacy(file->path(), file->bytes(), storages);
}

}  // namespace espalier
