"""
One target under atheris: ``python -m fuzz.guided target [what libFuzzer takes]``; started by ``python -m fuzz``.

Atheris has to see aescan's modules as they are imported, so this comes before any other import of them.
"""

import sys

import atheris

with atheris.instrument_imports(include=["aescan"]):
    from fuzz.inputs import LONGEST_INPUT
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until libFuzzer ends the process."""
    target = TARGETS[sys.argv[1]]

    def attempt(data: bytes) -> None:
        try:
            target.hold(data)
        except Exception:
            print(f"{target.name}: broken promise: {target.promise}\ninput: {data.hex()}", flush=True)
            raise

    print(target.name, flush=True)
    libfuzzer = [f"-max_len={LONGEST_INPUT}", "-verbosity=0", "-print_final_stats=1", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *libfuzzer], attempt)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
