"""How property tests run: the same examples every time, few enough to be quick.

@many
@given(any_text)
def test_nonsense_is_no_number(typed: str) -> None: ...
"""

from hypothesis import settings
from hypothesis import strategies as st

many = settings(max_examples=200, derandomize=True, database=None, deadline=None)

# Whatever a body can hold, lone surrogates and NUL among them.
any_text = st.text(st.characters(), max_size=300)

# What people type: letters of two alphabets, digits, marks, blanks, emoji.
typed_text = st.text(
    st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВЯabcXYZ0123456789 .,!?;:-—«»()\n\t👍🏽…"), max_size=400
)
