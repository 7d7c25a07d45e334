#include "core/checkpoint/state_dict_pickle.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/base/error.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMaxDimensions = 64;  // as in PyTorch

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
  return names.contains(name) || storageTypeOf(name);
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

// Finds the tensors among the values of a pickle.
class TensorFinder {
 public:
  TensorFinder(const Pickle& pickle, const fs::path& path) : m_pickle(pickle), m_path(path) {}

  std::vector<std::pair<std::string, PickledTensor>> tensors() const {
    const PickleValue* dict = &m_pickle.root();
    for (int level = 0; level < 4 && dict->kind == Kind::Dict; ++level) {
      const auto* inner = wrappedIn(*dict);
      const size_t here = tensorsIn(*dict);
      if (inner && (here == 0 || mostTensorsBelow(*inner, level) > here)) {
        dict = inner;
        continue;
      }
      if (here == 0) break;
      std::vector<std::pair<std::string, PickledTensor>> out;
      for (size_t i = 0; i + 1 < dict->items.size(); i += 2) {
        const auto& key = m_pickle.at(dict->items[i]);
        const auto* tensor = tensorCall(dict->items[i + 1]);
        if (key.kind == Kind::Text && tensor) out.emplace_back(key.text, described(*tensor, key.text));
      }
      return out;
    }
    bad("it holds no tensors by name; what torch.save(model.state_dict(), ...) writes was expected");
  }

 private:
  [[noreturn]] void bad(const std::string& what) const { refuseStateDict(m_path, what); }

  size_t tensorsIn(const PickleValue& dict) const {
    size_t count = 0;
    for (size_t i = 0; i + 1 < dict.items.size(); i += 2)
      count += m_pickle.at(dict.items[i]).kind == Kind::Text && tensorCall(dict.items[i + 1]);
    return count;
  }
  size_t mostTensorsBelow(const PickleValue& dict, int level) const {
    const size_t here = tensorsIn(dict);
    const auto* inner = level < 4 ? wrappedIn(dict) : nullptr;
    return inner ? std::max(here, mostTensorsBelow(*inner, level + 1)) : here;
  }
  // The dictionary of a model within a training program's; null where there is none.
  const PickleValue* wrappedIn(const PickleValue& dict) const {
    const auto named = [&](const std::string& name) -> const PickleValue* {
      for (size_t i = 0; i + 1 < dict.items.size(); i += 2)
        if (m_pickle.at(dict.items[i]).kind == Kind::Text && m_pickle.at(dict.items[i]).text == name &&
            m_pickle.at(dict.items[i + 1]).kind == Kind::Dict)
          return &m_pickle.at(dict.items[i + 1]);
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
  const PickleValue* tensorCall(int index) const {
    const PickleValue* v = &m_pickle.at(index);
    for (int level = 0; level < 2 && v->kind == Kind::Call; ++level) {
      if (v->text.starts_with("torch._utils._rebuild_tensor")) return v;
      if (!v->text.starts_with("torch._utils._rebuild_parameter") &&
          v->text != "torch.nn.parameter.Parameter")
        return nullptr;
      if (v->items.empty()) return nullptr;
      v = &m_pickle.at(v->items[0]);
    }
    return nullptr;
  }

  PickledTensor described(const PickleValue& call, const std::string& name) const {
    const auto numbers = [&](int index) {
      std::vector<int64_t> out;
      const auto* v = &m_pickle.at(index);
      if (v->kind == Kind::Call && v->text == "torch.Size" && v->items.size() == 1)
        v = &m_pickle.at(v->items[0]);
      if (v->kind != Kind::Tuple && v->kind != Kind::List) bad("\"" + name + "\" has no shape or strides");
      for (const int i : v->items) {
        if (m_pickle.at(i).kind != Kind::Int) bad("\"" + name + "\" has a shape or stride that is no number");
        out.push_back(m_pickle.at(i).number);
      }
      return out;
    };
    if (call.items.size() < 4) bad("\"" + name + "\" is made of too few values");
    const auto& persistent = m_pickle.at(call.items[0]);
    if (persistent.kind != Kind::Persistent || persistent.items.size() != 1 ||
        m_pickle.at(persistent.items[0]).kind != Kind::Tuple ||
        m_pickle.at(persistent.items[0]).items.size() < 5)
      bad("\"" + name + "\" has no storage");
    const auto& id = m_pickle.at(persistent.items[0]).items;
    const auto type = storageTypeOf(m_pickle.at(id[1]).text);
    if (m_pickle.at(id[0]).text != "storage" || !type || m_pickle.at(id[2]).kind != Kind::Text ||
        m_pickle.at(id[4]).kind != Kind::Int || m_pickle.at(call.items[1]).kind != Kind::Int)
      bad("\"" + name + "\" has a storage of an unknown kind");
    // Older files could place a storage inside another.
    if (id.size() > 5 && m_pickle.at(id[5]).kind != Kind::None)
      bad("\"" + name + "\" lies in a view of a storage, which PyTorch before 0.4 wrote");
    if (call.items.size() > 6 && !m_pickle.at(call.items[6]).items.empty())
      bad("\"" + name + "\" is stored conjugated or negated");
    PickledTensor t{m_pickle.at(id[2]).text,   *type,
                    m_pickle.at(id[4]).number, m_pickle.at(call.items[1]).number,
                    numbers(call.items[2]),    numbers(call.items[3])};
    if (t.shape.size() != t.strides.size() || t.shape.size() > kMaxDimensions)
      bad("\"" + name + "\" has " + std::to_string(t.shape.size()) + " dimensions and " +
          std::to_string(t.strides.size()) + " strides");
    return t;
  }

  const Pickle& m_pickle;
  const fs::path& m_path;
};

}  // namespace

void refuseStateDict(const fs::path& path, const std::string& what) {
  throw Error(ErrorKind::Format, path.string() + " is not a readable state dict: " + what + ".");
}

std::optional<DType> storageTypeOf(const std::string& className) {
  for (const auto& s : kStorages)
    if (className == s.name) return s.type;
  return std::nullopt;
}

Pickle readStateDictPickle(std::span<const std::byte> bytes, const fs::path& path) {
  if (bytes.size() > kMaxStateDictPickleBytes)
    refuseStateDict(path, "its pickle has " + std::to_string(bytes.size()) + " bytes, where " +
                              std::to_string(kMaxStateDictPickleBytes) + " at most were expected");
  return Pickle::read(bytes, path, [&path](const std::string& name) {
    if (isQuantisedType(name))
      throw Error(
          ErrorKind::Unsupported,
          path.string() + " holds quantised tensors (" + name +
              "), which cannot be pruned; open the original checkpoint, or turn its weights back into "
              "float16 or bfloat16 first.");
    return isAllowed(name);
  });
}

std::vector<std::pair<std::string, PickledTensor>> tensorsOfPickle(const Pickle& pickle,
                                                                   const fs::path& path) {
  return TensorFinder(pickle, path).tensors();
}

}  // namespace espalier
