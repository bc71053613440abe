"""Persona packs: personas as files that people write, check, keep in version control, and exchange.

The other rooms import from here; the modules behind it are

- ``format``, ``fields``: what a pack may hold, field by field
- ``files``: reads files, whatever is in them
- ``checking`` (``problems``, ``likeness``): every problem, with file, place and what was expected
- ``importing`` (``changes``, ``parts``, ``rows``, ``order``): into the store
- ``exporting``, ``writing``: back to a pack, and to files
"""

from persona_store.packs.changes import ImportReport, PersonaChange
from persona_store.packs.checking import KnownKeys, check_pack
from persona_store.packs.exporting import export_pack, known_keys
from persona_store.packs.format import Pack, as_written, pack_schema
from persona_store.packs.importing import import_pack
from persona_store.packs.problems import Problem, problem_lines
from persona_store.packs.writing import write_pack

__all__ = [
    "ImportReport",
    "KnownKeys",
    "Pack",
    "PersonaChange",
    "Problem",
    "as_written",
    "check_pack",
    "export_pack",
    "import_pack",
    "known_keys",
    "pack_schema",
    "problem_lines",
    "write_pack",
]
