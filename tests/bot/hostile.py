"""Companies of hostile words, for property tests."""

import random

from hypothesis import strategies as st

from bench.payloads import HOSTILE, Company

TEXTS = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=60), st.text("<>&|!@#*_`~", min_size=1)),
    min_size=1,
    max_size=8,
)
COMPANIES = st.builds(lambda texts, seed: Company(texts, random.Random(seed)), TEXTS, st.integers(0, 2**32))
