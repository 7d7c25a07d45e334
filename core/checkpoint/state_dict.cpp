#include "core/checkpoint/state_dict.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/checkpoint/pickle.h"
#include "core/checkpoint/zip_archive.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMaxPickleBytes = size_t(64) << 20;
constexpr size_t kMaxDimensions = 64;                                       // as in PyTorch
constexpr const char* kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";  // the older layout's first value
constexpr const char* kMagicDigits = "119547037146038801333356";            // the same in protocol 0

struct StorageClass {
  const char* name;
  DType type;
};
constexpr StorageClass kStorages[] = {
    {"torch.DoubleStorage", DType::F64}, {"torch.FloatStorage", DType::F32},
    {"torch.HalfStorage", DType::F16},   {"torch.BFloat16Storage", DType::BF16},
    {"torch.LongStorage", DType::I64},   {"torch.IntStorage", DType::I32},
    {"torch.ShortStorage", DType::I16},  {"torch.CharStorage", DType::I8},
    {"torch.ByteStorage", DType::U8},    {"torch.BoolStorage", DType::Bool}};

// Objects whose meaning is known: tensors, and plain values that stand beside them in training checkpoints.
bool isAllowed(const std::string& name) {
  static const std::set<std::string> names = {"torch._utils._rebuild_tensor",
                                              "torch._utils._rebuild_tensor_v2",
                                              "_codecs.encode",
                                              "torch._utils._rebuild_parameter",
                                              "torch._utils._rebuild_parameter_with_state",
                                              "torch.nn.parameter.Parameter",
                                              "torch.Size",
                                              "torch.device",
                                              "torch.float64",
                                              "torch.float32",
                                              "torch.float16",
                                              "torch.bfloat16",
                                              "torch.int64",
                                              "torch.int32",
                                              "torch.int16",
                                              "torch.int8",
                                              "torch.uint8",
                                              "torch.bool",
                                              "collections.OrderedDict",
                                              "collections.defaultdict",
                                              "collections.Counter",
                                              "builtins.dict",
                                              "builtins.list",
                                              "builtins.tuple",
                                              "builtins.set",
                                              "builtins.frozenset",
                                              "builtins.int",
                                              "builtins.float",
                                              "builtins.str",
                                              "builtins.bool",
                                              "builtins.bytearray",
                                              "__builtin__.dict",
                                              "__builtin__.list",
                                              "__builtin__.tuple",
                                              "__builtin__.set",
                                              "__builtin__.int",
                                              "__builtin__.float",
                                              "__builtin__.str",
                                              "__builtin__.bool",
                                              "__builtin__.bytearray"};
  return names.contains(name) || std::any_of(std::begin(kStorages), std::end(kStorages),
                                             [&](const auto& s) { return name == s.name; });
}

bool isQuantisedType(const std::string& name) {
  return name.starts_with("torch.float8") || name.starts_with("torch.float4") ||
         name.starts_with("torch.qint") || name.starts_with("torch.quint") ||
         name == "torch._utils._rebuild_qtensor" || name == "torch._utils._rebuild_tensor_v3";
}

// The dictionaries in which training programs keep a model's weights, the more usual first.
constexpr const char* kWrappers[] = {"state_dict", "model_state_dict", "model", "module",
                                     "params",     "weights",          "net",   "network",
                                     "student",    "teacher"};

// What the tensors point into: the file, and copies of those that do not lie contiguous.
struct Owner {
  std::shared_ptr<const MappedFile> file;
  std::vector<std::vector<std::byte>> copies;
};

// A tensor of the pickle, not yet looked up.
struct Stored {
  std::string storage;  // its key
  DType type = DType::F32;
  int64_t storageElements = 0, offset = 0;
  std::vector<int64_t> shape, strides;
};

class Reader {
 public:
  explicit Reader(const fs::path& path) : m_path(path) {}

  [[noreturn]] void bad(const std::string& what) const {
    throw Error(ErrorKind::Format, m_path.string() + " is not a readable state dict: " + what + ".");
  }
  const fs::path& path() const { return m_path; }

  Pickle pickle(std::span<const std::byte> bytes) const {
    if (bytes.size() > kMaxPickleBytes)
      bad("its pickle has " + std::to_string(bytes.size()) + " bytes, where " +
          std::to_string(kMaxPickleBytes) + " at most were expected");
    return Pickle::read(bytes, m_path, [this](const std::string& name) {
      if (isQuantisedType(name))
        throw Error(
            ErrorKind::Unsupported,
            m_path.string() + " holds quantised tensors (" + name +
                "), which cannot be pruned; open the original checkpoint, or turn its weights back into "
                "float16 or bfloat16 first.");
      return isAllowed(name);
    });
  }

  // The tensors of a pickle by name, in order. Training programs keep a model's weights in a dictionary
  // within theirs, and may keep tensors beside it (a loss, a schedule): the dictionary with more tensors is
  // the model.
  std::vector<std::pair<std::string, Stored>> tensorsOf(const Pickle& pickle) const {
    const PickleValue* dict = &pickle.root();
    for (int level = 0; level < 4 && dict->kind == Kind::Dict; ++level) {
      const auto* inner = wrappedIn(pickle, *dict);
      const size_t here = tensorsIn(pickle, *dict);
      if (inner && (here == 0 || mostTensorsBelow(pickle, *inner, level) > here)) {
        dict = inner;
        continue;
      }
      if (here == 0) break;
      std::vector<std::pair<std::string, Stored>> out;
      for (size_t i = 0; i + 1 < dict->items.size(); i += 2) {
        const auto& key = pickle.at(dict->items[i]);
        const auto* tensor = tensorCall(pickle, dict->items[i + 1]);
        if (key.kind == Kind::Text && tensor) out.emplace_back(key.text, stored(pickle, *tensor, key.text));
      }
      return out;
    }
    bad("it holds no tensors by name; what torch.save(model.state_dict(), ...) writes was expected");
  }

  // Where a tensor lies in its storage, whose bytes are given; copied into `owner` where it is not
  // contiguous.
  std::span<const std::byte> place(const Stored& t, const std::string& name,
                                   std::span<const std::byte> storage, Owner& owner) {
    const int64_t size = sizeOf(t.type);
    if (t.storageElements < 0 || t.storageElements > int64_t(storage.size()) / size)
      bad("the storage of \"" + name + "\" claims " + std::to_string(t.storageElements) + " elements of " +
          std::to_string(size) + " bytes, but has " + std::to_string(storage.size()) + " bytes");
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
      bad("\"" + name + "\" reaches outside its storage of " + std::to_string(t.storageElements) +
          " elements");
    if (elements == 0) return {};
    if (contiguous) return storage.subspan(size_t(t.offset * size), size_t(bytes));
    // A tensor expanded from few elements could ask for any amount of memory.
    if (__builtin_add_overflow(m_copied, bytes, &m_copied) ||
        m_copied > int64_t(owner.file->bytes().size()) + (int64_t(1) << 20))
      bad("\"" + name + "\" repeats its elements beyond the size of the file");
    auto& copy = owner.copies.emplace_back(size_t(bytes));
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
  size_t tensorsIn(const Pickle& pickle, const PickleValue& dict) const {
    size_t count = 0;
    for (size_t i = 0; i + 1 < dict.items.size(); i += 2)
      count += pickle.at(dict.items[i]).kind == Kind::Text && tensorCall(pickle, dict.items[i + 1]);
    return count;
  }
  size_t mostTensorsBelow(const Pickle& pickle, const PickleValue& dict, int level) const {
    const size_t here = tensorsIn(pickle, dict);
    const auto* inner = level < 4 ? wrappedIn(pickle, dict) : nullptr;
    return inner ? std::max(here, mostTensorsBelow(pickle, *inner, level + 1)) : here;
  }
  // The dictionary of a model within a training program's; null where there is none.
  const PickleValue* wrappedIn(const Pickle& pickle, const PickleValue& dict) const {
    const auto named = [&](const std::string& name) -> const PickleValue* {
      for (size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (pickle.at(dict.items[i]).kind == Kind::Text && pickle.at(dict.items[i]).text == name &&
            pickle.at(dict.items[i + 1]).kind == Kind::Dict)
          return &pickle.at(dict.items[i + 1]);
      return nullptr;
    };
    if (named("student") && named("teacher"))
      bad("it holds two models, \"student\" and \"teacher\"; the state dict of one of them, saved alone, was "
          "expected");
    for (const char* name : kWrappers)
      if (const auto* found = named(name)) return found;
    return nullptr;
  }

  // The call that makes the tensor a value is, through the parameter around it; null if it is none.
  const PickleValue* tensorCall(const Pickle& pickle, int index) const {
    const PickleValue* v = &pickle.at(index);
    for (int level = 0; level < 2 && v->kind == Kind::Call; ++level) {
      if (v->text.starts_with("torch._utils._rebuild_tensor")) return v;
      if (!v->text.starts_with("torch._utils._rebuild_parameter") &&
          v->text != "torch.nn.parameter.Parameter")
        return nullptr;
      if (v->items.empty()) return nullptr;
      v = &pickle.at(v->items[0]);
    }
    return nullptr;
  }

  Stored stored(const Pickle& pickle, const PickleValue& call, const std::string& name) const {
    const auto numbers = [&](int index) {
      std::vector<int64_t> out;
      const auto* v = &pickle.at(index);
      if (v->kind == Kind::Call && v->text == "torch.Size" && v->items.size() == 1)
        v = &pickle.at(v->items[0]);
      if (v->kind != Kind::Tuple && v->kind != Kind::List) bad("\"" + name + "\" has no shape or strides");
      for (const int i : v->items) {
        if (pickle.at(i).kind != Kind::Int) bad("\"" + name + "\" has a shape or stride that is no number");
        out.push_back(pickle.at(i).number);
      }
      return out;
    };
    if (call.items.size() < 4) bad("\"" + name + "\" is made of too few values");
    const auto& persistent = pickle.at(call.items[0]);
    if (persistent.kind != Kind::Persistent || persistent.items.size() != 1 ||
        pickle.at(persistent.items[0]).kind != Kind::Tuple || pickle.at(persistent.items[0]).items.size() < 5)
      bad("\"" + name + "\" has no storage");
    const auto& id = pickle.at(persistent.items[0]).items;
    const auto& type = pickle.at(id[1]);
    const auto* known = std::find_if(std::begin(kStorages), std::end(kStorages),
                                     [&](const auto& s) { return type.text == s.name; });
    if (pickle.at(id[0]).text != "storage" || known == std::end(kStorages) ||
        pickle.at(id[2]).kind != Kind::Text || pickle.at(id[4]).kind != Kind::Int ||
        pickle.at(call.items[1]).kind != Kind::Int)
      bad("\"" + name + "\" has a storage of an unknown kind");
    // Older files could place a storage inside another.
    if (id.size() > 5 && pickle.at(id[5]).kind != Kind::None)
      bad("\"" + name + "\" lies in a view of a storage, which PyTorch before 0.4 wrote");
    if (call.items.size() > 6 && !pickle.at(call.items[6]).items.empty())
      bad("\"" + name + "\" is stored conjugated or negated");
    Stored t{pickle.at(id[2]).text,   known->type,
             pickle.at(id[4]).number, pickle.at(call.items[1]).number,
             numbers(call.items[2]),  numbers(call.items[3])};
    if (t.shape.size() != t.strides.size() || t.shape.size() > kMaxDimensions)
      bad("\"" + name + "\" has " + std::to_string(t.shape.size()) + " dimensions and " +
          std::to_string(t.strides.size()) + " strides");
    return t;
  }

  const fs::path& m_path;
  int64_t m_copied = 0;
};

using Storages = std::map<std::string, ZipArchive::Entry>;

bool isWhole(const ZipArchive::Entry& entry) {
  return entry.checksum == 0 || crc32Of(entry.bytes) == entry.checksum;
}

bool isTorchScript(const ZipArchive& zip, const std::string& folder) {
  if (zip.entries().contains(folder + "constants.pkl")) return true;
  const auto code = zip.entries().lower_bound(folder + "code/");
  return code != zip.entries().end() && code->first.starts_with(folder + "code/");
}

// The folder of a torch.save archive has any name; the pickle tells it.
Pickle readZip(const Reader& reader, const ZipArchive& zip, Storages& storages) {
  for (const auto& [name, content] : zip.entries()) {
    if (name != "data.pkl" && !name.ends_with("/data.pkl")) continue;
    const std::string folder = name.substr(0, name.size() - std::string("data.pkl").size());
    if (isTorchScript(zip, folder))
      reader.bad("it is a TorchScript program; what torch.save(model.state_dict(), ...) writes was expected");
    if (const auto order = zip.entries().find(folder + "byteorder"); order != zip.entries().end())
      if (const auto text = order->second.bytes;
          std::string(reinterpret_cast<const char*>(text.data()), text.size()) != "little")
        reader.bad("it was written on a big-endian machine; a little-endian one was expected");
    for (const auto& [entry, stored] : zip.entries()) {
      const bool isStorage = entry.starts_with(folder + "data/");
      if (stored.packed && (isStorage || entry == name))
        throw Error(ErrorKind::Unsupported,
                    reader.path().string() + " holds \"" + entry +
                        "\" compressed or encrypted; torch.save stores entries as they "
                        "are, and only such can be read.");
      if (isStorage) storages[entry.substr(folder.size() + 5)] = stored;
    }
    if (!isWhole(content)) reader.bad("its data.pkl does not have the checksum the archive gives for it");
    return reader.pickle(content.bytes);
  }
  reader.bad("it is a zip archive without data.pkl");
}

// Five pickles (magic number, version, machine, the object, keys of the storages), then each storage as its
// number of elements and its bytes.
Pickle readLegacy(const Reader& reader, std::span<const std::byte> bytes, Storages& storages) {
  size_t at = 0;
  const auto next = [&] {
    auto p = reader.pickle(bytes.subspan(at, std::min(kMaxPickleBytes, bytes.size() - at)));
    at += p.bytesRead();
    return p;
  };
  const auto magic = next();
  if (magic.root().kind != Kind::BigInt || (magic.root().text != kMagic && magic.root().text != kMagicDigits))
    reader.bad("it does not begin as torch.save begins");
  if (next().root().number != 1001) reader.bad("it has an unknown version of the layout before PyTorch 1.6");
  const auto machine = next();
  for (size_t i = 0; i + 1 < machine.root().items.size(); i += 2)
    if (machine.at(machine.root().items[i]).text == "little_endian" &&
        machine.at(machine.root().items[i + 1]).number != 1)
      reader.bad("it was written on a big-endian machine; a little-endian one was expected");
  auto object = next();
  // The bytes of a storage follow from its class, which stands where it is used.
  std::map<std::string, int64_t> elementBytes;
  for (const auto& v : object.values()) {
    if (v.kind != Kind::Persistent) continue;
    const auto& id = object.at(v.items[0]).items;
    if (id.size() < 5) reader.bad("it refers to a storage without saying which");
    for (const auto& s : kStorages)
      if (object.at(id[1]).text == s.name) elementBytes[object.at(id[2]).text] = sizeOf(s.type);
  }
  const auto keys = next();
  for (const int k : keys.root().items) {
    const auto& key = keys.at(k).text;
    if (bytes.size() - at < 8) reader.bad("it is cut short");
    int64_t elements = 0;
    std::memcpy(&elements, bytes.data() + at, 8);
    at += 8;
    const auto it = elementBytes.find(key);
    if (it == elementBytes.end()) reader.bad("it holds a storage that nothing refers to");
    if (elements < 0 || elements > int64_t(bytes.size() - at) / it->second)
      reader.bad("a storage of " + std::to_string(elements) + " elements is longer than the file");
    storages[key] = {bytes.subspan(at, size_t(elements * it->second)), 0, false};
    at += size_t(elements * it->second);
  }
  return object;
}

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
  Reader reader(path);
  Storages storages;
  const bool isZip = ZipArchive::looksLikeOne(owner->file->bytes());
  const auto pickle = isZip ? readZip(reader, ZipArchive::open(owner->file), storages)
                            : readLegacy(reader, owner->file->bytes(), storages);
  StateDictFile out;
  out.m_file = {owner, owner->file.get()};
  std::set<std::string> seen;
  std::map<std::string, std::shared_ptr<Storage>> checks;
  // Tied weights are several names of one storage; they stay one also where they have to be copied.
  std::map<std::tuple<std::string, int64_t, std::vector<int64_t>, std::vector<int64_t>>,
           std::span<const std::byte>>
      placed;
  for (const auto& [name, t] : reader.tensorsOf(pickle)) {
    if (!isUtf8(name)) reader.bad("the name of a tensor is not UTF-8");
    if (!seen.insert(name).second) reader.bad("it holds \"" + name + "\" twice");
    const auto storage = storages.find(t.storage);
    if (storage == storages.end()) reader.bad("the storage of \"" + name + "\" is missing");
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
      it->second = reader.place(t, name, storage->second.bytes, *owner);
      if (owner->copies.size() > copies) out.check(out.m_tensors.size() - 1);  // it has been read
    }
    out.m_bytes.push_back(it->second);
  }
  return out;
}

}  // namespace espalier
