#include "core/image/picture_processor.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/config_reader.h"
#include "core/image/picture_room.h"
#include "core/image/processor_class.h"
#include "core/image/processors/processors.h"

namespace espalier {

namespace {

class PlainPictureProcessor : public PictureProcessor {
 public:
  explicit PlainPictureProcessor(ImageProcessor processor) : m_processor(std::move(processor)) {}
  std::string className() const override { return m_processor.className; }
  PictureLayout layoutOf(ImageSize picture) const override { return {.picture = picture}; }
  PictureTensors make(const Image& picture) const override {
    auto pixels = m_processor.apply(picture);
    return {{"pixel_values", {{1, 3, pixels.height, pixels.width}, std::move(pixels.values)}}};
  }
  double bytesFor(ImageSize picture) const override { return m_processor.bytesFor(picture); }

 private:
  ImageProcessor m_processor;
};

using MakeProcessor = std::shared_ptr<const PictureProcessor> (*)(const ConfigReader&, const std::string&);

constexpr std::pair<const char*, MakeProcessor> kDividing[] = {
    {"Gemma3ImageProcessor", gemma3Pictures},
    {"GotOcr2ImageProcessor", gotOcr2Pictures},
    {"Idefics3ImageProcessor", idefics3Pictures},
    {"LlavaNextImageProcessor", llavaNextPictures},
    {"LlavaOnevisionImageProcessor", llavaOnevisionPictures},
    {"Qwen2VLImageProcessor", qwen2VlPictures},
    {"Siglip2ImageProcessor", siglip2Pictures},
    {"SmolVLMImageProcessor", idefics3Pictures},
};

}  // namespace

PictureTensors PictureProcessor::process(const Image& picture) const {
  const ImageSize size{picture.height, picture.width};
  const auto alone = requirePictureRoom(size, bytesFor(size));
  return make(picture);
}

std::string PictureProcessor::faultOf(ImageSize picture) const {
  try {
    layoutOf(picture);
    requirePictureRoom(picture, bytesFor(picture));
    return {};
  } catch (const Error& e) {
    std::string what = e.what();
    if (what.ends_with('.')) what.pop_back();
    return what;
  }
}

std::shared_ptr<const PictureProcessor> PictureProcessor::plain(ImageProcessor processor) {
  return std::make_shared<PlainPictureProcessor>(std::move(processor));
}

std::shared_ptr<const PictureProcessor> PictureProcessor::fromJson(const nlohmann::json& config,
                                                                   const std::string& source,
                                                                   const std::string& fallbackClass) {
  const ConfigReader in(config, source);
  const auto name = processorClassOf(in, fallbackClass);
  for (const auto& [known, make] : kDividing)
    if (name == known) return make(in, name);
  if (ImageProcessor::hasClass(name)) return plain(ImageProcessor::fromJson(config, source, fallbackClass));
  std::string expected;
  for (const auto& known : ImageProcessor::classes()) expected += known + ", ";
  for (const auto& known : kDividing)
    expected += (expected.ends_with(' ') ? "" : ", ") + std::string(known.first);
  if (name.empty())
    throw Error(ErrorKind::Format,
                source + " has no \"image_processor_type\"; one of " + expected + " was expected.");
  throw Error(ErrorKind::Unsupported, source + " has \"image_processor_type\": \"" + name + "\"; one of " +
                                          expected + " was expected.");
}

std::shared_ptr<const PictureProcessor> PictureProcessor::fromFolder(const std::filesystem::path& folder) {
  const auto whole = folder / "processor_config.json", pictures = folder / "preprocessor_config.json";
  nlohmann::json settings = nlohmann::json::object();
  if (std::filesystem::exists(whole)) settings = readJsonFile(whole);
  // Version 5 of the reference keeps it among the settings of text and pictures together, which count first.
  if (settings.is_object() && settings.contains("image_processor")) {
    auto nested = settings["image_processor"];
    if (nested.is_object() && settings.contains("processor_class") && !nested.contains("processor_class"))
      nested["processor_class"] = settings["processor_class"];
    return fromJson(nested, whole.string());
  }
  if (!std::filesystem::exists(pictures)) return nullptr;
  return fromJson(readJsonFile(pictures), pictures.string());
}

}  // namespace espalier
