#pragma once

#include <QObject>
#include <QStringList>

namespace espalier {

// The model folders opened last, newest first, kept in the settings.
class RecentFolders : public QObject {
  Q_OBJECT

 public:
  explicit RecentFolders(QObject* parent = nullptr);

  QStringList folders() const;
  void add(const QString& folder);
  void clear();

 Q_SIGNALS:
  void changed();
};

}  // namespace espalier
