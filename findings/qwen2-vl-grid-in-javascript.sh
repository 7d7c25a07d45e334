#!/bin/sh
# @huggingface/transformers 4.3.2 (npm) gives some pictures another grid of patches than the Python library
#
# Behaviour seen: Qwen2-VL's picture processor rounds each side to a multiple of 28 pixels. The Python library does
# so with round(), which takes a half to the even neighbour: 238 / 28 = 8.5 becomes 8. The JavaScript port uses
# Math.round(), which takes a half upwards: 9. A picture of 238 x 224 pixels therefore has 288 patches and 72 image
# tokens in JavaScript, where Python has 256 and 64; one of 294 x 350 has 572 patches instead of 480.
# One side in 56 is concerned, so about 3.5 % of the pictures that are not scaled for their number of pixels.
# A prompt counted by one library does not fit features computed by the other, and answers on these pictures are
# not those that were published for the model.
#
# Needs node and npm. Installs 475 MB into a temporary folder and removes it. Fails when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @huggingface/transformers@4.3.2

cat >grids.mjs <<'END'
import { Qwen2VLImageProcessor, RawImage } from "@huggingface/transformers";

const processor = new Qwen2VLImageProcessor({
  do_convert_rgb: true, do_resize: true, do_rescale: true, do_normalize: true, resample: 3,
  rescale_factor: 1 / 255, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5],
  min_pixels: 3136, max_pixels: 1003520, patch_size: 14, temporal_patch_size: 2, merge_size: 2,
});
for (const [height, width] of [[224, 224], [210, 224], [238, 224], [294, 350]]) {
  const picture = new RawImage(new Uint8ClampedArray(height * width * 3).fill(100), width, height, 3);
  const { image_grid_thw } = await processor(picture);
  console.log(height, width, ...Array.from(image_grid_thw.data, Number).slice(1));
}
END
node grids.mjs | tee javascript

# Python's own round(), which is what the reference uses for the same step.
python3 - <<'END' | tee python
for height, width in [(224, 224), (210, 224), (238, 224), (294, 350)]:
    print(height, width, 2 * round(height / 28), 2 * round(width / 28))
END

cat >seen <<'END'
224 224 16 16
210 224 16 16
238 224 18 16
294 350 22 26
END
cmp seen javascript
if cmp -s python javascript; then echo "The grids agree now." >&2; exit 1; fi
echo "As seen: the grids of 238 x 224 and 294 x 350 differ."
