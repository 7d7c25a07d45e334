#include <cstdio>
// jpeglib.h needs FILE and size_t declared before it.
#include <jpeglib.h>
//
#include <jerror.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "core/base/error.h"
#include "core/image/decoders.h"
#include "core/image/orientation.h"

namespace espalier {

namespace {

// libjpeg reports errors by a callback that must not return, so each step below runs under a setjmp; nothing
// with a destructor may live in the functions it leaps out of. The reader itself owns what has to be freed.
class JpegReader {
 public:
  JpegReader(std::span<const uint8_t> bytes, const std::string& name) : m_name(name) {
    m_jpeg.err = jpeg_std_error(&m_errors);
    m_jpeg.client_data = this;
    m_errors.error_exit = [](j_common_ptr jpeg) {
      auto* self = static_cast<JpegReader*>(jpeg->client_data);
      jpeg->err->format_message(jpeg, self->m_message);
      std::longjmp(self->m_leap, 1);
    };
    m_errors.emit_message = [](j_common_ptr jpeg, int level) {
      if (level < 0) static_cast<JpegReader*>(jpeg->client_data)->noteWarning(jpeg->err->msg_code);
    };
    m_errors.output_message = [](j_common_ptr) {};
    m_source.next_input_byte = bytes.data();
    m_source.bytes_in_buffer = bytes.size();
    m_source.init_source = [](j_decompress_ptr) {};
    m_source.term_source = [](j_decompress_ptr) {};
    m_source.resync_to_restart = jpeg_resync_to_restart;
    m_source.fill_input_buffer = [](j_decompress_ptr jpeg) -> boolean {
      // Past the end an end-of-image marker is supplied, so that decoding comes to an orderly stop.
      static constexpr JOCTET kEnd[] = {0xff, JPEG_EOI};
      static_cast<JpegReader*>(jpeg->client_data)->m_ranOut = true;
      jpeg->src->next_input_byte = kEnd;
      jpeg->src->bytes_in_buffer = sizeof kEnd;
      return TRUE;
    };
    m_source.skip_input_data = [](j_decompress_ptr jpeg, long count) {
      jpeg_source_mgr& source = *jpeg->src;
      if (count <= 0) return;
      if (size_t(count) > source.bytes_in_buffer) {
        source.fill_input_buffer(jpeg);
      } else {
        source.next_input_byte += count;
        source.bytes_in_buffer -= size_t(count);
      }
    };
  }

  ~JpegReader() { jpeg_destroy_decompress(&m_jpeg); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  DecodedImage decode() {
    if (!readHeader()) throw broken();
    DecodedImage decoded;
    decoded.orientation = orientation();
    // Of several scans all coefficients are kept, in 16 bits; a picture that is turned is there twice.
    const int64_t kept = jpeg_has_multiple_scans(&m_jpeg) ? 2 * m_jpeg.num_components : 0;
    const auto alone =
        requireDecodableSize(m_jpeg.image_width, m_jpeg.image_height, m_name,
                             std::max(kRgbBytes + kept, kRgbBytes * (decoded.orientation > 1 ? 2 : 1)));
    Image& image = decoded.image;
    image.width = int(m_jpeg.image_width);
    image.height = int(m_jpeg.image_height);
    const size_t rowBytes = size_t(image.width) * 3;
    image.rgb.resize(rowBytes * size_t(image.height));
    const bool cmyk = m_jpeg.num_components == 4;
    m_jpeg.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    std::vector<uint8_t> cmykRow(cmyk ? size_t(image.width) * 4 : 0);
    if (!start()) throw broken();
    for (int y = 0; y < image.height; ++y) {
      uint8_t* row = image.rgb.data() + rowBytes * size_t(y);
      if (!readRow(cmyk ? cmykRow.data() : row)) throw broken();
      if (m_dataMissing) throw damaged(y);
      if (cmyk) invertedCmykToRgb(cmykRow.data(), row, image.width);
    }
    return decoded;
  }

 private:
  bool readHeader() {
    if (setjmp(m_leap)) return false;
    jpeg_create_decompress(&m_jpeg);
    m_jpeg.src = &m_source;
    jpeg_save_markers(&m_jpeg, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&m_jpeg, TRUE);
    return true;
  }

  bool start() {
    if (setjmp(m_leap)) return false;
    jpeg_start_decompress(&m_jpeg);
    // A progressive file is read whole by now; without its end, later scans may be missing.
    if (m_ranOut && jpeg_has_multiple_scans(&m_jpeg)) m_dataMissing = true;
    return true;
  }

  bool readRow(uint8_t* row) {
    if (setjmp(m_leap)) return false;
    JSAMPROW rows[] = {row};
    return jpeg_read_scanlines(&m_jpeg, rows, 1) == 1;
  }

  // Only warnings that mean wrong pixels count; stray bytes between segments and the like are common and
  // harmless.
  void noteWarning(int code) {
    if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_ARITH_BAD_CODE)
      m_dataMissing = true;
  }

  int orientation() const {
    for (jpeg_saved_marker_ptr m = m_jpeg.marker_list; m; m = m->next)
      if (m->data_length >= 6 && std::memcmp(m->data, "Exif\0\0", 6) == 0)
        return exifOrientation({m->data, size_t(m->data_length)});
    return 1;
  }

  // libjpeg hands out the stored values: 255 is no ink, as Adobe writes it. Rounded as Pillow rounds.
  static void invertedCmykToRgb(const uint8_t* cmyk, uint8_t* rgb, int width) {
    for (int x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
      const int paper = cmyk[3];
      for (int c = 0; c < 3; ++c) {
        const int product = (255 - cmyk[c]) * paper + 128;
        const int ink = ((product >> 8) + product) >> 8;
        rgb[c] = uint8_t(paper > ink ? paper - ink : 0);
      }
    }
  }

  Error broken() const {
    return Error(ErrorKind::Format, m_name + " is not a readable JPEG (" + m_message +
                                        "); a complete, undamaged file was expected.");
  }

  Error damaged(int row) const {
    const std::string what = m_ranOut ? " is cut short" : " has damaged picture data";
    return Error(ErrorKind::Format, m_name + what + " (at row " + std::to_string(row) + " of " +
                                        std::to_string(m_jpeg.image_height) +
                                        "); a complete, undamaged JPEG was expected.");
  }

  const std::string& m_name;
  jpeg_decompress_struct m_jpeg{};
  jpeg_error_mgr m_errors{};
  jpeg_source_mgr m_source{};
  std::jmp_buf m_leap;
  char m_message[JMSG_LENGTH_MAX] = {};
  bool m_ranOut = false;
  bool m_dataMissing = false;
};

}  // namespace

DecodedImage decodeJpeg(std::span<const uint8_t> bytes, const std::string& name) {
  return JpegReader(bytes, name).decode();
}

}  // namespace espalier
