"""Sizes of the images, uncompressed, and what each adds to the one that it stands on."""

import subprocess

from bench.lib import images
from bench.lib.result import Budget, Result, Table
from bench.lib.settings import Settings


def run(_: Settings) -> Result:
    base = images.size(images.versions()["BASE"])
    listed = subprocess.run(
        ["docker", "image", "ls", "--filter=reference=polyfn/*", "--format={{.Repository}}:{{.Tag}}"],
        check=True, capture_output=True, text=True)
    sizes = {image: images.size(image) for image in sorted(listed.stdout.split())}
    rows = [[image, f"{size / 1e6:.0f}", f"{(size - base) / 1e6:.0f}"] for image, size in sizes.items()]
    added = (images.size(images.core()) - base) / 1e6
    return Result("sizes", [Table("", ["image", "MB", f"− {images.versions()['BASE']}, MB"], rows)],
                  [Budget("size of polyfn/core above its base image", added, 100, "MB")])
