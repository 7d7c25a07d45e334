#include "core/samples/scene.h"

#include <QtTest/QtTest>
#include <cmath>
#include <map>
#include <set>

#include "core/data/dataset.h"
#include "core/image/image.h"
#include "core/samples/scene_dataset.h"

using namespace espalier;

class SceneTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sameStreamSameScene() {
    CounterRandom a(1, 2), b(1, 2), c(1, 3);
    const auto first = drawScene(a, SceneWorld::Train, 1, 3), second = drawScene(b, SceneWorld::Train, 1, 3),
               other = drawScene(c, SceneWorld::Train, 1, 3);
    QVERIFY(first.rgb == second.rgb && first.owner == second.owner);
    QVERIFY(first.rgb != other.rgb);
  }

  // What the trained model must never have seen is never drawn, and never asked about.
  void heldOutCombinationsStayOut() {
    for (uint64_t i = 0; i < 400; ++i) {
      CounterRandom r(9, i);
      const auto scene = drawScene(r, SceneWorld::Train, 1, 3);
      for (const auto& o : scene.objects) QVERIFY(!isHeldOut(o.shape, o.colour));
      const auto q = askAbout(scene, "exists", r, SceneWorld::Train);
      for (size_t s = 0; s < sceneShapes().size(); ++s)
        for (size_t c = 0; c < sceneColours().size(); ++c)
          if (isHeldOut(int(s), int(c)))
            QVERIFY(q.question.find(sceneColours()[c] + " " + sceneShapes()[s]) == std::string::npos);
      CounterRandom n(10, i);
      const auto novel = drawScene(n, SceneWorld::Novel, 1, 3);
      QVERIFY(std::any_of(novel.objects.begin(), novel.objects.end(),
                          [](const auto& o) { return isHeldOut(o.shape, o.colour); }));
    }
  }

  void everyShapeAndColourHasAPlaceInTraining() {
    for (size_t s = 0; s < sceneShapes().size(); ++s) {
      int out = 0;
      for (size_t c = 0; c < sceneColours().size(); ++c) out += isHeldOut(int(s), int(c));
      QCOMPARE(out, 1);
    }
  }

  // The answers follow from the objects, told here by other means than the generator's.
  void answersAreTrue() {
    int asked = 0;
    for (uint64_t i = 0; i < 300; ++i) {
      CounterRandom r(4, i);
      const auto scene = drawScene(r, SceneWorld::Train, 1, 3);
      // "the circle" by shape, "the red object" by colour, "the red circle" by both: whichever fits one
      // object alone.
      const auto find = [&](const QString& words) -> const SceneObject* {
        const SceneObject* found = nullptr;
        for (const auto& o : scene.objects) {
          const auto colour = QString::fromStdString(sceneColours()[size_t(o.colour)]);
          const auto shape = QString::fromStdString(sceneShapes()[size_t(o.shape)]);
          if (words == shape || words == colour + " object" || words == colour + " " + shape) {
            if (found) return nullptr;
            found = &o;
          }
        }
        return found;
      };
      for (const char* kind : {"left-right", "above-below", "same-size"}) {
        const auto q = askAbout(scene, kind, r, SceneWorld::Train);
        if (q.question.empty()) continue;
        ++asked;
        const auto match =
            QRegularExpression("(?:is|are) the (.+?) (?:left or right of|above or below|and) the (\\w+ \\w+)")
                .match(QString::fromStdString(q.question));
        const auto *a = find(match.captured(1)), *b = find(match.captured(2));
        QVERIFY2(a && b, q.question.c_str());
        if (q.kind == "left-right") QCOMPARE(q.answer == "left", a->x < b->x);
        if (q.kind == "above-below") QCOMPARE(q.answer == "above", a->y < b->y);
        if (q.kind == "same-size") QCOMPARE(q.answer == "yes", a->size == b->size);
      }
      const auto caption = captionOf(scene);
      size_t at = 0;
      for (const auto& o : scene.objects) {  // from left to right
        at = caption.find(sceneColours()[size_t(o.colour)] + " " + sceneShapes()[size_t(o.shape)], at);
        QVERIFY(at != std::string::npos);
      }
    }
    QVERIFY(asked > 250);
  }

  void ownersAreWhereTheObjectsAre() {
    CounterRandom r(2, 0);
    const auto scene = drawScene(r, SceneWorld::Train, 3, 3);
    std::vector<int> seen(3, 0);
    for (int y = 0; y < scene.side; ++y)
      for (int x = 0; x < scene.side; ++x)
        if (const int o = scene.owner[size_t(y * scene.side + x)]; o >= 0) {
          ++seen[size_t(o)];
          QVERIFY(std::hypot(x - scene.objects[size_t(o)].x, y - scene.objects[size_t(o)].y) <
                  1.35 * scene.objects[size_t(o)].radius);
        }
    for (int n : seen) QVERIFY(n > 40);
  }

  void datasetRoundTrips() {
    QTemporaryDir dir;
    writeSceneDataset(dir.path().toStdString(), {"unit test", 3, 5, 2, SceneWorld::Train});
    const auto data = openDataset(dir.path().toStdString());
    QCOMPARE(data.samples.size(), size_t(10));
    QVERIFY(data.problems.empty());
    CounterRandom r(3, streamOf("unit test", 0));
    const auto scene = drawScene(r, SceneWorld::Train, 1, 3);
    const auto picture = loadImage(data.samples[0].image);
    QVERIFY(picture.rgb == scene.rgb);
  }

  void kindsAreAskedAboutEvenly() {
    QTemporaryDir dir;
    writeSceneDataset(dir.path().toStdString(), {"unit test", 3, 22, 4, SceneWorld::Train});
    std::map<std::string, std::set<std::string>> kindsOf;
    std::map<std::string, int> asked;
    for (const auto& s : openDataset(dir.path().toStdString()).samples) {
      ++asked[s.kind];
      QVERIFY2(kindsOf[s.image.string()].insert(s.kind).second, "one kind twice about a picture");
    }
    QCOMPARE(asked.size(), sceneQuestionKinds().size());
    // A third of the scenes has one object, about which four of the kinds cannot be asked.
    for (const auto& [kind, times] : asked) QVERIFY2(times >= 6 && times <= 10, kind.c_str());
  }

  void streamsShareNoScene() {
    for (uint64_t i = 0; i < 50; ++i) {
      CounterRandom a(1, streamOf("test", i)), b(1, streamOf("calibration", i));
      QVERIFY(drawScene(a, SceneWorld::Train, 1, 3).rgb != drawScene(b, SceneWorld::Train, 1, 3).rgb);
    }
  }
};

QTEST_APPLESS_MAIN(SceneTest)
#include "scene_test.moc"
