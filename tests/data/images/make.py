#!/usr/bin/env python3
"""Makes the pictures beside it and expected.safetensors: what Pillow makes of them. Needs Pillow (9.4 was used), numpy
and, for the two kinds that Pillow cannot write, ImageMagick 6. Not run by the build: what it makes is kept."""

import glob
import io
import json
import os
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
os.makedirs("broken", exist_ok=True)
expected = {}


def array(image):
    return np.asarray(image.convert("RGB"))


def save(name, image, want=None, **options):
    """Writes a picture; what it should decode to is Pillow's reading of the file unless given."""
    image.save(name, **options)
    expected[name] = array(Image.open(name)) if want is None else want


y, x = np.mgrid[0:20, 0:28]
rgb = np.stack([x * 9, y * 12, (x * y) % 256], -1).astype(np.uint8)
alpha = (x * 9).astype(np.uint8)
plain = Image.fromarray(rgb)
grey = plain.convert("L")
rgba = Image.fromarray(np.dstack([rgb, alpha]))
grey_alpha = Image.fromarray(np.dstack([np.asarray(grey), alpha]), "LA")
palette = plain.quantize(16)

# EXIF orientations. The upright picture is Pillow's transposition of the stored one.
TURNS = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM, 5: Image.TRANSPOSE,
         6: Image.ROTATE_270, 7: Image.TRANSVERSE, 8: Image.ROTATE_90}
for code, turn in TURNS.items():
    exif = Image.Exif()
    exif[0x0112] = code
    for name, options in ((f"exif_{code}.jpg", {"exif": exif, "quality": 90}), (f"exif_{code}.png", {"exif": exif}),
                          (f"exif_{code}.webp", {"exif": exif, "lossless": True}),
                          (f"exif_{code}.tif", {"tiffinfo": {0x0112: code}})):
        plain.save(name, **options)
        stored = Image.open(name).convert("RGB") if name.endswith("jpg") else plain
        expected[name] = np.asarray(stored if turn is None else stored.transpose(turn))

# JPEG
save("grey.jpg", grey)
save("progressive.jpg", plain, progressive=True)
save("cmyk.jpg", plain.convert("CMYK"), quality=95)
content = open("cmyk.jpg", "rb").read()
at = content.index(b"\xff\xee")
open("cmyk_no_adobe.jpg", "wb").write(content[:at] + content[at + 16:])
expected["cmyk_no_adobe.jpg"] = array(Image.open("cmyk_no_adobe.jpg"))
plain.save("plain.png")
subprocess.run(["convert", "plain.png", "-colorspace", "CMYK", "-strip", "ycck.jpg"], check=True)
expected["ycck.jpg"] = array(Image.open("ycck.jpg"))
content = open("grey.jpg", "rb").read()
open("no_end_marker.jpg", "wb").write(content[:-2])
expected["no_end_marker.jpg"] = expected["grey.jpg"]
open("stray_bytes.jpg", "wb").write(content[:20] + b"\0\0\0" + content[20:-2] + b"\0\0\0\xff\xd9")
expected["stray_bytes.jpg"] = expected["grey.jpg"]

# PNG
expected["plain.png"] = rgb
save("rgba.png", rgba, rgb)
save("grey_alpha.png", grey_alpha)
save("rgb_transparent_colour.png", plain, rgb, transparency=(0, 0, 0))
save("palette_transparent.png", palette, array(palette), transparency=bytes([0, 128] * 8))
for colours, bits in ((2, 1), (4, 2), (16, 4)):
    save(f"palette_{bits}bit.png", plain.quantize(colours), bits=bits)
save("one_bit.png", plain.convert("1"))
subprocess.run(["convert", "plain.png", "-interlace", "PNG", "-strip", "interlaced.png"], check=True)
expected["interlaced.png"] = rgb


def png(name, width, height, depth, colour, rows, extra=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    open(name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", pixels) +
                           chunk(b"IEND", b""))


# 16 bits: the high byte is expected. The low bytes are chosen so that rounding would show.
wide = rgb.astype(">u2") * 256 + 255 - rgb
wide_grey = wide[:, :, 0]
png("rgb_16bit.png", 28, 20, 16, 2, [row.astype(">u2").tobytes() for row in wide])
expected["rgb_16bit.png"] = rgb
assert (array(Image.open("rgb_16bit.png")) == rgb).all()
png("grey_16bit.png", 28, 20, 16, 0, [row.astype(">u2").tobytes() for row in wide_grey])
expected["grey_16bit.png"] = np.repeat(rgb[:, :, :1], 3, 2)
png("rgba_16bit.png", 28, 20, 16, 6,
    [np.dstack([row[None], wide_grey[:1, :, None]]).astype(">u2").tobytes() for row in wide])
expected["rgba_16bit.png"] = rgb
# 2 and 4 bits of grey.
png("grey_2bit.png", 28, 20, 2, 0, [bytes([0b00011011] * 7)] * 20)
expected["grey_2bit.png"] = array(Image.open("grey_2bit.png"))
png("grey_4bit.png", 28, 20, 4, 0, [bytes(range(14))] * 20)
expected["grey_4bit.png"] = array(Image.open("grey_4bit.png"))
# Chunks of no use that libpng and OpenCV would print about: a nonsense colour profile, a wrong checksum.
bad_chunk = struct.pack(">I", 4) + b"iCCP" + b"none" + b"\0\0\0\0"
png("odd_chunk.png", 28, 20, 8, 2, [row.tobytes() for row in rgb], bad_chunk)
expected["odd_chunk.png"] = rgb

# WebP, BMP, TIFF
save("lossy.webp", plain)
save("lossy_alpha.webp", rgba)
save("lossless.webp", plain, rgb, lossless=True)
save("lossless_alpha.webp", rgba, rgb, lossless=True, exact=True)
save("plain.bmp", plain)
save("rgba.bmp", rgba)
save("palette.bmp", palette)
save("one_bit.bmp", plain.convert("1"))
top_down = bytearray(open("plain.bmp", "rb").read())
struct.pack_into("<i", top_down, 22, -20)
open("top_down.bmp", "wb").write(top_down)
expected["top_down.bmp"] = rgb[::-1]
save("plain.tif", plain)
save("lzw.tif", plain, compression="tiff_lzw")
save("deflate.tif", plain, compression="tiff_adobe_deflate")
save("rgba.tif", rgba, rgb)
save("grey.tif", grey)
save("grey_alpha.tif", grey_alpha)
save("palette.tif", palette)
save("one_bit.tif", plain.convert("1"))
save("cmyk.tif", plain.convert("CMYK"))
save("grey_16bit.tif", Image.fromarray(wide_grey.astype("<u2")), np.repeat(rgb[:, :, :1], 3, 2))

# Broken ones; every file in that folder must be refused.
for name in ("plain.png", "interlaced.png", "progressive.jpg", "exif_1.jpg", "plain.tif", "lossy.webp", "lossless.webp",
             "plain.bmp", "lzw.tif"):
    content = open(name, "rb").read()
    for part, size in (("half", len(content) * 6 // 10), ("tiny", 14)):
        open(f"broken/{part}_{name}", "wb").write(content[:size])
open("broken/no_bytes.png", "wb").close()
open("broken/text.png", "w").write("A picture was here once.\n")
plain.save("broken/animation.gif")
content = bytearray(open("plain.png", "rb").read())
content[content.index(b"IDAT") + 30] ^= 0xFF
open("broken/flipped_bit.png", "wb").write(content)
content = bytearray(open("exif_1.jpg", "rb").read())
at = content.index(b"\xff\xda") + 14
content[at:at + 60] = b"\xff\xd9" * 30
open("broken/ends_early.jpg", "wb").write(content)
# Headers that promise more than memory holds.
content = open("plain.png", "rb").read()
header = content[12:16] + struct.pack(">II", 60000, 60000) + content[24:29]
open("broken/huge.png", "wb").write(content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:])
content = bytearray(open("exif_1.jpg", "rb").read())
struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, 65000, 65000)
open("broken/huge.jpg", "wb").write(content)
content = bytearray(open("plain.bmp", "rb").read())
struct.pack_into("<ii", content, 18, 60000, 60000)
open("broken/huge.bmp", "wb").write(content)
content = bytearray(open("exif_1.webp", "rb").read())
content[24:30] = struct.pack("<I", 60000 - 1)[:3] * 2
open("broken/huge.webp", "wb").write(content)
content = io.BytesIO()
plain.save(content, "TIFF")
content = bytearray(content.getvalue())
directory = struct.unpack_from("<I", content, 4)[0]
for entry in range(struct.unpack_from("<H", content, directory)[0]):
    at = directory + 2 + entry * 12
    if struct.unpack_from("<H", content, at)[0] in (256, 257):
        struct.pack_into("<HII", content, at + 2, 4, 1, 60000)
open("broken/huge.tif", "wb").write(content)

# Resizing: every filter, growing, shrinking, one side only, to one pixel.
random = np.random.RandomState(7)
source = Image.fromarray(random.randint(0, 256, (31, 45, 3), np.uint8))
source.save("resize_source.png")
expected["resize_source.png"] = np.asarray(source)
for code, name in enumerate(("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")):
    for size in ((17, 13), (45, 9), (20, 31), (64, 50), (1, 1), (3, 70), (44, 30), (46, 32)):
        expected[f"resize/{code}_{name}/{size[0]}x{size[1]}"] = np.asarray(source.resize(size, code))

offset, header, blocks = 0, {}, []
for name in sorted(expected):
    block = np.ascontiguousarray(expected[name], np.uint8)
    header[name] = {"dtype": "U8", "shape": list(block.shape), "data_offsets": [offset, offset + block.size]}
    offset += block.size
    blocks.append(block.tobytes())
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
open("expected.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + b"".join(blocks))
print(len(expected), "expectations,", len(glob.glob("broken/*")), "broken files")
