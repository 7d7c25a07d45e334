#pragma once

#include <QString>

namespace espalier {

// The text of a menu entry or label as people say it: without the mark of the key that chooses it, and
// without the key itself where it stands in brackets behind the text ("文件(&F)").
QString withoutMnemonic(QString text);

}  // namespace espalier
