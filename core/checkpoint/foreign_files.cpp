#include "core/checkpoint/foreign_files.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace espalier {

namespace fs = std::filesystem;

namespace {

struct ForeignKind {
  const char* ending;  // of the name, in small letters
  const char* what;
  const char* advice;
};

constexpr const char* kOriginal = "open the folder that it was made from";
constexpr const char* kTransformers =
    "load it with transformers and save it with save_pretrained, which writes safetensors";

constexpr ForeignKind kKinds[] = {
    {"open_clip_config.json", "the configuration of an open_clip model",
     "open the same model in transformers' format (transformers has a script that converts it)"},
    {"model_index.json", "the index of a diffusers pipeline", "open the folder of one of its models"},
    {"params.json", "the configuration of a model in its authors' own format",
     "open the model in transformers' format"},
    {"adapter_config.json", "a LoRA adapter without its model", "merge it into its model, and open that"},
    {".gguf", "a file of llama.cpp (GGUF)", kOriginal},
    {".ggml", "a file of llama.cpp (GGML)", kOriginal},
    {".onnx", "an ONNX graph", kOriginal},
    {".h5", "weights of TensorFlow", kTransformers},
    {".msgpack", "weights of Flax", kTransformers},
    {".tflite", "a TensorFlow Lite graph", kOriginal},
    {".engine", "a TensorRT engine", kOriginal},
    {".mlmodel", "a Core ML model", kOriginal},
    {".npz", "arrays of NumPy", kTransformers},
    {".nemo", "an archive of NeMo", "open the model in transformers' format"},
    {".ckpt", "a checkpoint of PyTorch Lightning or TensorFlow",
     "save model.state_dict() of it as pytorch_model.bin beside its config.json"},
};

std::string inSmallLetters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

// The first folder with a config.json below snapshots/ of a Hub cache folder ("models--owner--name").
std::string hubSnapshotIn(const fs::path& folder) {
  std::error_code ec, each;
  std::vector<std::string> found;
  const auto inner = fs::is_directory(folder / "snapshots", ec) ? folder / "snapshots" : folder;
  for (fs::directory_iterator it(inner, ec), end; !ec && it != end; it.increment(ec))
    if (fs::exists(it->path() / "config.json", each)) found.push_back(it->path().filename().string());
  std::sort(found.begin(), found.end());
  if (found.empty() || inner == folder) return {};
  return (inner / found[0]).string();
}

}  // namespace

std::string foreignFilesIn(const fs::path& folder) {
  if (const auto snapshot = hubSnapshotIn(folder); !snapshot.empty())
    return "it is a folder of the Hugging Face cache; open its snapshot " + snapshot;
  std::error_code ec;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  for (const auto& kind : kKinds)
    for (const auto& name : names)
      if (inSmallLetters(name).ends_with(kind.ending))
        return "it holds " + name + ", " + kind.what + ", which is not read; " + kind.advice;
  return {};
}

}  // namespace espalier
