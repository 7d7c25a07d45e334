#pragma once

#include <string>

#include "core/data/dataset.h"

namespace espalier {

// "picture=Bild,text=Beschreibung": pairs of picture, question, text or answer (which mean the same) and the
// name of a column. A name may hold commas and "=". Throws Error naming --columns where it is none of that.
DataColumns dataColumnsFrom(const std::string& written);

// The same the other way; empty where no column is named.
std::string toText(const DataColumns& columns);

}  // namespace espalier
