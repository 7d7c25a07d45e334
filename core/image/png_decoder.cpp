#include <png.h>

#include <csetjmp>
#include <cstring>

#include "core/base/error.h"
#include "core/image/decoders.h"
#include "core/image/orientation.h"

namespace espalier {

namespace {

// libpng reports errors by a callback that must not return, so each step below runs under a setjmp; nothing
// with a destructor may live in the functions it leaps out of. The reader itself owns what has to be freed.
class PngReader {
 public:
  PngReader(std::span<const uint8_t> bytes, const std::string& name) : m_bytes(bytes), m_name(name) {
    m_png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, onError, [](png_structp, png_const_charp) {});
    if (m_png) m_info = png_create_info_struct(m_png);
    if (!m_info) throw Error(ErrorKind::Internal, name + " cannot be decoded: libpng did not start.");
    png_set_read_fn(m_png, this, onRead);
  }

  ~PngReader() { png_destroy_read_struct(&m_png, &m_info, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  DecodedImage decode() {
    if (!readHeader()) throw broken();
    const int64_t width = png_get_image_width(m_png, m_info), height = png_get_image_height(m_png, m_info);
    const auto alone = requireDecodableSize(width, height, m_name, kRgbBytes);
    if (!start()) throw broken();
    DecodedImage decoded;
    Image& image = decoded.image;
    image.width = int(width);
    image.height = int(height);
    const size_t rowBytes = png_get_rowbytes(m_png, m_info);
    if (rowBytes != size_t(width) * 3)
      throw Error(ErrorKind::Internal, m_name + " decodes to rows of " + std::to_string(rowBytes) +
                                           " bytes; " + std::to_string(width * 3) + " were expected.");
    image.rgb.resize(rowBytes * size_t(height));
    std::vector<png_bytep> rows(static_cast<size_t>(height));
    for (size_t y = 0; y < rows.size(); ++y) rows[y] = image.rgb.data() + y * rowBytes;
    if (!readRows(rows.data())) throw broken();
    // The EXIF block may follow the picture. A fault after the last pixel is none of ours.
    readEnd();
    decoded.orientation = orientation();
    return decoded;
  }

 private:
  static void onError(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    std::strncpy(self->m_message, message, sizeof self->m_message - 1);
    std::longjmp(self->m_leap, 1);
  }

  static void onRead(png_structp png, png_bytep to, size_t count) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > self->m_bytes.size() - self->m_at) png_error(png, "it is cut short");
    std::memcpy(to, self->m_bytes.data() + self->m_at, count);
    self->m_at += count;
  }

  bool readHeader() {
    if (setjmp(m_leap)) return false;
    // Our own limit is on the area.
    png_set_user_limits(m_png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(m_png, m_info);
    return true;
  }

  // Asks for 8-bit RGB whatever is stored: palettes and small grey depths expanded, 16 bits cut to their high
  // byte, alpha (a channel or a transparent colour) left out.
  bool start() {
    if (setjmp(m_leap)) return false;
    png_set_strip_16(m_png);
    png_set_expand(m_png);
    png_set_strip_alpha(m_png);
    png_set_gray_to_rgb(m_png);
    png_set_interlace_handling(m_png);
    png_read_update_info(m_png, m_info);
    return true;
  }

  bool readRows(png_bytepp rows) {
    if (setjmp(m_leap)) return false;
    png_read_image(m_png, rows);
    return true;
  }

  void readEnd() {
    if (setjmp(m_leap)) return;
    png_read_end(m_png, m_info);
  }

  int orientation() const {
#ifdef PNG_eXIf_SUPPORTED
    png_uint_32 size = 0;
    png_bytep exif = nullptr;
    if (png_get_eXIf_1(m_png, m_info, &size, &exif) && exif) return exifOrientation({exif, size});
#endif
    return 1;
  }

  Error broken() const {
    return Error(ErrorKind::Format, m_name + " is not a readable PNG (" + m_message +
                                        "); a complete, undamaged file was expected.");
  }

  std::span<const uint8_t> m_bytes;
  const std::string& m_name;
  size_t m_at = 0;
  png_structp m_png = nullptr;
  png_infop m_info = nullptr;
  std::jmp_buf m_leap;
  char m_message[200] = {};
};

}  // namespace

DecodedImage decodePng(std::span<const uint8_t> bytes, const std::string& name) {
  return PngReader(bytes, name).decode();
}

}  // namespace espalier
