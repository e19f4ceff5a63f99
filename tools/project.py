"""The files of the project: what git knows or would add, or the folder itself where there is no git."""
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {'.git', '.venv', '.deps', 'build', 'augury-data', '__pycache__'}


def files(*suffixes):
    """Paths relative to the root, sorted; all of them, or those whose name ends with one of `suffixes`."""
    names = _from_git()
    if names is None:
        names = _from_disk()
    return [Path(name) for name in sorted(names) if not suffixes or name.endswith(suffixes)]


def read(path):
    return (ROOT / path).read_text(encoding='utf-8')


def _from_git():
    command = ['git', '-c', f'safe.directory={ROOT}', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
    try:
        found = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in found.split('\0') if name and (ROOT / name).is_file()]


def _from_disk():
    names = []
    for folder, inner, found in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in NOT_OURS]
        names += [os.path.relpath(os.path.join(folder, name), ROOT) for name in found if not name.endswith('.pyc')]
    return names
