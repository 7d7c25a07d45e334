#include "core/samples/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace espalier {

namespace {

constexpr int kOversampling = 4;  // drawn larger and averaged down: anti-aliasing
constexpr double kSmallRadius[2] = {9.5, 11.0}, kLargeRadius[2] = {14.5, 16.5};

// One colour for each shape, so that every shape and most colours are known to the model, but not together.
constexpr int kHeldOutColour[] = {6, 1, 0, 5, 2, 3};

constexpr uint8_t kRgb[][3] = {{214, 40, 40},  {240, 136, 24}, {240, 216, 40}, {44, 160, 60},
                               {50, 205, 215}, {40, 80, 215},  {140, 60, 185}, {245, 245, 245}};

double between(CounterRandom& r, double low, double high) {
  return low + (high - low) * r.uniform();
}

std::vector<cv::Point> polygon(const SceneObject& o, const std::vector<std::pair<double, double>>& corners) {
  std::vector<cv::Point> out;
  const double c = std::cos(o.angle), s = std::sin(o.angle);
  for (const auto& [u, v] : corners)
    out.emplace_back(int(std::lround(kOversampling * (o.x + o.radius * (c * u - s * v)))),
                     int(std::lround(kOversampling * (o.y + o.radius * (s * u + c * v)))));
  return out;
}

// 255 where the shape is, on the oversampled canvas.
cv::Mat maskOf(const SceneObject& o, int side) {
  cv::Mat mask(side * kOversampling, side * kOversampling, CV_8U, cv::Scalar(0));
  const cv::Point centre(int(std::lround(o.x * kOversampling)), int(std::lround(o.y * kOversampling)));
  const int radius = int(std::lround(o.radius * kOversampling));
  const auto fill = [&](const std::vector<std::pair<double, double>>& corners) {
    cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{polygon(o, corners)}, cv::Scalar(255));
  };
  switch (o.shape) {
    case 0:
      cv::circle(mask, centre, radius, cv::Scalar(255), cv::FILLED);
      break;
    case 1:
      fill({{-.88, -.88}, {.88, -.88}, {.88, .88}, {-.88, .88}});
      break;
    case 2: {
      std::vector<std::pair<double, double>> p;
      for (int i = 0; i < 3; ++i) {
        const double a = -std::numbers::pi / 2 + i * 2 * std::numbers::pi / 3;
        p.emplace_back(1.2 * std::cos(a), 1.2 * std::sin(a) + 0.15);
      }
      fill(p);
      break;
    }
    case 3: {
      std::vector<std::pair<double, double>> p;
      for (int i = 0; i < 10; ++i) {
        const double a = -std::numbers::pi / 2 + i * std::numbers::pi / 5, r = i % 2 ? 0.5 : 1.2;
        p.emplace_back(r * std::cos(a), r * std::sin(a));
      }
      fill(p);
      break;
    }
    case 4: {
      constexpr double w = 0.34;
      fill({{-w, -1.05},
            {w, -1.05},
            {w, -w},
            {1.05, -w},
            {1.05, w},
            {w, w},
            {w, 1.05},
            {-w, 1.05},
            {-w, w},
            {-1.05, w},
            {-1.05, -w},
            {-w, -w}});
      break;
    }
    default:
      cv::circle(mask, centre, radius, cv::Scalar(255), cv::FILLED);
      cv::circle(mask, centre, int(std::lround(radius * 0.55)), cv::Scalar(0), cv::FILLED);
  }
  return mask;
}

// A muted background: one tone, a gradient, soft blotches or a faint grid.
cv::Mat backgroundOf(CounterRandom& r, int side) {
  const double grey = between(r, 50, 150);
  double tone[3];
  for (double& t : tone) t = std::clamp(grey + between(r, -22, 22), 0.0, 255.0);
  const int kind = int(r.below(4));
  const double slope = between(r, -30, 30), direction = between(r, 0, 2 * std::numbers::pi);
  const double contrast = between(r, 6, 22), cell = between(r, 5, 12);
  cv::Mat blotches(5, 5, CV_32F);
  for (int i = 0; i < 25; ++i) blotches.at<float>(i / 5, i % 5) = float(between(r, -1, 1));
  cv::resize(blotches, blotches, cv::Size(side, side), 0, 0, cv::INTER_CUBIC);
  cv::Mat out(side, side, CV_32FC3);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      double d = 0;
      if (kind == 1) d = slope * ((x * std::cos(direction) + y * std::sin(direction)) / side - 0.5);
      if (kind == 2) d = contrast * blotches.at<float>(y, x);
      if (kind == 3) d = (int(x / cell) + int(y / cell)) % 2 ? contrast / 2 : -contrast / 2;
      for (int c = 0; c < 3; ++c) out.at<cv::Vec3f>(y, x)[c] = float(std::clamp(tone[c] + d, 0.0, 255.0));
    }
  return out;
}

// Paints the object where the mask is set: its tone with a little variation; stripes alternate with a darker
// tone.
void paint(cv::Mat& canvas, const cv::Mat& mask, const SceneObject& o, CounterRandom& r) {
  const double shade = between(r, 0.88, 1.06), period = between(r, 4.2, 5.4), phase = between(r, 0, 6),
               slant = between(r, 0, std::numbers::pi);
  const double stepX = std::cos(slant) / kOversampling, stepY = std::sin(slant) / kOversampling;
  cv::Vec3f light, dark;
  for (int c = 0; c < 3; ++c) {
    light[c] = float(std::clamp(kRgb[o.colour][c] * shade + between(r, -8, 8), 0.0, 255.0));
    dark[c] = o.texture == 1 ? light[c] * 0.42f : light[c];
  }
  const cv::Rect box = cv::boundingRect(mask);
  for (int y = box.y; y < box.y + box.height; ++y)
    for (int x = box.x; x < box.x + box.width; ++x) {
      if (!mask.at<uint8_t>(y, x)) continue;
      const double along = (x * stepX + y * stepY + phase) / period;
      canvas.at<cv::Vec3f>(y, x) = along - std::floor(along) < 0.5 ? dark : light;
    }
}

bool fits(const SceneObject& o, const std::vector<SceneObject>& others) {
  return std::all_of(others.begin(), others.end(), [&](const SceneObject& p) {
    // A little overlap is part of the world; more would hide what the questions ask.
    return std::hypot(o.x - p.x, o.y - p.y) > 0.86 * (o.radius + p.radius);
  });
}

void pickKind(SceneObject& o, CounterRandom& r, bool heldOut) {
  do {
    o.shape = int(r.below(int64_t(sceneShapes().size())));
    o.colour = heldOut ? kHeldOutColour[o.shape] : int(r.below(int64_t(sceneColours().size())));
  } while (!heldOut && isHeldOut(o.shape, o.colour));
  o.size = int(r.below(2));
  o.texture = int(r.below(2));
}

std::string described(const SceneObject& o) {
  return sceneSizes()[size_t(o.size)] + " " + sceneTextures()[size_t(o.texture)] + " " +
         sceneColours()[size_t(o.colour)] + " " + sceneShapes()[size_t(o.shape)];
}

std::string named(const SceneObject& o) {
  return sceneColours()[size_t(o.colour)] + " " + sceneShapes()[size_t(o.shape)];
}

std::string plural(int shape) {
  return sceneShapes()[size_t(shape)] + (shape == 4 ? "es" : "s");
}

std::string numberWord(int64_t n) {
  static const char* words[] = {"zero", "one", "two", "three", "four", "five"};
  return words[n];
}

template <typename F>
int64_t countOf(const Scene& scene, F&& predicate) {
  return std::count_if(scene.objects.begin(), scene.objects.end(), predicate);
}

// An object that can be told from the others by the phrase `describe` makes of it.
template <typename F>
std::optional<std::pair<const SceneObject*, std::string>> unambiguous(const Scene& scene, CounterRandom& r,
                                                                      F&& describe) {
  std::vector<std::pair<const SceneObject*, std::string>> options;
  for (const auto& o : scene.objects) {
    const std::string phrase = describe(o);
    if (countOf(scene, [&](const SceneObject& p) { return describe(p) == phrase; }) == 1)
      options.emplace_back(&o, phrase);
  }
  if (options.empty()) return {};
  return options[size_t(r.below(int64_t(options.size())))];
}

using ObjectPair = std::pair<const SceneObject*, const SceneObject*>;

// One of the pairs of different objects that the predicate takes.
template <typename F>
std::optional<ObjectPair> pairOf(const Scene& scene, CounterRandom& r, F&& wanted) {
  std::vector<ObjectPair> options;
  for (const auto& a : scene.objects)
    for (const auto& b : scene.objects)
      if (&a != &b && wanted(a, b)) options.emplace_back(&a, &b);
  if (options.empty()) return {};
  return options[size_t(r.below(int64_t(options.size())))];
}

// A pair for a question about where the first lies from the second, clearly apart along x or y. The first can
// be told by its shape alone, the second by its colour alone.
std::optional<ObjectPair> relatedPair(const Scene& scene, CounterRandom& r, double SceneObject::*axis) {
  return pairOf(scene, r, [&](const SceneObject& a, const SceneObject& b) {
    return std::abs(a.*axis - b.*axis) >= scene.side / 8.0 &&
           countOf(scene, [&](const SceneObject& o) { return o.shape == a.shape; }) == 1 &&
           countOf(scene, [&](const SceneObject& o) { return o.colour == b.colour; }) == 1;
  });
}

}  // namespace

const std::vector<std::string>& sceneShapes() {
  static const std::vector<std::string> v{"circle", "square", "triangle", "star", "cross", "ring"};
  return v;
}
const std::vector<std::string>& sceneColours() {
  static const std::vector<std::string> v{"red",  "orange", "yellow", "green",
                                          "cyan", "blue",   "purple", "white"};
  return v;
}
const std::vector<std::string>& sceneSizes() {
  static const std::vector<std::string> v{"small", "large"};
  return v;
}
const std::vector<std::string>& sceneTextures() {
  static const std::vector<std::string> v{"plain", "striped"};
  return v;
}
const std::vector<std::string>& sceneQuestionKinds() {
  static const std::vector<std::string> v{"colour",      "shape",     "size",   "texture",
                                          "count",       "exists",    "where",  "left-right",
                                          "above-below", "same-size", "caption"};
  return v;
}

bool isHeldOut(int shape, int colour) {
  return kHeldOutColour[shape] == colour;
}

Scene drawScene(CounterRandom& r, SceneWorld world, int minObjects, int maxObjects, int side) {
  Scene scene;
  scene.side = side;
  const double scale = side / 64.0;
  // Placing by trial: large shapes may leave no room, then everything is drawn anew.
  for (bool placed = false; !placed;) {
    scene.objects.clear();
    const int wanted = minObjects + int(r.below(maxObjects - minObjects + 1));
    const int novel = world == SceneWorld::Novel ? int(r.below(wanted)) : -1;
    placed = true;
    for (int i = 0; i < wanted && placed; ++i) {
      SceneObject o;
      do {
        pickKind(o, r, i == novel);
      } while (std::any_of(scene.objects.begin(), scene.objects.end(),
                           [&](const SceneObject& p) { return p.shape == o.shape && p.colour == o.colour; }));
      const double* range = o.size ? kLargeRadius : kSmallRadius;
      o.radius = scale * between(r, range[0], range[1]);
      o.angle = between(r, -0.26, 0.26);
      placed = false;
      for (int attempt = 0; attempt < 30 && !placed; ++attempt) {
        o.x = between(r, o.radius, side - o.radius);
        o.y = between(r, o.radius, side - o.radius);
        placed = fits(o, scene.objects);
      }
      scene.objects.push_back(o);
    }
  }

  cv::Mat canvas = backgroundOf(r, side);
  cv::resize(canvas, canvas, cv::Size(side * kOversampling, side * kOversampling), 0, 0, cv::INTER_LINEAR);
  cv::Mat owners(side * kOversampling, side * kOversampling, CV_8S, cv::Scalar(-1));
  std::sort(scene.objects.begin(), scene.objects.end(),
            [](const auto& a, const auto& b) { return a.x < b.x; });
  std::vector<size_t> order(scene.objects.size());  // which lies on top is chance, not position
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[size_t(r.below(int64_t(i)))]);
  for (size_t i : order) {
    const cv::Mat mask = maskOf(scene.objects[i], side);
    paint(canvas, mask, scene.objects[i], r);
    owners.setTo(cv::Scalar(double(i)), mask);
  }
  cv::Mat small;
  cv::resize(canvas, small, cv::Size(side, side), 0, 0, cv::INTER_AREA);
  const double noise = between(r, 0, 5);
  std::vector<float> grain(size_t(side * side * 3));
  CounterRandom(uint64_t(r.below(int64_t(1) << 52)), streamOf("grain"))
      .fillNormal(grain.data(), int64_t(grain.size()));
  scene.rgb.resize(size_t(side * side * 3));
  scene.owner.resize(size_t(side * side));
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      for (int c = 0; c < 3; ++c)
        scene.rgb[size_t((y * side + x) * 3 + c)] = uint8_t(std::clamp(
            small.at<cv::Vec3f>(y, x)[c] + noise * grain[size_t((y * side + x) * 3 + c)], 0.0, 255.0));
      scene.owner[size_t(y * side + x)] =
          owners.at<int8_t>(y * kOversampling + kOversampling / 2, x * kOversampling + kOversampling / 2);
    }
  return scene;
}

std::string captionOf(const Scene& scene) {
  std::string s;
  for (size_t i = 0; i < scene.objects.size(); ++i) {
    if (i > 0) s += i + 1 == scene.objects.size() ? " and " : ", ";
    s += "a " + described(scene.objects[i]);
  }
  return s;
}

// Long because it is a list: a branch for each kind of question, in which the draws stand in the order they
// are made.
SceneQuestion askAbout(const Scene& scene, const std::string& kind, CounterRandom& r, SceneWorld world) {
  SceneQuestion q{kind, {}, {}};
  const auto shapeName = [](const SceneObject& o) { return sceneShapes()[size_t(o.shape)]; };
  const auto colourName = [](const SceneObject& o) { return sceneColours()[size_t(o.colour)]; };
  if (kind == "caption") {
    q.question = "describe the picture";
    q.answer = captionOf(scene);
  } else if (kind == "colour") {
    // By shape alone where that is enough, else with the size or texture.
    auto target = unambiguous(scene, r, shapeName);
    if (!target || r.below(3) == 0)
      if (const auto other = unambiguous(scene, r, [&](const SceneObject& o) {
            return sceneTextures()[size_t(o.texture)] + " " + shapeName(o);
          }))
        target = other;
    if (target) {
      q.question = "what colour is the " + target->second + "?";
      q.answer = sceneColours()[size_t(target->first->colour)];
    }
  } else if (kind == "shape") {
    auto target =
        unambiguous(scene, r, [](const SceneObject& o) { return sceneColours()[size_t(o.colour)]; });
    if (!target || r.below(3) == 0)
      if (const auto other = unambiguous(scene, r, [](const SceneObject& o) {
            return sceneSizes()[size_t(o.size)] + " " + sceneColours()[size_t(o.colour)];
          }))
        target = other;
    if (target) {
      q.question = "what shape is the " + target->second + " object?";
      q.answer = sceneShapes()[size_t(target->first->shape)];
    }
  } else if (kind == "size" || kind == "texture") {
    const auto& o = scene.objects[size_t(r.below(int64_t(scene.objects.size())))];
    q.question = (kind == "size" ? "is the " + named(o) + " small or large?"
                                 : "is the " + named(o) + " plain or striped?");
    q.answer = kind == "size" ? sceneSizes()[size_t(o.size)] : sceneTextures()[size_t(o.texture)];
  } else if (kind == "count") {
    const int what = int(r.below(4));
    // Asked about something that is there three times in four, so that zero does not become the answer to
    // everything.
    const auto& o = scene.objects[size_t(r.below(int64_t(scene.objects.size())))];
    const bool present = r.below(4) != 0;
    if (what <= 1) {
      q.question = "how many objects are there?";
      q.answer = numberWord(int64_t(scene.objects.size()));
    } else if (what == 2) {
      const int colour = present ? o.colour : int(r.below(int64_t(sceneColours().size())));
      q.question = "how many " + sceneColours()[size_t(colour)] + " objects are there?";
      q.answer = numberWord(countOf(scene, [&](const SceneObject& p) { return p.colour == colour; }));
    } else {
      const int shape = present ? o.shape : int(r.below(int64_t(sceneShapes().size())));
      q.question = "how many " + plural(shape) + " are there?";
      q.answer = numberWord(countOf(scene, [&](const SceneObject& p) { return p.shape == shape; }));
    }
  } else if (kind == "exists") {
    SceneObject o = scene.objects[size_t(r.below(int64_t(scene.objects.size())))];
    const auto there = [&] {
      return countOf(scene,
                     [&](const SceneObject& p) { return p.shape == o.shape && p.colour == o.colour; }) > 0;
    };
    if (r.below(2) == 0)
      // A near miss: an object that is there with another shape or another colour.
      do {
        SceneObject changed = o;
        if (r.below(2) == 0)
          changed.shape = int(r.below(int64_t(sceneShapes().size())));
        else
          changed.colour = int(r.below(int64_t(sceneColours().size())));
        if (world == SceneWorld::Train && isHeldOut(changed.shape, changed.colour)) continue;
        o = changed;
      } while (there());
    q.question = "is there a " + named(o) + "?";
    q.answer = there() ? "yes" : "no";
  } else if (kind == "where") {
    const auto& o = scene.objects[size_t(r.below(int64_t(scene.objects.size())))];
    const double middle = scene.side / 2.0, margin = scene.side / 20.0;
    if (std::abs(o.x - middle) >= margin && std::abs(o.y - middle) >= margin) {
      q.question = "where is the " + named(o) + "?";
      q.answer = std::string(o.y < middle ? "top" : "bottom") + (o.x < middle ? " left" : " right");
    }
  } else if (kind == "side") {
    const auto& o = scene.objects[size_t(r.below(int64_t(scene.objects.size())))];
    const double middle = scene.side / 2.0, margin = scene.side / 20.0;
    const bool across = r.below(2) == 0;
    const double at = across ? o.x : o.y;
    if (std::abs(at - middle) >= margin) {
      q.question = "is the " + named(o) + (across ? " left or right?" : " above or below?");
      q.answer = across ? (at < middle ? "left" : "right") : (at < middle ? "above" : "below");
    }
  } else if (kind == "left-right") {
    if (const auto p = relatedPair(scene, r, &SceneObject::x)) {
      q.question =
          "is the " + shapeName(*p->first) + " left or right of the " + colourName(*p->second) + " object?";
      q.answer = p->first->x < p->second->x ? "left" : "right";
    }
  } else if (kind == "above-below") {
    if (const auto p = relatedPair(scene, r, &SceneObject::y)) {
      q.question =
          "is the " + shapeName(*p->first) + " above or below the " + colourName(*p->second) + " object?";
      q.answer = p->first->y < p->second->y ? "above" : "below";
    }
  } else if (kind == "same-size") {
    if (const auto p = pairOf(scene, r, [](const SceneObject&, const SceneObject&) { return true; })) {
      q.question = "are the " + named(*p->first) + " and the " + named(*p->second) + " the same size?";
      q.answer = p->first->size == p->second->size ? "yes" : "no";
    }
  }
  return q;
}

}  // namespace espalier
