"""Random bytes are handed out once."""

import subprocess
import sys

from gateway.domain.lots import draw_lot


def test_lots_have_the_length_that_is_asked_for_and_never_come_twice() -> None:
    lots = [draw_lot(40) for _ in range(1_000)]
    assert {len(lot) for lot in lots} == {40}
    assert len(set(lots)) == 1_000
    assert len({lot[:8] for lot in lots}) == 1_000


_FORK = """
import os
from gateway.domain.lots import draw_lot
draw_lot(8)  # something is left to hand out
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, draw_lot(16))
    os._exit(0)
os.wait()
print(os.read(reading, 16) == draw_lot(16))
"""


def test_a_forked_process_draws_other_lots() -> None:
    said = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, text=True, timeout=30, check=True)
    assert said.stdout == "False\n"
