#!/usr/bin/env python3
"""Writes picture processors in settings that the fixtures do not have, with what transformers makes of pictures.

    python3 tests/reference/make_picture_variants.py --out FOLDER [--count N] [--only CLASS]
    ESPALIER_FAMILIES=FOLDER build/release/tests/bin/core.image.picture_processor_test

Each class gets N settings at random (sizes, limits, tiles, patches, filters, switches), and pictures of extreme shapes and
every kind of pixel. FOLDER is laid out as tests/data/families. Needs torch, torchvision and transformers 5 (run with 5.12.1 of
Debian sid), which Debian 12 has not; says so and ends where they lack.
"""
import argparse
import json
import random
import sys
from pathlib import Path

try:
    import torch
    import transformers as hf
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)
from PIL import Image
from safetensors.torch import save_file

hf.logging.set_verbosity_error()

SIZES = [(37, 53), (64, 64), (130, 41), (41, 130), (1, 1), (1, 60), (60, 1), (3, 200), (200, 3), (5, 9), (28, 28), (97, 61), (20, 15)]
KINDS = ["L", "LA", "RGBA", "P", "1"]


def draw(size, seed):
    """Smooth colours with edges and noise, so that every step of a resizer shows."""
    rng = random.Random(seed)
    w, h = size
    picture = Image.new("RGB", size)
    a, b = rng.uniform(0.02, 0.3), rng.uniform(0.02, 0.3)
    for y in range(h):
        for x in range(w):
            edge = 60 if (x // 9 + y // 7) % 2 else 0
            picture.putpixel((x, y), (int(127 + 120 * (0.5 - (a * x) % 1)), (int(b * y * 255) + edge) % 256,
                                      min(255, edge * 3 + rng.randrange(40))))
    return picture


def pictures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for n, size in enumerate(SIZES):
        draw(size, n).save(folder / f"{size[0]}x{size[1]}.png")
    for n, kind in enumerate(KINDS):
        picture = draw((45, 34), 100 + n)
        if kind in ("LA", "RGBA"):
            picture = picture.convert(kind)
            alpha = Image.linear_gradient("L").resize(picture.size)
            picture.putalpha(alpha)
        else:
            picture = picture.convert(kind)
        picture.save(folder / f"kind_{kind}.png")
    draw((50, 30), 200).save(folder / "photo.jpg", quality=90)
    return sorted(folder.iterdir())


def common(rng):
    s = {}
    if rng.random() < 0.2:
        s["do_normalize"] = False
    if rng.random() < 0.15:
        s["do_rescale"] = False
    if rng.random() < 0.2:
        s["rescale_factor"] = rng.choice([1 / 127.5, 1 / 256, 0.01])
    if rng.random() < 0.6:
        s["image_mean"] = [round(rng.uniform(0.3, 0.6), 3) for _ in range(3)]
        s["image_std"] = [round(rng.uniform(0.2, 0.6), 3) for _ in range(3)]
    if rng.random() < 0.5:
        s["resample"] = rng.choice([0, 2, 3, 2, 3])
    return s


def side(rng, low=8, high=48):
    return rng.randint(low, high)


def box(rng):
    return {"height": side(rng), "width": side(rng)}


def fixed(rng):
    s = common(rng) | {"size": box(rng)}
    if rng.random() < 0.1:
        s["do_resize"] = False
    return s


def cropped(rng):
    s = common(rng) | {"size": {"shortest_edge": side(rng)} if rng.random() < 0.7 else box(rng), "crop_size": box(rng)}
    if rng.random() < 0.2:
        s["do_center_crop"] = False
    if rng.random() < 0.1:
        s["do_resize"] = False
    return s


def qwen(rng):
    s = common(rng) | {"patch_size": rng.randint(2, 8), "merge_size": rng.choice([1, 2, 2, 3]), "temporal_patch_size": rng.choice([1, 2, 2, 3])}
    least = (s["patch_size"] * s["merge_size"]) ** 2 * rng.choice([1, 4, 6])
    most = least * rng.choice([1, 2, 4, 9])
    if rng.random() < 0.5:
        s |= {"min_pixels": least, "max_pixels": most}
    else:
        s["size"] = {"shortest_edge": least, "longest_edge": most}
    if rng.random() < 0.1:
        s["do_resize"] = False
    return s


def idefics(rng):
    tile = side(rng, 8, 24)
    s = common(rng) | {"max_image_size": {"longest_edge": tile}, "size": {"longest_edge": tile * rng.choice([1, 2, 3, 4]) + rng.choice([0, 0, 0, 3])}}
    s["resample"] = rng.choice([1, 1, 2, 3])
    if rng.random() < 0.25:
        s["do_image_splitting"] = False
    if rng.random() < 0.15:
        s["do_pad"] = False
    return s


def gemma(rng):
    s = common(rng) | {"size": box(rng)}
    if rng.random() < 0.8:
        s |= {"do_pan_and_scan": True, "pan_and_scan_min_crop_size": rng.choice([1, 4, 10, 20, 40]),
              "pan_and_scan_max_num_crops": rng.randint(1, 7), "pan_and_scan_min_ratio_to_activate": round(rng.uniform(1.0, 2.5), 2)}
    return s


def naflex(rng):
    return common(rng) | {"patch_size": rng.randint(2, 10), "max_num_patches": rng.randint(4, 60)}


def grids(rng, edge):
    return [[edge * rng.randint(1, 4), edge * rng.randint(1, 4)] for _ in range(rng.randint(1, 6))]


def llava_next(rng):
    edge = side(rng, 8, 24)
    s = common(rng) | {"size": {"shortest_edge": edge}, "crop_size": {"height": edge, "width": edge}, "image_grid_pinpoints": grids(rng, edge)}
    if rng.random() < 0.2:
        s["do_center_crop"] = False
    if rng.random() < 0.2:
        s["size"] = {"shortest_edge": edge + rng.randint(1, 6)}
    return s


def one_vision(rng):
    edge = side(rng, 8, 24)
    return common(rng) | {"size": {"height": edge, "width": edge}, "image_grid_pinpoints": grids(rng, edge)}


def ocr(rng):
    low = rng.randint(1, 3)
    s = common(rng) | {"size": box(rng) if rng.random() < 0.5 else {"height": 16, "width": 16}, "min_patches": low,
                       "max_patches": low + rng.randint(0, 9), "crop_to_patches": rng.random() < 0.85}
    return s


CLASSES = {
    "CLIPImageProcessor": cropped, "LlavaImageProcessor": lambda r: cropped(r) | {"do_pad": r.random() < 0.5},
    "BitImageProcessor": cropped, "DeiTImageProcessor": lambda r: cropped(r) | {"size": box(r)},
    "BlipImageProcessor": fixed, "ViTImageProcessor": fixed, "SiglipImageProcessor": fixed, "DINOv3ViTImageProcessor": fixed,
    "Gemma3ImageProcessor": gemma, "GotOcr2ImageProcessor": ocr, "Idefics3ImageProcessor": idefics, "SmolVLMImageProcessor": idefics,
    "LlavaNextImageProcessor": llava_next, "LlavaOnevisionImageProcessor": one_vision, "Qwen2VLImageProcessor": qwen,
    "Siglip2ImageProcessor": naflex,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    root = arguments.out / "preprocess"
    files = pictures(root / "pictures")
    index = {"pictures": {f.name: {"path": f"pictures/{f.name}"} for f in files}, "processors": {}}
    tensors = {}
    for name, draw_settings in CLASSES.items():
        if arguments.only not in name:
            continue
        for n in range(arguments.count):
            settings = draw_settings(random.Random(f"{name} {n}"))
            own = f"{name}_{n}"
            outputs = {}
            try:
                processor = getattr(hf, name)(**settings)
            except Exception as e:
                print("NOT MADE", own, settings, str(e).splitlines()[0][:120])
                continue
            for file in files:
                try:
                    made = processor(images=[Image.open(file).convert("RGB")], return_tensors="pt")
                except Exception as e:
                    print("refused", own, file.name, json.dumps(settings), type(e).__name__, str(e).splitlines()[0][:120])
                    continue
                shapes = {}
                for key, value in made.items():
                    if not torch.is_tensor(value):
                        value = torch.as_tensor(value)
                    shapes[key] = list(value.shape)
                    if key == "pixel_attention_mask" and "Siglip2" not in name:
                        value = value.to(torch.uint8)
                    elif value.is_floating_point() or key == "pixel_values":  # neither rescaled nor normalised it is in bytes
                        value = value.float()
                    else:
                        value = value.to(torch.int64)
                    tensors[f"{own}/{file.name}/{key}"] = value.contiguous()
                outputs[file.name] = shapes
            if not outputs:
                print("nothing of", own)
                continue
            (root / own).mkdir(exist_ok=True)
            (root / own / "preprocessor_config.json").write_text(json.dumps(settings | {"image_processor_type": name}) + "\n")
            index["processors"][own] = {"class": name, "settings": settings, "outputs": outputs, "published_settings": None}
        print("made", name, flush=True)
    (root / "index.json").write_text(json.dumps(index) + "\n")
    save_file(tensors, root / "expected.safetensors")


if __name__ == "__main__":
    main()
