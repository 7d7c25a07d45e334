#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/checkpoint/pickle.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/zip_archive.h"

namespace espalier {

// The two layouts of torch.save: the zip archive of PyTorch 1.6 and later, and the older one of five pickles
// and the storages behind them.

// The bytes of each storage by its key, with the archive's checksum; 0 where there is none.
using StateDictStorages = std::map<std::string, ZipArchive::Entry>;

// Whether the bytes have their checksum.
bool isWhole(const ZipArchive::Entry& entry);

// The pickle of the object that was saved. Throws Error where the file is no such layout, or damaged.
Pickle readStateDictLayout(const std::shared_ptr<const MappedFile>& file, StateDictStorages& storages);

}  // namespace espalier
