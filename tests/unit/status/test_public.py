import subprocess
import sys


def test_a_verifier_loads_no_database() -> None:
    code = "import sys, krid.status; print({'sqlalchemy', 'psycopg', 'sqlite3'} & set(sys.modules))"
    found = subprocess.run(  # noqa: S603  the command is made of constants
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout == "set()\n"
