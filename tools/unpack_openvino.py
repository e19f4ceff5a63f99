#!/usr/bin/env python3
"""Takes what Augury needs of OpenVINO out of its wheel: the C++ headers, the CPU plug-in, the ONNX reader.

    unpack_openvino.py WHEEL FOLDER        makes FOLDER/include, FOLDER/lib and FOLDER/licenses: 96 MB of the wheel's 184
"""
import sys
import zipfile
from pathlib import Path

LIBRARIES = ['libopenvino.so.2641', 'libopenvino_intel_cpu_plugin.so', 'libopenvino_onnx_frontend.so.2641', 'libtbb.so.12']
PLACES = [('openvino/include/openvino/', 'include/openvino/'),
          *((f'openvino/libs/{name}', f'lib/{name}') for name in LIBRARIES)]


def place_of(name):
    """Where a file of the wheel goes, or nothing."""
    for start, place in PLACES:
        if name.startswith(start):
            return place + name[len(start):]
    if '.dist-info/' in name and ('LICENSE' in name or 'third-party' in name.lower()):
        return 'licenses/' + name.rsplit('/', 1)[1]
    return None


def main():
    wheel, folder = sys.argv[1], Path(sys.argv[2])
    found = set()
    with zipfile.ZipFile(wheel) as files:
        for name in files.namelist():
            place = place_of(name)
            if place is None or name.endswith('/'):
                continue
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.read(name))
            found.add(target.name)
    absent = [name for name in LIBRARIES if name not in found]
    if absent:
        raise SystemExit(f'{wheel}: lacks {", ".join(absent)}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
