#include "ui/controllers/engine_controller.h"

#include <mutex>

#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

// Who is told of a loss, from the connection's thread, as long as there is somebody.
struct EngineController::Told {
  std::mutex mutex;
  EngineController* who = nullptr;
};

EngineController::EngineController(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_told(std::make_shared<Told>()) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  m_told->who = this;
  if (!session.engine()) return;
  m_listening = session.engine()->whenLost([told = m_told](const std::string& why) {
    std::scoped_lock lock(told->mutex);
    if (!told->who) return;
    QMetaObject::invokeMethod(
        told->who,
        [who = told->who, why = text(why)] {
          who->m_why = why;
          Q_EMIT who->lost(why);
        },
        Qt::QueuedConnection);
  });
}

EngineController::~EngineController() {
  std::scoped_lock lock(m_told->mutex);
  m_told->who = nullptr;
}

void EngineController::reconnect() {
  const auto engine = m_session.engine();
  if (!engine) return;
  m_runner.start(tr("Reconnecting"), [this, engine, model = m_session.model()](const JobContext& context) {
    engine->reconnect(context.control());
    if (model) {
      const ModelInfo& was = infoOf(*model);
      const auto opened = openElsewhere(engine, was.folder, promptOf(*model), context.control());
      const ModelInfo& is = infoOf(*opened.model);
      if (is.parameters != was.parameters || is.fileBytes != was.fileBytes || is.family != was.family)
        throw Error(ErrorKind::InvalidInput,
                    tr("%1 is another model by now; open it again.").arg(text(was.folder)).toStdString());
    }
    return [this] {
      m_why.clear();
      Q_EMIT reconnected();
    };
  });
}

}  // namespace espalier
