#include "core/checkpoint/checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/checkpoint/foreign_files.h"
#include "core/checkpoint/fused_experts.h"
#include "core/checkpoint/state_dict.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// What DataParallel and torch.compile put before every name, also one before the other.
constexpr std::string_view kWrapperPrefixes[] = {"module.", "_orig_mod."};

// How many bytes of wrappers' prefixes all names begin with.
size_t wrapperBytes(const std::vector<TensorInfo>& tensors) {
  size_t bytes = 0;
  for (bool again = !tensors.empty(); again;) {
    again = false;
    for (const auto prefix : kWrapperPrefixes)
      if (std::all_of(tensors.begin(), tensors.end(), [&](const auto& t) {
            return t.name.size() > bytes + prefix.size() && t.name.compare(bytes, prefix.size(), prefix) == 0;
          })) {
        bytes += prefix.size();
        again = true;
      }
  }
  return bytes;
}

bool isStateDict(const fs::path& file) {
  const auto e = file.extension();
  return e == ".bin" || e == ".pth" || e == ".pt";
}

bool isPackedName(const fs::path& file) {
  return !denseName(file.filename().string()).empty();
}

std::string withoutWrappers(std::string name) {
  for (bool again = true; again;) {
    again = false;
    for (const auto prefix : kWrapperPrefixes)
      if (name.starts_with(prefix)) name.erase(0, prefix.size()), again = true;
  }
  return name;
}

// The names TensorFlow gave to the weights of BERT's norms, as transformers reads them.
std::string modernName(const std::string& name) {
  for (const auto& [old, now] : {std::pair<std::string, const char*>{"LayerNorm.gamma", "LayerNorm.weight"},
                                 {"LayerNorm.beta", "LayerNorm.bias"}})
    if (name.ends_with(old)) return name.substr(0, name.size() - old.size()) + now;
  return name;
}

// "; its folder X has one", of a folder that holds model folders.
std::string modelsWithin(const fs::path& folder) {
  std::error_code ec, each;
  std::vector<std::string> found;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (fs::exists(it->path() / "config.json", each)) found.push_back(it->path().filename().string());
  if (found.empty()) return {};
  std::sort(found.begin(), found.end());
  return found.size() == 1 ? "; its folder " + found[0] + " has one"
                           : "; its folders " + found[0] + " and " + found[1] +
                                 (found.size() > 2 ? " and others have one each" : " have one each");
}

// The one file of weights in a folder that has none of the usual names.
fs::path onlyWeightFile(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& e : fs::directory_iterator(folder)) {
    const auto name = e.path().filename().string();
    // What training leaves beside weights, and what is no whole model.
    const bool other = name == "training_args.bin" || name.starts_with("adapter_model.") ||
                       name == "non_lora_trainables.bin" || name == "mm_projector.bin" ||
                       name.starts_with("optimizer") || name.starts_with("scheduler") ||
                       name.starts_with("rng_state");
    std::error_code ec;
    if (!other && !e.is_directory(ec) && (isStateDict(e.path()) || e.path().extension() == ".safetensors"))
      found.push_back(e.path());
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    const auto foreign = foreignFilesIn(folder);
    throw Error(
        ErrorKind::InvalidInput,
        folder.string() +
            " holds no weights: model.safetensors, pytorch_model.bin or an index of either was expected" +
            (foreign.empty() ? "" : "; " + foreign) + ".");
  }
  std::sort(found.begin(), found.end());
  throw Error(ErrorKind::InvalidInput,
              folder.string() + " holds several files of weights (" + found[0].filename().string() + ", " +
                  found[1].filename().string() + (found.size() > 2 ? ", ..." : "") +
                  "); one, or model.safetensors or pytorch_model.bin, was expected.");
}

}  // namespace

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder, ec))
    throw Error(ErrorKind::Io, "The model folder " + folder.string() + " does not exist.");
  if (!fs::is_directory(folder, ec))
    throw Error(ErrorKind::InvalidInput,
                folder.string() + " is a file; a model folder with config.json was expected.");
  if (!fs::exists(folder / "config.json", ec)) {
    const auto foreign = foreignFilesIn(folder);
    throw Error(ErrorKind::InvalidInput, folder.string() + " is not a model folder: it has no config.json" +
                                             (foreign.empty() ? modelsWithin(folder) : "; " + foreign) + ".");
  }
  std::shared_ptr<Checkpoint> c(new Checkpoint);
  c->m_folder = folder;
  c->m_config = readJsonFile(folder / "config.json");
  if (!c->m_config.is_object())
    throw Error(ErrorKind::Format, (folder / "config.json").string() + " does not hold a JSON object.");

  const fs::path single = folder / "model.safetensors", index = folder / "model.safetensors.index.json";
  const fs::path stateDict = folder / "pytorch_model.bin", binIndex = folder / "pytorch_model.bin.index.json";
  const fs::path packed = folder / packedName(single.filename()), packedIndex = folder / kPackedIndex;
  if (fs::exists(packed, ec)) {
    c->addFile(packed, single.filename());
  } else if (fs::exists(packedIndex, ec)) {
    c->addIndexed(packedIndex, true);
  } else if (fs::exists(single, ec)) {
    c->addFile(single, single.filename());
  } else if (fs::exists(index, ec)) {
    c->addIndexed(index, false);
  } else if (fs::exists(stateDict, ec)) {
    c->addFile(stateDict, single.filename());
  } else if (fs::exists(binIndex, ec)) {
    c->addIndexed(binIndex, false);
  } else {
    c->addFile(onlyWeightFile(folder), single.filename());
  }
  c->refuseMixture();
  c->findTies();
  return c;
}

// Which of two files of the same tensors is meant, no program can know.
void Checkpoint::refuseMixture() const {
  std::string dense, packed;
  for (const auto& f : m_files) (f.packed ? packed : dense) = f.path.filename().string();
  std::error_code ec;
  for (fs::directory_iterator it(m_folder, ec), end; !packed.empty() && !ec && it != end; it.increment(ec)) {
    const auto name = it->path().filename().string();
    const bool weights =
        (name.ends_with(".safetensors") && !isPackedName(name)) || name.starts_with("pytorch_model");
    if (weights && std::none_of(m_files.begin(), m_files.end(),
                                [&](const auto& f) { return f.path.filename() == name; }))
      dense = name;
  }
  if (!dense.empty() && !packed.empty())
    throw Error(ErrorKind::InvalidInput, m_folder.string() + " holds packed weights (" + packed +
                                             ") and dense ones (" + dense +
                                             "); one kind was expected. Move the other to another folder.");
}

void Checkpoint::addIndexed(const fs::path& index, bool packed) {
  std::error_code ec;
  const auto j = readJsonFile(index);
  if (!j.is_object() || !j.contains("weight_map") || !j["weight_map"].is_object())
    throw Error(ErrorKind::Format, index.string() + " has no \"weight_map\" object.");
  std::set<std::string> shards;
  for (const auto& [tensor, file] : j["weight_map"].items()) {
    if (!file.is_string())
      throw Error(ErrorKind::Format, index.string() + " maps \"" + tensor + "\" to no file name.");
    shards.insert(file.get<std::string>());
  }
  int64_t number = 0;
  for (const auto& shard : shards) {
    if (fs::path(shard).filename() != shard)
      throw Error(ErrorKind::Format, index.string() + " names the shard \"" + shard +
                                         "\"; a file name without folders was expected.");
    const auto file = m_folder / (packed ? packedName(shard) : shard);
    if (packed && !fs::exists(file, ec) && fs::exists(m_folder / shard, ec))
      throw Error(ErrorKind::InvalidInput, (m_folder / shard).string() + " is dense where " +
                                               index.filename().string() + " asks for the packed file " +
                                               file.filename().string() +
                                               "; pack the whole model again, or fetch that file.");
    if (!fs::exists(file, ec))
      throw Error(ErrorKind::Io, "The shard " + file.string() + " named in " + index.filename().string() +
                                     " does not exist.");
    char name[64];
    std::snprintf(name, sizeof name, "model-%05d-of-%05d.safetensors", int(++number), int(shards.size()));
    addFile(file, isStateDict(shard) ? name : shard);
  }
  const auto isThere = [this](const std::string& name) { return has(name) || has(firstExpertOf(name)); };
  for (const auto& [tensor, file] : j["weight_map"].items())
    if (!isThere(modernName(tensor)) && !isThere(tensor) && !isThere(modernName(withoutWrappers(tensor))))
      throw Error(ErrorKind::Format, index.string() + " places \"" + tensor + "\" in " +
                                         file.get<std::string>() + ", which does not hold it.");
}

void Checkpoint::addFile(const fs::path& path, const std::string& exportName) {
  File entry{path, exportName, {}, {}};
  std::shared_ptr<const StateDictFile> dict;
  const auto addOne = [&](TensorInfo info, std::span<const std::byte> place, size_t number) {
    if (m_index.contains(info.name))
      throw Error(ErrorKind::Format,
                  path.string() + " holds \"" + info.name + "\", which another shard holds as well.");
    m_index[info.name] = m_tensors.size();
    entry.tensors.push_back(info.name);
    m_tensors.push_back(std::move(info));
    m_places.push_back(place);
    m_dictOf.emplace_back(dict, number);
    m_fileOf.emplace_back(m_files.size(), number);
  };
  const auto add = [&](TensorInfo info, std::span<const std::byte> place, size_t number) {
    if (entry.packed && !firstExpertOf(info.name).empty())
      throw Error(ErrorKind::InvalidInput,
                  path.string() + " packs the experts of \"" + info.name +
                      "\" together; export the model, which stores each expert apart, and pack that.");
    for (auto& [part, own] : expertsApart(std::move(info), place)) addOne(std::move(part), own, number);
  };
  if (isStateDict(path)) {
    dict = std::make_shared<const StateDictFile>(StateDictFile::open(path));
    const auto& file = *dict;
    const auto& tensors = file.tensors();
    const size_t wrapper = wrapperBytes(tensors);
    for (size_t i = 0; i < tensors.size(); ++i) {
      auto info = tensors[i];
      info.name.erase(0, wrapper);
      info.name = modernName(info.name);
      add(std::move(info), file.bytes(i), i);
    }
    m_maps.push_back(file.file());
    entry.metadata = {{"format", "pt"}};
  } else {
    const auto file = SafetensorsFile::open(path);
    if (PackedFile::isOne(file)) entry.packed = PackedFile::open(file);
    const auto& header = entry.packed ? entry.packed->dense() : file.header();
    const size_t wrapper = wrapperBytes(header.tensors);
    for (size_t i = 0; i < header.tensors.size(); ++i) {
      auto info = header.tensors[i];
      info.name.erase(0, wrapper);
      add(std::move(info), entry.packed ? entry.packed->place(i) : file.bytes(i), i);
    }
    m_maps.push_back(file.file());
    entry.metadata = header.metadata;
    entry.metadata.try_emplace("format", "pt");  // transformers asks for it
  }
  m_files.push_back(std::move(entry));
}

void Checkpoint::findTies() {
  std::map<std::pair<const std::byte*, size_t>, size_t> first;
  m_tiedTo.resize(m_tensors.size());
  for (size_t i = 0; i < m_tensors.size(); ++i) {
    m_tiedTo[i] = i;
    if (m_places[i].empty()) continue;
    const auto [it, isNew] = first.emplace(std::pair(m_places[i].data(), m_places[i].size()), i);
    const auto& other = m_tensors[it->second];
    if (!isNew && other.shape == m_tensors[i].shape && other.dtype == m_tensors[i].dtype)
      m_tiedTo[i] = it->second;
  }
}

const std::string& Checkpoint::tiedTo(const std::string& name) const {
  info(name);
  return m_tensors[m_tiedTo[m_index.at(name)]].name;
}

std::string Checkpoint::modelType() const {
  const auto it = m_config.find("model_type");
  return it != m_config.end() && it->is_string() ? it->get<std::string>() : std::string();
}

const TensorInfo& Checkpoint::info(const std::string& name) const {
  const auto it = m_index.find(name);
  if (it == m_index.end())
    throw Error(ErrorKind::Format, "The model in " + m_folder.string() + " lacks the tensor \"" + name +
                                       "\" that its config.json asks for.");
  return m_tensors[it->second];
}

StoredTensor Checkpoint::stored(const std::string& name) const {
  const auto& about = info(name);
  const size_t i = m_index.at(name);
  if (const auto& [dict, place] = m_dictOf[i]; dict) dict->check(place);
  const auto [file, number] = m_fileOf[i];
  return {m_maps[file], about, m_places[i], m_files[file].packed, number};
}

int64_t Checkpoint::storedBytes() const {
  if (!isPacked()) return totalBytes();
  int64_t n = 0;
  for (const auto& f : m_files) n += f.packed->packedBytes();
  return n;
}

int64_t Checkpoint::totalBytes() const {
  int64_t n = 0;
  for (size_t i = 0; i < m_tensors.size(); ++i)
    if (m_tiedTo[i] == i) n += m_tensors[i].bytes();
  return n;
}

}  // namespace espalier
