"""Persona packs: personas as files that people write, check, keep in version control, and exchange.

The other rooms import from here; the modules behind it are

- ``format``, ``fields``: what a pack may hold, field by field
- ``files``: reads files, whatever is in them
- ``checking`` (``problems``, ``likeness``, ``minimum``): every problem, its place, what was expected
- ``importing`` (``changes``, ``parts``, ``rows``, ``order``, ``in_step``): into the store
- ``entering``: what people type, held to the same rules
- ``exporting``, ``writing``: back to a pack, and to files
- ``story_format``, ``stories``, ``story_rows``: the same for stories, which are Markdown files
- ``together``: a folder that has both
"""

from persona_store.packs.changes import ImportReport, PersonaChange
from persona_store.packs.checking import KnownKeys, check_pack
from persona_store.packs.exporting import export_pack, known_keys
from persona_store.packs.files import SUFFIXES
from persona_store.packs.format import Pack, as_written, pack_schema
from persona_store.packs.importing import import_pack
from persona_store.packs.problems import Problem, problem_lines
from persona_store.packs.story_rows import StoryReport, export_stories, import_stories
from persona_store.packs.together import Checked, check_all
from persona_store.packs.writing import write_pack

__all__ = [
    "SUFFIXES",
    "Checked",
    "ImportReport",
    "KnownKeys",
    "Pack",
    "PersonaChange",
    "Problem",
    "StoryReport",
    "as_written",
    "check_all",
    "check_pack",
    "export_pack",
    "export_stories",
    "import_pack",
    "import_stories",
    "known_keys",
    "pack_schema",
    "problem_lines",
    "write_pack",
]
