#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace espalier {

// The parts of an entry by the names that published data give them. Of several the first that is there
// counts.
namespace entry_fields {

inline const std::vector<std::string> kPicture = {
    "file_name",  "image",   "image_path", "filename",  "image_name",       "path",    "img",  "img_path",
    "image_file", "imgname", "filepath",   "file_path", "image_local_name", "picture", "photo"};
// Pictures by number or by a name without ending, where nothing above is there.
inline const std::vector<std::string> kPictureId = {"image_id", "img_id"};
inline const std::vector<std::string> kAddress = {"url",        "image_url", "img_url",
                                                  "image_link", "coco_url",  "flickr_url"};
inline const std::vector<std::string> kQuestion = {"question", "prompt", "instruction", "query"};
inline const std::vector<std::string> kAnswer = {
    "answer",   "answers",   "direct_answers", "response",       "output",  "completion",
    "caption",  "captions",  "caption_str",    "reference_strs", "raw",     "text",
    "sentence", "sentences", "comment",        "description",    "content", "label"};
inline const std::vector<std::string> kChoices = {"choices", "options", "multiple_choices"};
inline const std::vector<std::string> kChosen = {"answer",     "correct_choice_idx", "correct_choice",
                                                 "answer_idx", "answer_index",       "label"};
inline const std::vector<std::string> kTurns = {"conversations", "messages"};
inline const std::vector<std::string> kKind = {"kind", "answer_type", "question_type"};

// The first of the names among the keys; null: none. Keys are compared in lower case (ASCII).
const std::string* firstOf(const std::vector<std::string>& names, const std::set<std::string>& keys);

// The key of the question: a name of kQuestion, or "text" beside "question_id", as LLaVA's lists of questions
// and POPE have it. The key of the answer or caption: another one. Null: there is none.
const std::string* questionAmong(const std::set<std::string>& keys);
const std::string* answerAmong(const std::set<std::string>& keys);

// caption_0, caption_1, ... caption1: of tables with a column for each caption.
bool isNumberedCaption(const std::string& key);

}  // namespace entry_fields

// Every key that is looked at, and those of the columns: what has to be kept of a file.
std::set<std::string> entryKeys(const DataColumns& columns);

// What an object with these keys (lower case) is; nothing if its parts are not known.
std::optional<DataKind> entryKind(const std::set<std::string>& keys, const DataColumns& columns);

// Entries about two pictures each, as NLVR2 has them.
bool isAboutTwoPictures(const std::set<std::string>& keys);
// Entries whose picture is only given by its address.
bool hasOnlyAddress(const std::set<std::string>& keys);

// The columns that would be taken of these keys, as they are written there.
DataColumns columnsTaken(const std::vector<std::string>& columns, const DataColumns& asked);

}  // namespace espalier
