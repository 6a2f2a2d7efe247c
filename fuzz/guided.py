"""
One target under atheris: ``python -m fuzz.guided target [what libFuzzer takes]``; started by ``python -m fuzz``.

Atheris has to see aescan's modules as they are imported, so this imports them first and in its own way.
"""

import sys

import atheris

with atheris.instrument_imports(include=["aescan"]):
    from fuzz.targets import TARGETS

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]].hold)
    atheris.Fuzz()  # until libFuzzer ends the process
