"""A company's own words: used where they are sound, refused with file and line where they are not."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.doctor import examine
from bot.run import running_bot
from bot.sandbox import SandboxServer
from bot.sandbox.start import sandbox_settings
from bot.templates import OwnWords, read_own_words
from bot.wording import MESSAGES, Words, mention, open_words

WHO = "answers/answer.j2"
PERSONA = {"name": "Priya <Raman>", "role": "Ops lead", "archetype": "Runs it all"}

Own = Callable[..., OwnWords]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Writes files of a company's folder and reads it."""

    def own(source: str | bytes = "", name: str = WHO) -> OwnWords:
        file = tmp_path / "own" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
        return read_own_words(tmp_path / "own", MESSAGES)

    return own


def said(own: OwnWords, piece: str = "who", **values: Any) -> str:
    return Words(own=own)("answers/answer", piece, **(values or {"persona": PERSONA}))


BUILT_IN = Words()("answers/answer", "who", persona=PERSONA)


def test_a_piece_of_ones_own_takes_the_place_of_the_built_in_one(own: Own) -> None:
    words = own("{% block who %}Voici {{ persona.name }} ({{ persona.role }}){% endblock %}")

    assert words.refusals == ()
    assert said(words) == "Voici Priya &lt;Raman&gt; (Ops lead)"


def test_the_other_pieces_of_the_same_file_stay_as_they_are(own: Own) -> None:
    words = own("{% block who %}Voici {{ persona.name }}{% endblock %}")

    assert said(words, "nothing", name="Priya") == Words()("answers/answer", "nothing", name="Priya")


def test_a_file_without_blocks_is_reworded_wherever_it_is_included(own: Own) -> None:
    words = own(
        "{% for name, texts in said %}{{ name }} → {{ texts | join(', ') }}{% endfor %}",
        "answers/plain_answer.j2",
    )

    assert words.refusals == ()
    assert said(words, "text", said=[("Priya", ["a", "b"])]) == "Priya → a, b"


def test_a_copy_of_all_built_in_words_is_accepted_as_it_is(tmp_path: Path) -> None:
    shutil.copytree(MESSAGES, tmp_path / "own")
    words = read_own_words(tmp_path / "own", MESSAGES)

    assert [str(refusal) for refusal in words.refusals] == []
    assert words.count > 300


def test_a_copy_says_what_the_built_in_words_say(tmp_path: Path) -> None:
    shutil.copytree(MESSAGES, tmp_path / "own")
    own = read_own_words(tmp_path / "own", MESSAGES)
    values: dict[str, Any] = {"mention": mention("U0ALICE"), "question": "1 < 2 & <!channel>"}

    for words in (Words(), Words(own=own)):
        assert words("answers/buttons", "shared_by", **values).startswith("<@U0ALICE> shared")
        assert "1 &lt; 2 &amp; &lt;!channel&gt;" in words("answers/buttons", "shared_by", **values)
    assert said(own) == BUILT_IN


def test_links_may_stand_in_ones_own_words(own: Own) -> None:
    words = own("{% block who %}{{ persona.name }}, see <https://wiki.example/p?a=1|our wiki>{% endblock %}")

    assert "<https://wiki.example/p?a=1|our wiki>" in said(words)


HOSTILE = {
    "a call": "{{ persona.name() }}",
    "a call of a method": "{{ persona.name.format(persona) }}",
    "the way to classes": "{{ persona.__class__.__mro__ }}",
    "the way to classes by subscript": "{{ persona['__class__'] }}",
    "attributes by filter": "{{ persona | attr('name') }}",
    "a value that the piece does not have": "{{ question }}",
    "an attribute that the piece does not show": "{{ persona.statements }}",
    "a function of Jinja": "{{ range(10**9) }}",
    "another function of Jinja": "{{ lipsum(n=10000) }}",
    "the environment": "{{ self._TemplateReference__context }}",
    "huge numbers by power": "{{ 9 ** 9 ** 9 }}",
    "huge texts by product": "{{ 'x' * 1000000000 }}",
    "huge texts by format": "{{ '%1000000000s' | format(persona.name) }}",
    "huge texts by centring": "{{ persona.name | center(1000000000) }}",
    "huge texts by replacing": "{{ persona.name | replace('a', 'aaaaaaaa') | replace('a', 'aaaaaaaa') }}",
    "huge texts by joining": "{{ persona.name | join('xxxxxxxxxxxxxxxxxxxxxxxxx') }}",
    "huge texts by joining twice": "{{ persona.name | join('xxxx') | join('xxxx') }}",
    "huge texts by percent": "{{ '%1000000000d' % 1 }}",
    "huge texts by percent of parts": "{{ ('%1000000000' ~ 'd') % 1 }}",
    "huge texts by percent of a choice": "{{ {1: '%1000000000d'}[1] % 1 }}",
    "many texts in a list": "{{ [persona.name] * 1000000000 }}",
    "texts added up": "{{ 'x' + persona.name }}",
    "a fraction": "{{ 1 / 3 }}",
    "a sign": "{{ -1 }}",
    "a slice": "{{ persona.name[:1] }}",
    "a macro": "{% macro m() %}x{% endmacro %}{{ m() }}",
    "a variable": "{% set x = persona.name %}{{ x }}",
    "an import": "{% import 'answers/answer.j2' as x %}",
    "a foreign include": "{% include 'personas/personas.j2' %}",
    "an include of a file": "{% include '../../etc/passwd' %}",
    "an include by name of a value": "{% include persona.name %}",
    "an include that may fail": "{% include 'answers/plain_answer.j2' ignore missing %}",
    "a loop over letters": "{% for letter in persona.name %}{{ letter }}{% endfor %}",
    "a loop over numbers": "{% for number in [1, 2, 3] %}{{ number }}{% endfor %}",
    "a block in a block": "{% block who2 %}x{% endblock %}",
    "a filter block": "{% filter upper %}x{% endfilter %}",
    "a call to everybody": "Look, <!channel>",
    "a call to everybody in parts": "<{% if persona.name %}!channel{% endif %}>",
    "a mention": "<@U0CAROL>",
    "a link that hides where it goes": "<http://evil.example|your bank>",
    "a raw call to everybody": "{% raw %}<!here>{% endraw %}",
    "a block that never ends": "{% if persona.name %}",
    "an unknown tag": "{% debug %}",
    "a test": "{{ persona is defined }}",
    "a namespace": "{{ namespace(x=1) }}",
    "a huge number": "{{ 9999999999999999999 }}",
    "a number that no machine reads": "{{ " + "9" * 5_000 + " }}",
    "deep nesting": "{{ " + "(" * 200 + "1" + ")" * 200 + " }}",
    "very deep nesting": "{{ " + "not " * 3_000 + "1 }}",
    "very deep brackets": "{{ " + "[" * 3_000 + "]" * 3_000 + " }}",
    "many conditions in each other": "{% if persona.name %}" * 100 + "x" + "{% endif %}" * 100,
    "a long chain": "{{ persona" + ".name" * 5_000 + " }}",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_what_no_piece_needs_is_refused_with_file_and_line_and_what_is_allowed(own: Own, source: str) -> None:
    words = own(f"{{# ours #}}\n{{% block who %}}\n{source}{{% endblock %}}")

    assert words.pieces == {}
    assert [refusal.file for refusal in words.refusals][:1] == [WHO]
    assert words.refusals[0].reason
    assert said(words) == BUILT_IN


@pytest.mark.parametrize(
    ("source", "line", "told"),
    [
        (
            "{% block who %}\n\n{{ persona.name() }}{% endblock %}",
            3,
            "a call is not allowed. Allowed are text",
        ),
        (
            "{% block who %}\n{{ age }}{% endblock %}",
            2,
            "'age' is none of its values: persona.archetype, persona.name",
        ),
        ("{% block whom %}x{% endblock %}", 1, "there is no block 'whom': did you mean 'who'?"),
        ("{% block who %}x{% endblock %}\n{% block who %}y{% endblock %}", 1, "is there 2 times"),
        ("{% block who %}x{% endblock %}\nnever shown", 2, "stands outside of the blocks"),
        ("\n{% block who %}{% iff x %}{% endblock %}", 2, "unknown tag"),
        ("{% block who scoped %}x{% endblock %}", 1, "no options"),
        ("{% block who %}\nHello\n<!channel>{% endblock %}", 3, "< begins markup"),
    ],
)
def test_a_refusal_says_where_and_why(own: Own, source: str, line: int, told: str) -> None:
    refusal = own(source).refusals[0]

    assert (refusal.file, refusal.line) == (WHO, line)
    assert told in refusal.reason


def test_one_refused_piece_leaves_the_others_of_its_file_in_use(own: Own) -> None:
    words = own("{% block who %}{{ x() }}{% endblock %}{% block nothing %}rien sur {{ name }}{% endblock %}")

    assert said(words) == BUILT_IN
    assert said(words, "nothing", name="Priya") == "rien sur Priya"


def test_a_block_given_twice_is_used_in_neither_form(own: Own) -> None:
    words = own("{% block who %}{{ x() }}{% endblock %}{% block who %}fine{% endblock %}")

    assert said(words) == BUILT_IN


def test_what_a_refused_piece_would_compute_is_not_computed_with_the_others(own: Own) -> None:
    words = own("{% block who %}{{ 9 ** 9 ** 9 }}{% endblock %}{% block nothing %}rien{% endblock %}")

    assert said(words, "nothing", name="Priya") == "rien"


# Files


def test_a_template_above_64_kb_is_refused(own: Own) -> None:
    words = own("{% block who %}" + "x" * 65 * 1024 + "{% endblock %}")

    assert "larger than 64 KB" in words.refusals[0].reason


def test_a_template_that_is_no_utf_8_is_refused(own: Own) -> None:
    assert "UTF-8" in own(b"{% block who %}\xff{% endblock %}").refusals[0].reason


def test_a_message_that_does_not_exist_is_told_with_the_nearest_name(own: Own) -> None:
    refusal = own("x", "answers/answr.j2").refusals[0]

    assert (
        str(refusal)
        == "answers/answr.j2: there is no message 'answers/answr.j2': did you mean 'answers/answer.j2'?"
    )


def test_other_files_in_the_folder_are_left_alone(own: Own) -> None:
    assert own("read me", "README.md").refusals == ()


def test_a_link_out_of_the_folder_is_refused(own: Own, tmp_path: Path) -> None:
    own()
    secret = tmp_path / "secret"
    secret.write_text("{% block who %}secret{% endblock %}")
    (tmp_path / "own" / WHO).unlink()
    (tmp_path / "own" / WHO).symlink_to(secret)
    words = read_own_words(tmp_path / "own", MESSAGES)

    assert "leads out of the folder" in words.refusals[0].reason
    assert said(words) == BUILT_IN


def test_a_folder_that_is_a_link_out_of_the_folder_is_refused(own: Own, tmp_path: Path) -> None:
    own("{% block who %}x{% endblock %}")
    shutil.move(tmp_path / "own" / "answers", tmp_path / "elsewhere")
    (tmp_path / "own" / "answers").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert "leads out" in read_own_words(tmp_path / "own", MESSAGES).refusals[0].reason


def test_a_link_within_the_folder_is_followed(own: Own, tmp_path: Path) -> None:
    """That is how Kubernetes mounts a ConfigMap."""
    own("{% block who %}x{% endblock %}")
    shutil.move(tmp_path / "own" / "answers", tmp_path / "own" / "..data")
    (tmp_path / "own" / "answers").symlink_to("..data", target_is_directory=True)
    words = read_own_words(tmp_path / "own", MESSAGES)

    assert words.refusals == ()
    assert words.count == 1


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to(path)])
def test_what_is_no_file_is_refused_and_never_waited_for(
    own: Own, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    own()
    (tmp_path / "own" / WHO).unlink()
    make(tmp_path / "own" / WHO)

    assert len(read_own_words(tmp_path / "own", MESSAGES).refusals) == 1


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no such folder" in str(read_own_words(tmp_path / "nowhere", MESSAGES).refusals[0])


# In use


@pytest.mark.parametrize(
    "source",
    [
        "{{ {'a': 'b'}[persona.name] }}",
        "{% if persona.name < 3 %}x{% endif %}",
        "  \n ",
        "{% if persona.role == 'nobody' %}x{% endif %}",
    ],
)
def test_a_piece_that_fails_or_says_nothing_gives_way_to_the_built_in_one(own: Own, source: str) -> None:
    words = own(f"{{% block who %}}{source}{{% endblock %}}")

    assert words.refusals == ()
    assert said(words) == BUILT_IN


def test_one_may_count_with_numbers(own: Own) -> None:
    words = own("{% block assumptions %}{{ count - 1 }} {{ count % 2 }} {{ (count + 1) // 2 }}{% endblock %}")

    assert said(words, "assumptions", count=5) == "4 1 3"


def test_counting_with_texts_gives_way_to_the_built_in_words(own: Own) -> None:
    words = own("{% block nothing %}{{ name % 5 }}{% endblock %}")

    assert words.refusals == ()
    assert said(words, "nothing", name="%1000000000d") == Words()(
        "answers/answer", "nothing", name="%1000000000d"
    )


def test_a_piece_that_says_too_much_gives_way_to_the_built_in_one(own: Own) -> None:
    endless = "{% for name, texts in said %}" + "x" * 60_000 + "{% endfor %}"
    words = own(endless, "answers/plain_answer.j2")
    shown = said(words, "text", said=[("Priya", ["a"])] * 1_000)

    assert len(shown) < 20_000


def test_text_in_quotes_is_escaped_like_any_value(own: Own) -> None:
    words = own("{% block who %}{{ '<!channel>' }}{{ '<!here>' ~ persona.role }}{% endblock %}")

    assert said(words) == "&lt;!channel&gt;&lt;!here&gt;Ops lead"


@settings(max_examples=50, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                "{{",
                "}}",
                "{%",
                "%}",
                "{#",
                "#}",
                " persona",
                ".name",
                "()",
                "|",
                "block",
                "endblock",
                "if",
                "for",
                "in",
                "<",
                "\n",
                "__",
                "'",
                "9",
            ]
        ),
        max_size=30,
    ).map(" ".join)
)
def test_no_template_breaks_the_reading_of_it(source: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "answers").mkdir()
        (Path(folder) / WHO).write_text(
            f"{{% block who %}}{source}{{% endblock %}}", "utf-8", "surrogatepass"
        )
        own = read_own_words(Path(folder), MESSAGES)

    assert "<!" not in said(own)


def test_the_bot_starts_with_broken_templates_and_says_so_in_the_log(
    own: Own, tmp_path: Path, sandbox: SandboxServer, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    own("{% block who %}{{ x() }}{% endblock %}")
    settings = replace(sandbox_settings(sandbox.url, database_url), templates=str(tmp_path / "own"))
    with running_bot(settings) as bot:
        assert bot.identity

    assert "answers/answer.j2, line 1: a call is not allowed" in caplog.text


def test_the_doctor_names_what_is_not_used(
    own: Own, tmp_path: Path, sandbox: SandboxServer, database_url: str
) -> None:
    own("{% block who %}{{ x() }}{% endblock %}{% block nothing %}rien sur {{ name }}{% endblock %}")
    settings = replace(sandbox_settings(sandbox.url, database_url), templates=str(tmp_path / "own"))
    found = list(examine(settings, datetime.now(UTC)))

    assert any(finding.is_well and "1 texts of your own" in finding.what for finding in found)
    assert [finding.what for finding in found if not finding.is_well] == [
        str(read_own_words(tmp_path / "own", MESSAGES).refusals[0])
    ]


def test_without_a_folder_the_words_are_the_built_in_ones() -> None:
    assert open_words("")("answers/answer", "who", persona=PERSONA) == BUILT_IN
