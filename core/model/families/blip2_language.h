#pragma once

#include "core/model/model.h"

namespace espalier {

// What the language part of BLIP-2 or InstructBLIP is given of pictures.
struct Blip2Pictures {
  int64_t token = -1;     // whose places they take; -1, or a text without it: they stand before the text
  int64_t queries = 0;    // how many features each has
  int64_t width = 0;      // of the Q-Former
  bool withText = false;  // the Q-Former's output has a row for each text and holds text behind the queries
};

// Adds the projection and T5, OPT or, with withText, LLaMA by "text_config", and says how it generates.
void addBlip2Language(Model& model, const ModelSource& source, const Blip2Pictures& pictures);

}  // namespace espalier
