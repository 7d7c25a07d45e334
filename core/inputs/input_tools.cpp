#include "core/inputs/input_tools.h"

#include <algorithm>
#include <map>

#include "core/inputs/picture_processing.h"
#include "core/model/layers/config_value.h"

namespace espalier {

namespace fs = std::filesystem;

at::Tensor tensorOf(const PictureTensor& given) {
  return std::visit(
      [&](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        return at::tensor(at::ArrayRef<Value>(values)).view(given.shape);
      },
      given.values);
}

InputTools::InputTools(const Checkpoint& checkpoint, std::shared_ptr<const Model> model)
    : m_folder(checkpoint.folder()),
      m_model(std::move(model)),
      m_pictures(pictureProcessingOf(checkpoint, *m_model)) {
  try {
    m_tokenizer = openTokenizer(m_folder);
  } catch (const Error& e) {
    m_tokenizerError = e.what();
  }
  try {
    if (m_tokenizer) m_chat = ChatTemplate::ofFolder(m_folder, *m_tokenizer);
  } catch (const Error& e) {
    m_chatError = e.what();
  }
  const auto text = configSection(m_model->config(), "text_config");
  m_textConfig = text.empty() ? m_model->config() : text;
  m_vocabulary = configValue<int64_t>(m_textConfig, "vocab_size", 0);
}

const Tokenizer& InputTools::tokenizer() const {
  if (!m_tokenizer) throw Error(ErrorKind::InvalidInput, m_tokenizerError);
  if (m_vocabulary > 0 && m_tokenizer->vocabSize() > m_vocabulary)
    throw Error(ErrorKind::Format, "The tokenizer in " + m_folder.string() + " has " +
                                       std::to_string(m_tokenizer->vocabSize()) +
                                       " tokens; the model knows " + std::to_string(m_vocabulary) + ".");
  return *m_tokenizer;
}

bool InputTools::hasLanguageEncoder() const {
  const auto& blocks = m_model->blocks();
  return std::any_of(blocks.begin(), blocks.end(), [](const auto& block) {
    return block->description().component == Component::LanguageEncoder;
  });
}

const ChatTemplate& InputTools::chat() const {
  if (!m_chat)
    throw Error(ErrorKind::InvalidInput,
                m_chatError.empty() ? m_folder.string() + " has no chat template." : m_chatError);
  return *m_chat;
}

Image InputTools::pictureOf(const Sample& sample) const {
  if (sample.image.empty())
    throw Error(ErrorKind::InvalidInput, "The pair \"" +
                                             (sample.question.empty() ? sample.answer : sample.question) +
                                             "\" has no picture, and the model needs one.");
  auto whole = loadImage(sample.image);
  if (sample.view == PictureView{}) return whole;
  auto part = viewOf(whole, sample.view);
  // A part of a picture that is nearly too narrow may be.
  return faultOf(part).empty() ? part : whole;
}

PictureLayout InputTools::layoutOf(const Sample& sample) const {
  const auto picture = pictureOf(sample);
  return m_pictures->layoutOf({picture.height, picture.width});
}

std::string InputTools::faultOf(const Image& picture) const {
  if (!m_pictures) return {};
  const auto fault = m_pictures->faultOf({picture.height, picture.width});
  return fault.empty() ? fault : "does not suit the model: " + fault;
}

void InputTools::addPictures(Batch& batch, std::span<const Sample> samples) const {
  if (!m_pictures) return;
  std::map<std::pair<fs::path, PictureView>, int64_t> known;
  std::vector<Sample> pictures;
  std::vector<int64_t> index;
  for (const auto& s : samples) {
    const auto [it, isNew] = known.emplace(std::pair(s.image, s.view), int64_t(known.size()));
    if (isNew) pictures.push_back(s);
    index.push_back(it->second);
  }
  preparePictures(batch, std::move(pictures));
  batch.tensors["image_index"] = at::tensor(index);
}

void InputTools::addPictureOfEach(Batch& batch, std::span<const Sample> samples) const {
  preparePictures(batch, {samples.begin(), samples.end()});
}

void InputTools::preparePictures(Batch& batch, std::vector<Sample> samples) const {
  batch.prepare = [self = shared_from_this(), samples = std::move(samples)](Batch& b) {
    std::vector<PictureTensors> pictures;
    for (const auto& s : samples) pictures.push_back(self->m_pictures->process(self->pictureOf(s)));
    for (auto& [name, tensor] : joinPictures(pictures)) b.tensors[name] = tensorOf(tensor);
  };
}

PaddedIds padded(const std::vector<std::vector<int64_t>>& rows, int64_t fill, TextSide side) {
  size_t length = 1;
  for (const auto& r : rows) length = std::max(length, r.size());
  const auto count = int64_t(rows.size());
  PaddedIds out{at::full({count, int64_t(length)}, fill, at::kLong),
                at::zeros({count, int64_t(length)}, at::kLong)};
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t begin = i * length + (side == TextSide::Left ? length - rows[i].size() : 0);
    std::copy(rows[i].begin(), rows[i].end(), out.ids.data_ptr<int64_t>() + begin);
    std::fill_n(out.mask.data_ptr<int64_t>() + begin, rows[i].size(), 1);
  }
  return out;
}

void addText(Batch& batch, const std::vector<std::vector<int64_t>>& rows, int64_t fill) {
  auto text = padded(rows, fill);
  batch.tensors["input_ids"] = text.ids;
  batch.tensors["attention_mask"] = text.mask;
}

void shorten(std::vector<int64_t>& row, int64_t length) {
  if (int64_t(row.size()) <= length) return;
  row[size_t(length - 1)] = row.back();
  row.resize(size_t(length));
}

}  // namespace espalier
