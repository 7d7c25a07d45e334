#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QStringList>

#include "core/engine/elsewhere.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

// Pictures by path, decoded on a thread of their own when they are first asked for.
class PictureCache : public QObject {
  Q_OBJECT

 public:
  // engine: on whose machine the pictures lie; null: on this one.
  explicit PictureCache(QObject* parent = nullptr, ElsewherePtr engine = {});

  // Null until it is there, or if it cannot be read. Large pictures come scaled down.
  QImage picture(const QString& path);

 Q_SIGNALS:
  void arrived();

 private:
  void loadWanted();

  ElsewherePtr m_engine;
  QCache<QString, QImage> m_pictures;
  QStringList m_wanted;
  QSet<QString> m_asked;
  JobRunner m_runner;
};

}  // namespace espalier
