"""Compile krid's CBOR modules while a wheel is built, where Cython and a C compiler are there.

The modules are the same files with and without; types stand in `.pxd` files beside them. What is
compiled is quicker and does the same (docs/adr/0009). Where it can't be compiled the wheel holds
plain Python, and says so. KRID_COMPILE=never leaves it out, KRID_COMPILE=always fails instead.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES: Final = ("krid/_core/cbor_read", "krid/_core/cbor_write", "krid/_core/cbor")

_DIRECTIVES: Final = {"annotation_typing": False, "binding": False, "embedsignature": False}


class CompileHook(BuildHookInterface[Any]):
    """What hatchling calls before it packs a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the compiled modules beside the plain ones; an editable install stays plain."""
        wish = os.environ.get("KRID_COMPILE", "if possible")
        if wish == "never" or version == "editable":
            return
        self._place = tempfile.mkdtemp()
        try:
            built = compile_into(Path(self._place), Path(self.root) / "src")
        except Exception as cause:  # whatever a compiler runs into, plain Python works
            if wish == "always":
                raise
            self.app.display_warning(f"krid stays plain Python: {type(cause).__name__}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for path in built:
            build_data["force_include"][str(path)] = str(path.relative_to(self._place))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002  the interface
        """Remove what was compiled."""
        shutil.rmtree(getattr(self, "_place", ""), ignore_errors=True)


def compile_into(place: Path, source: Path) -> list[Path]:
    """Compile the modules of a source tree into another folder and return the files."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    made = Path(shutil.copytree(source / "krid" / "_core", place / "work" / "krid" / "_core"))
    (made.parent / "__init__.py").touch()
    here = Path.cwd()
    os.chdir(place / "work")
    try:
        extensions = [
            Extension(name.replace("/", "."), [f"{name}.py"], extra_compile_args=["-O2", "-g0"])
            for name in MODULES
        ]
        modules = cythonize(
            extensions, language_level=3, compiler_directives=_DIRECTIVES, quiet=True
        )
        distribution = Distribution({"name": "krid", "ext_modules": modules})
        command = distribution.get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(place), str(place / "work")
        command.ensure_finalized()
        command.run()
    finally:
        os.chdir(here)
    return sorted(path for path in (place / "krid").rglob("*") if path.suffix in {".so", ".pyd"})
