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
    const bool other = name == "training_args.bin" || name.starts_with("optimizer") ||
                       name.starts_with("scheduler") || name.starts_with("rng_state");
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
  if (fs::exists(single, ec)) {
    c->addFile(single, single.filename());
  } else if (fs::exists(index, ec)) {
    c->addIndexed(index);
  } else if (fs::exists(stateDict, ec)) {
    c->addFile(stateDict, single.filename());
  } else if (fs::exists(binIndex, ec)) {
    c->addIndexed(binIndex);
  } else {
    c->addFile(onlyWeightFile(folder), single.filename());
  }
  c->findTies();
  return c;
}

void Checkpoint::addIndexed(const fs::path& index) {
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
    if (!fs::exists(m_folder / shard, ec))
      throw Error(ErrorKind::Io, "The shard " + (m_folder / shard).string() + " named in " +
                                     index.filename().string() + " does not exist.");
    char name[64];
    std::snprintf(name, sizeof name, "model-%05d-of-%05d.safetensors", int(++number), int(shards.size()));
    addFile(m_folder / shard, isStateDict(shard) ? name : shard);
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
  const auto addOne = [&](TensorInfo info, std::span<const std::byte> bytes, size_t place) {
    if (m_index.contains(info.name))
      throw Error(ErrorKind::Format,
                  path.string() + " holds \"" + info.name + "\", which another shard holds as well.");
    m_index[info.name] = m_tensors.size();
    entry.tensors.push_back(info.name);
    m_tensors.push_back(std::move(info));
    m_bytes.push_back(bytes);
    m_dictOf.emplace_back(dict, place);
    m_mapOf.push_back(m_maps.size());
  };
  const auto add = [&](TensorInfo info, std::span<const std::byte> bytes, size_t place) {
    if (modelType() != "qwen3_moe") return addOne(std::move(info), bytes, place);
    for (auto& [part, own] : expertsApart(std::move(info), bytes)) addOne(std::move(part), own, place);
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
    const size_t wrapper = wrapperBytes(file.tensors());
    for (size_t i = 0; i < file.tensors().size(); ++i) {
      auto info = file.tensors()[i];
      info.name.erase(0, wrapper);
      add(std::move(info), file.bytes(i), i);
    }
    m_maps.push_back(file.file());
    entry.metadata = file.metadata();
    entry.metadata.try_emplace("format", "pt");  // transformers asks for it
  }
  m_files.push_back(std::move(entry));
}

void Checkpoint::findTies() {
  std::map<std::pair<const std::byte*, size_t>, size_t> first;
  m_tiedTo.resize(m_tensors.size());
  for (size_t i = 0; i < m_tensors.size(); ++i) {
    m_tiedTo[i] = i;
    if (m_bytes[i].empty()) continue;
    const auto [it, isNew] = first.emplace(std::pair(m_bytes[i].data(), m_bytes[i].size()), i);
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

void Checkpoint::check(const std::string& name) const {
  info(name);
  if (const auto& [dict, place] = m_dictOf[m_index.at(name)]; dict) dict->check(place);
}

std::span<const std::byte> Checkpoint::bytes(const std::string& name) const {
  info(name);
  return m_bytes[m_index.at(name)];
}

const std::shared_ptr<const MappedFile>& Checkpoint::fileOf(const std::string& name) const {
  info(name);
  return m_maps[m_mapOf[m_index.at(name)]];
}

int64_t Checkpoint::totalBytes() const {
  int64_t n = 0;
  for (size_t i = 0; i < m_tensors.size(); ++i)
    if (m_tiedTo[i] == i) n += m_tensors[i].bytes();
  return n;
}

}  // namespace espalier
