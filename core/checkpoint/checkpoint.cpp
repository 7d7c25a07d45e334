#include "core/checkpoint/checkpoint.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"

namespace espalier {

namespace fs = std::filesystem;

std::shared_ptr<const Checkpoint> Checkpoint::open(const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder, ec))
    throw Error(ErrorKind::Io, "The model folder " + folder.string() + " does not exist.");
  if (!fs::is_directory(folder, ec))
    throw Error(ErrorKind::InvalidInput,
                folder.string() + " is a file; a model folder with config.json was expected.");
  if (!fs::exists(folder / "config.json", ec))
    throw Error(ErrorKind::InvalidInput, folder.string() + " is not a model folder: it has no config.json.");
  std::shared_ptr<Checkpoint> c(new Checkpoint);
  c->m_folder = folder;
  c->m_config = readJsonFile(folder / "config.json");
  if (!c->m_config.is_object())
    throw Error(ErrorKind::Format, (folder / "config.json").string() + " does not hold a JSON object.");

  const fs::path single = folder / "model.safetensors", index = folder / "model.safetensors.index.json";
  if (fs::exists(single, ec)) {
    c->addFile(single);
  } else if (fs::exists(index, ec)) {
    const auto j = readJsonFile(index);
    if (!j.is_object() || !j.contains("weight_map") || !j["weight_map"].is_object())
      throw Error(ErrorKind::Format, index.string() + " has no \"weight_map\" object.");
    std::set<std::string> shards;
    for (const auto& [tensor, file] : j["weight_map"].items()) {
      if (!file.is_string())
        throw Error(ErrorKind::Format, index.string() + " maps \"" + tensor + "\" to no file name.");
      shards.insert(file.get<std::string>());
    }
    for (const auto& shard : shards) {
      if (fs::path(shard).filename() != shard)
        throw Error(ErrorKind::Format, index.string() + " names the shard \"" + shard +
                                           "\"; a file name without folders was expected.");
      if (!fs::exists(folder / shard, ec))
        throw Error(ErrorKind::Io, "The shard " + (folder / shard).string() + " named in " +
                                       index.filename().string() + " does not exist.");
      c->addFile(folder / shard);
    }
    for (const auto& [tensor, file] : j["weight_map"].items())
      if (!c->has(tensor))
        throw Error(ErrorKind::Format, index.string() + " places \"" + tensor + "\" in " +
                                           file.get<std::string>() + ", which does not hold it.");
  } else {
    throw Error(ErrorKind::InvalidInput,
                folder.string() +
                    " holds no weights: model.safetensors or model.safetensors.index.json was expected.");
  }
  return c;
}

void Checkpoint::addFile(const fs::path& path) {
  const auto file = SafetensorsFile::open(path);
  File entry{path, {}, file.metadata()};
  for (size_t i = 0; i < file.tensors().size(); ++i) {
    const auto& info = file.tensors()[i];
    if (m_index.contains(info.name))
      throw Error(ErrorKind::Format,
                  path.string() + " holds \"" + info.name + "\", which another shard holds as well.");
    m_index[info.name] = m_tensors.size();
    m_tensors.push_back(info);
    m_bytes.push_back(file.bytes(i));
    m_mapOf.push_back(m_maps.size());
    entry.tensors.push_back(info.name);
  }
  m_maps.push_back(file.file());
  m_files.push_back(std::move(entry));
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
  for (const auto& t : m_tensors) n += t.bytes();
  return n;
}

}  // namespace espalier
