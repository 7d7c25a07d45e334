#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace espalier {

// Procedurally drawn pictures with everything known about them, so that a model can be trained and tested on
// fresh ones without end: the world of the bundled sample model.

// A shape in a scene. Kinds index sceneShapes(), sceneColours(), ...
struct SceneObject {
  int shape = 0;
  int colour = 0;
  int size = 0;                     // 0 small, 1 large
  int texture = 0;                  // 0 plain, 1 striped
  double x = 0, y = 0, radius = 0;  // centre and radius in pixels
  double angle = 0;                 // radians
};

struct Scene {
  int side = 0;                      // pixels; pictures are square
  std::vector<SceneObject> objects;  // from left to right by centre
  std::vector<uint8_t> rgb;          // [side, side, 3]
  std::vector<int8_t> owner;  // [side, side]: index of the object seen at a pixel, -1 for the background
};

struct SceneQuestion {
  std::string kind;  // "colour", "shape", ..., "caption"; see sceneQuestionKinds()
  std::string question;
  std::string answer;
};

const std::vector<std::string>& sceneShapes();    // circle, square, triangle, star, cross, ring
const std::vector<std::string>& sceneColours();   // red, orange, yellow, green, cyan, blue, purple, white
const std::vector<std::string>& sceneSizes();     // small, large
const std::vector<std::string>& sceneTextures();  // plain, striped
const std::vector<std::string>& sceneQuestionKinds();

// Whether the combination of shape and colour is kept out of training, in pictures and in questions.
bool isHeldOut(int shape, int colour);

// Which combinations may be drawn: Train never draws a held-out one, Novel draws at least one in each
// picture.
enum class SceneWorld { Train, Novel };

// A fresh scene of minObjects ... maxObjects shapes, no two alike in both shape and colour. The same random
// stream gives the same scene.
Scene drawScene(CounterRandom& random, SceneWorld world, int minObjects, int maxObjects, int side = 64);

// One sentence that names every object, left to right, with size, texture, colour and shape.
std::string captionOf(const Scene& scene);

// Beside sceneQuestionKinds() there is "side", for training only: which half of the picture an object is in,
// asked in the words of "left-right" and "above-below". Those two name the first object by shape and the
// second by colour: a model that still reads a question as a bag of words cannot tell "the red ring left of
// the blue star" from its mirror image, and training (2,000 steps of it, tried) stays at chance.
//
// A question of the kind with a definite answer about this scene; an empty question where the scene allows
// none (left or right with one object). In the Train world held-out combinations are not mentioned.
SceneQuestion askAbout(const Scene& scene, const std::string& kind, CounterRandom& random, SceneWorld world);

}  // namespace espalier
