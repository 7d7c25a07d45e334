// Methods that look at folders and open things.
#include <algorithm>

#include "core/base/base64.h"
#include "core/data/data_options.h"
#include "core/engine/conversation.h"
#include "core/engine/places.h"
#include "core/engine/value_json.h"
#include "core/image/encode.h"
#include "core/image/resize.h"
#include "core/remote/messages.h"
#include "core/remote/method_list.h"

namespace espalier {

namespace {

constexpr int64_t kMostPairs = 5000;
constexpr int64_t kLargestThumbnail = 1024;
constexpr size_t kMostPictures = 100;

// The picture as a JPEG within a square, in base 64; null where it cannot be read.
nlohmann::json thumbnailOf(const std::filesystem::path& file, int64_t side) {
  try {
    const Image image = loadImage(file);
    const int longest = std::max(image.width, image.height);
    if (longest <= side) {
      const auto bytes = encodeImage(image, ImageFormat::Jpeg, 85);
      return base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    const auto scaled = [&](int length) {
      return std::max(1, int(double(length) * double(side) / double(longest) + 0.5));
    };
    const auto bytes =
        encodeImage(resizeImage(image, scaled(image.width), scaled(image.height)), ImageFormat::Jpeg, 85);
    return base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } catch (const Error&) {
    return nullptr;
  }
}

}  // namespace

namespace rpc_methods {

nlohmann::json listFolder(Opened&, const RpcParams& params, const RpcCall&) {
  const auto listing = espalier::listFolder(params.textOr("path", ""));
  nlohmann::json entries = nlohmann::json::array();
  for (const auto& e : listing.entries) {
    nlohmann::json entry{{"name", e.name}, {"kind", e.folder ? "folder" : "file"}};
    if (!e.folder) entry["bytes"] = e.bytes;
    if (e.model) entry["model"] = true;
    if (e.data) entry["data"] = true;
    entries.push_back(std::move(entry));
  }
  const auto parent = listing.folder.parent_path();
  return {{"path", listing.folder.string()},
          {"parent", parent == listing.folder ? nlohmann::json() : nlohmann::json(parent.string())},
          {"entries", entries},
          {"complete", listing.complete}};
}

nlohmann::json openModel(Opened& opened, const RpcParams& params, const RpcCall&) {
  const auto places = modelPlaces(std::filesystem::absolute(params.text("path")).lexically_normal());
  const nlohmann::json reference{{"folder", places.model.string()},
                                 {"prompt", params.textOr("prompt", nameOf(PromptForm::Auto))}};
  const auto model = opened.model(reference);
  const auto placeOrNull = [](const std::filesystem::path& path) {
    return path.empty() ? nlohmann::json() : nlohmann::json(path.string());
  };
  return {{"model", reference},
          {"info", toJson(infoOf(*model))},
          {"takesConversations", takesConversations(*model)},
          {"makesConversations", makesConversations(*model)},
          {"calibration", placeOrNull(places.calibration)},
          {"pairs", placeOrNull(places.pairs)}};
}

nlohmann::json openData(Opened& opened, const RpcParams& params, const RpcCall&) {
  const auto model = opened.model(params.model());
  const auto data =
      opened.data(*model, {{"path", params.text("path")}, {"options", params.objectOrEmpty("options")}});
  return {{"data", referenceTo(*data)}, {"description", describe(*data)}};
}

nlohmann::json pairs(Opened& opened, const RpcParams& params, const RpcCall& call) {
  const auto model = opened.model(params.model());
  const auto data = opened.data(*model, params.data("data"));
  const auto from = size_t(params.wholeOr("from", 0, 0, INT64_MAX));
  const auto count = size_t(params.wholeOr("count", 100, 1, kMostPairs));
  const auto side = params.wholeOr("thumbnails", 0, 0, kLargestThumbnail);
  nlohmann::json list = nlohmann::json::array();
  for (size_t i = from; i < data->samples.size() && i - from < count; ++i) {
    call.control.throwIfCancelled();
    list.push_back(toJson(data->samples[i]));
    if (side > 0 && !data->samples[i].image.empty())
      list.back()["thumbnail"] = thumbnailOf(data->samples[i].image, side);
  }
  return {{"from", from}, {"pairs", list}, {"total", data->samples.size()}};
}

nlohmann::json pictures(Opened&, const RpcParams& params, const RpcCall& call) {
  const auto paths = params.texts("paths");
  const auto side = params.wholeOr("side", 256, 1, kLargestThumbnail);
  if (paths.size() > kMostPictures)
    throw RpcError(rpc::kInvalidParams, "\"paths\" of pictures has " + std::to_string(paths.size()) +
                                            " entries; at most " + std::to_string(kMostPictures) +
                                            " are taken at a time.");
  nlohmann::json list = nlohmann::json::array();
  for (const auto& path : paths) {
    call.control.throwIfCancelled();
    list.push_back(thumbnailOf(path, side));
  }
  return {{"jpegs", list}};
}

nlohmann::json release(Opened& opened, const RpcParams& params, const RpcCall&) {
  opened.release(params.text("pruned"));
  return nullptr;
}

}  // namespace rpc_methods

}  // namespace espalier
