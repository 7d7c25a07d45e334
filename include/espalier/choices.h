#pragma once

// What can be chosen. Each value is described where the command line's flag of that name is: espalier-cli(1),
// docs/method.md.
namespace espalier::api {

enum class DeviceKind { Cpu, Cuda };

// How a question is put to a model that makes text.
enum class PromptForm {
  Auto,   // as a conversation, where the model's folder has a chat template and the data ask something
  Plain,  // in the family's own few words
  Chat,   // as a conversation
};

// The part of a multimodal model that a block belongs to.
enum class Component {
  Vision,
  Bridge,  // BLIP-2's Q-Former
  Projector,
  Text,
  TextEncoder,
  TextDecoder,
  LanguageEncoder,
  LanguageDecoder,
  Language,
};

enum class ScoreMethod { ZerothOrder, ForwardMode, ExactGradient, FirstOrder, PrunedLoss, Local, Magnitude };

// How scores become sparsities. Owl, Dlp, AlphaPruning and Local need ScoreOptions::statistics.
// GlobalMagnitude is what Model::globalMagnitudePlan names; makePlan refuses it.
enum class Allocator {
  Ecoflap,
  Uniform,
  Local,
  Owl,
  Dlp,
  AlphaPruning,
  Atp,
  EcoflapOfficial,
  GlobalMagnitude
};

// What shares one sparsity.
enum class Granularity { Matrix, Block, Component };

// How a group's score is made of those of its matrices. Average: the sum divided by the group's weights.
enum class Aggregate { Sum, Average, Mean };

// Which weights of a matrix go first.
enum class Criterion { Magnitude, Wanda, Ria, SparseGpt, Admm, Alps };

// Among which weights the least important are looked for. Published: what the criterion's publication
// compares.
enum class Comparison { Published, Row, Matrix };

// Under which weights the inputs of a block are seen.
enum class CalibrationInputs { PrunedBlocks, DenseModel };

// What weights that change are fitted to: the outputs the matrix would have of its inputs, or those of the
// dense model, so that it makes up for what the blocks before it lost. The latter needs PrunedBlocks.
enum class FitTarget { OwnOutputs, DenseOutputs };

// What changes each matrix after the criterion: Dsnot and Swaps improve its mask, Refit the values of what
// stays, and Int8 (scaled by the largest value of a row) and Int8Mse (scaled for the least squared error)
// round these to eight bits. In this order.
enum class Refinement { Dsnot, Swaps, Refit, Int8, Int8Mse };

enum class Task { Auto, Vqa, Caption, Retrieval, Classification, Perplexity };

// Which format the data are read as. Recognised: the first that fits.
enum class DataFormat {
  Recognised,
  Metadata,
  Vqa,
  Gqa,
  Karpathy,
  CocoCaptions,
  Records,
  TokenCaptions,
  ClassFolders,
  TextCaptions,
  Pictures,
  Text,
};

enum class ErrorKind {
  InvalidInput,  // an option or the content of a file that a person can correct
  Format,        // a file that is not what it says it is
  Io,            // the operating system refused
  Unsupported,   // a valid model or file that asks for something not built
  Internal,      // a defect of Espalier
};

}  // namespace espalier::api
