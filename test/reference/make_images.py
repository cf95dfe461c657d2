"""Writes images.json: a small image median-filtered by SciPy and enlarged bicubically by Pillow.

    python3 -m venv venv && venv/bin/pip install numpy scipy pillow
    venv/bin/python make_images.py && npx biome format --write images.json
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import median_filter

image = np.random.default_rng(0).random((7, 6)).astype(np.float32)


def enlarged(height, width):
    resized = Image.fromarray(image, mode="F").resize((width, height), Image.Resampling.BICUBIC)
    return {"size": [height, width], "result": np.asarray(resized).tolist()}


cases = {
    "image": image.tolist(),
    # scipy's "reflect" repeats the pixel at the border.
    "medians": [{"size": size, "result": median_filter(image, size, mode="reflect").tolist()} for size in (1, 3, 5)],
    "enlargements": [enlarged(14, 12), enlarged(28, 48)],
}
Path("images.json").write_text(json.dumps(cases, indent=1) + "\n")
