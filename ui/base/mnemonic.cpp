#include "ui/base/mnemonic.h"

#include <QRegularExpression>

namespace espalier {

QString withoutMnemonic(QString text) {
  static const QRegularExpression bracketed(QStringLiteral("\\s*\\(&\\w\\)"));
  return text.remove(bracketed).remove('&');
}

}  // namespace espalier
