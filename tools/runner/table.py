"""Every part, in the order they run: cheap ones first, so that a slip is seen before a build."""
from runner.part import Part

LINT = ('test', 'lint')
DOCS = ('test', 'lint', 'docs')
RELEASE = ('build-release',)
DEV = ('build-dev',)
AUGURY = 'build/release/augury'

PARTS = [
    Part('setup', 'tools/setup --list test', tiers=('test', 'lint', 'race')),
    Part('format', 'tools/check_format.py', tiers=LINT),
    Part('layers', 'tools/check_layers.py', tiers=LINT),
    Part('tidy', 'tools/check_tidy.py', tiers=LINT),
    Part('links', 'tools/check_links.py', tiers=DOCS),
    Part('tour', 'tools/check_tour.py', tiers=DOCS, needs=('docs/tour.md',)),
    Part('tools', 'tools/check_tools.py', tiers=LINT),

    Part('build-dev', 'cmake --preset dev && ninja -C build/dev -j $(nproc) -k 0', minutes=40),
    Part('headers-alone', 'tools/check_headers.py build/dev', minutes=10),
    Part('units', 'tools/check_units.py build/dev', minutes=20),
    Part('scenarios', 'tools/check_units.py build/dev tests/scenarios_test', after=DEV, minutes=5),

    Part('build-release', 'cmake --preset release && ninja -C build/release -j $(nproc)', minutes=30),
    Part('misuse', 'tools/check_misuse.py', needs=('tests/misuse',), minutes=5),
    Part('examples', f'tools/check_examples.py {AUGURY}', tiers=('test', 'docs'), after=RELEASE, minutes=5),
    Part('embed', 'tools/check_embed.py build/release', after=RELEASE, needs=('examples/embed/main.cc',)),
    Part('golden', f'tools/check_golden.py {AUGURY}', after=RELEASE,
         needs=('tests/golden/cli_help.txt', 'tests/golden/metrics.txt')),
    Part('models', f'tools/check_models.py {AUGURY}', after=RELEASE,
         needs=('tools/compare_models.py',), minutes=8),
    Part('openapi', f'tools/check_openapi.py {AUGURY}', after=RELEASE, needs=('openapi.yaml',), minutes=2),
    Part('onnxruntime', f'tools/check_onnxruntime.py {AUGURY}', after=RELEASE,
         needs=('tools/compare_onnxruntime.py',), minutes=5),
    Part('program', 'tests/program/commands.py', after=RELEASE, minutes=3),
    Part('demo', f'{AUGURY} demo', after=RELEASE, minutes=2),
    Part('complete', 'examples/complete/run.py --check', after=RELEASE, needs=('examples/complete/run.py',)),
    Part('movies', 'examples/movies/run.py --questions 1000 --check', after=RELEASE,
         needs=('examples/movies/run.py',), minutes=5),
    Part('import', '.venv/bin/python3 tests/import/import_files.py', after=RELEASE,
         needs=('tests/import/import_files.py',), minutes=5),
    Part('shop', 'examples/shop/run.py --questions 1000 --check', after=RELEASE,
         needs=('examples/shop/run.py',), minutes=5),
    Part('crash', 'tests/crash/crash_oracle.py --kills 20', after=RELEASE,
         needs=('tests/crash/crash_oracle.py',), minutes=8),
    Part('sync-before-reply', 'tests/crash/sync_before_reply.py', after=RELEASE,
         needs=('tests/crash/sync_before_reply.py',), minutes=2),

    Part('build-race', 'cmake --preset thread && ninja -C build/thread -j $(nproc) -k 0', tiers=('race',), minutes=40),
    Part('units-race', 'tools/check_units.py build/thread', tiers=('race',), minutes=25),
]
