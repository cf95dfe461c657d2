"""Extracts TensorFlow's C library, and the headers that addons compile against, from its wheel.

usage: unpack_wheel.py WHEEL FOLDER LIBRARY…
"""

import os
import shutil
import sys
import zipfile

wheel, folder, *names = sys.argv[1:]
libraries = {"tensorflow/" + name for name in names}
# The C API includes a few headers from these folders.
headers = tuple("tensorflow/include/" + name for name in ("tensorflow/c/", "tensorflow/core/platform/", "xla/tsl/", "tsl/"))

with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in libraries:
            target = os.path.join(folder, os.path.basename(name))
        elif name.startswith(headers) and name.endswith(".h"):
            target = os.path.join(folder, name[len("tensorflow/") :])
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, "wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
