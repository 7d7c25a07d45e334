#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/image/picture_processor.h"
#include "core/model/batch.h"
#include "core/model/model.h"
#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"

namespace espalier {

// What makes inputs out of samples: tokenizer and picture preprocessing of a model folder. Immutable, may be
// used from several threads. Lives in a shared_ptr: batches whose pictures are not read yet hold on to it.
class InputTools : public std::enable_shared_from_this<InputTools> {
 public:
  // What the folder lacks is noticed when it is needed, so that a model without a tokenizer can still be
  // looked at.
  InputTools(const Checkpoint& checkpoint, std::shared_ptr<const Model> model);

  const Model& model() const { return *m_model; }
  const Tokenizer& tokenizer() const;  // throws Error: there is none, or it has more tokens than the model
  const std::filesystem::path& folder() const { return m_folder; }
  // Whether the folder has a chat template, be it one that cannot be read.
  bool hasChat() const { return m_chat || !m_chatError.empty(); }
  const ChatTemplate& chat() const;  // throws Error: there is none, or it cannot be read
  bool hasPictures() const { return m_pictures != nullptr; }

  // What keeps a picture from being put to the model, as the end of a sentence about it; empty: nothing.
  std::string faultOf(const Image& picture) const;

  // Adds pixel_values of the distinct pictures, whatever else its processor gives (image_grid_thw,
  // pixel_attention_mask ...), and image_index; nothing for a model without pictures. All but the index comes
  // with Batch::prepare, which throws Error naming a sample without a picture or a
  // picture that cannot be read.
  void addPictures(Batch& batch, std::span<const Sample> samples) const;
  // pixel_values with a picture for each sample.
  void addPictureOfEach(Batch& batch, std::span<const Sample> samples) const;

  // How the sample's picture is divided, and so how many features it becomes. Throws Error as the pixels do.
  PictureLayout layoutOf(const Sample& sample) const;

  // Whether its language model reads a text before it answers (T5); the others go on with what they read.
  bool hasLanguageEncoder() const;

  // The text section of the configuration, or all of it where there is none.
  const nlohmann::json& textConfig() const { return m_textConfig; }

 private:
  Image pictureOf(const Sample& sample) const;
  void preparePictures(Batch& batch, std::vector<Sample> samples) const;

  std::filesystem::path m_folder;
  std::shared_ptr<const Model> m_model;
  std::shared_ptr<const Tokenizer> m_tokenizer;
  std::string m_tokenizerError;  // why there is none
  std::optional<ChatTemplate> m_chat;
  std::string m_chatError;
  std::shared_ptr<const PictureProcessor> m_pictures;
  nlohmann::json m_textConfig;
  int64_t m_vocabulary = 0;
};

// The same values as float32, int64 or uint8.
at::Tensor tensorOf(const PictureTensor& given);

// Rows of ids as a rectangle [R, L], filled up at the right or the left; and its mask, 1 for a token.
struct PaddedIds {
  at::Tensor ids, mask;
};
PaddedIds padded(const std::vector<std::vector<int64_t>>& rows, int64_t fill,
                 TextSide side = TextSide::Right);

// Adds a text as input_ids and attention_mask.
void addText(Batch& batch, const std::vector<std::vector<int64_t>>& rows, int64_t fill);

// Shortens a row to at most `length` ids; what ends it stays its last.
void shorten(std::vector<int64_t>& row, int64_t length);

}  // namespace espalier
