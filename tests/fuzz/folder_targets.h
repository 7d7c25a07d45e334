#pragma once

#include "tests/fuzz/scratch.h"

namespace espalier::fuzz {

// The targets that are a file among others in a folder, and the documents that the window and the commands
// keep.

void runShards(Bytes bytes);            // an index of weight files
void runTokenizerFolder(Bytes bytes);   // the first byte chooses the file: settings, vocabularies, merges
void runPictureProcessor(Bytes bytes);  // of every class, towers that divide pictures among them
void runGeneration(Bytes bytes);        // generation_config.json
void runPrunedRecipe(Bytes bytes);      // espalier-recipe.json of a pruned model
void runKeptBlock(Bytes bytes);         // a line of the journal of finished blocks, and of recoveries
void runLesson(Bytes bytes);
void runRuns(Bytes bytes);
void runStudyPoint(Bytes bytes);
void runMeasurement(Bytes bytes);
void runTraining(Bytes bytes);
void runServe(Bytes bytes);  // what a client sends to espalier-cli serve

}  // namespace espalier::fuzz
