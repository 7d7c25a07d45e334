#include "ui/items/picture_cache.h"

#include "core/image/image.h"
#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr int kMostPictures = 1000;
constexpr int kLargestSide = 256;  // of what is kept

QImage load(const QString& path) {
  try {
    const Image image = loadImage(toPath(path));
    const QImage view(image.rgb.data(), image.width, image.height, 3 * image.width, QImage::Format_RGB888);
    if (std::max(image.width, image.height) <= kLargestSide) return view.copy();
    return view.scaled(kLargestSide, kLargestSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  } catch (const std::exception&) {
    return {};
  }
}

using Loaded = QList<std::pair<QString, QImage>>;

Loaded loadHere(const QStringList& paths, const JobControl& control) {
  Loaded loaded;
  for (const QString& path : paths) {
    control.throwIfCancelled();
    loaded.append({path, load(path)});
  }
  return loaded;
}

Loaded loadThere(const ElsewherePtr& engine, const QStringList& paths, const JobControl& control) {
  std::vector<std::string> names;
  for (const QString& path : paths) names.push_back(toPath(path).string());
  const auto jpegs = picturesElsewhere(engine, names, kLargestSide, control);
  Loaded loaded;
  for (qsizetype i = 0; i < paths.size(); ++i)
    loaded.append({paths[i], QImage::fromData(QByteArray::fromStdString(jpegs[size_t(i)]), "JPEG")});
  return loaded;
}

}  // namespace

PictureCache::PictureCache(QObject* parent, ElsewherePtr engine)
    : QObject(parent), m_engine(std::move(engine)), m_pictures(kMostPictures) {
  // After a lost connection they are asked for again, when they are painted again.
  connect(&m_runner, &JobRunner::failed, this, [this] { m_asked.clear(); });
  connect(&m_runner, &JobRunner::idle, this, &PictureCache::loadWanted);
}

QImage PictureCache::picture(const QString& path) {
  if (path.isEmpty()) return {};
  if (const QImage* known = m_pictures.object(path)) return *known;
  if (!m_asked.contains(path)) {
    m_asked.insert(path);
    m_wanted.append(path);
    // After the paint that asks for many of them.
    QMetaObject::invokeMethod(this, &PictureCache::loadWanted, Qt::QueuedConnection);
  }
  return {};
}

void PictureCache::loadWanted() {
  if (m_wanted.isEmpty() || m_runner.isBusy()) return;
  m_runner.start(tr("Loading pictures"),
                 [this, engine = m_engine, paths = std::exchange(m_wanted, {})](const JobContext& context) {
                   const auto loaded = engine ? loadThere(engine, paths, context.control())
                                              : loadHere(paths, context.control());
                   return [this, loaded] {
                     for (const auto& [path, image] : loaded) {
                       m_pictures.insert(path, new QImage(image));
                       m_asked.remove(path);
                     }
                     Q_EMIT arrived();
                   };
                 });
}

}  // namespace espalier
