"""Texts are laid out, judged and cut whatever they hold; a file that belongs to nothing is refused."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from gateway.adapters.cutting.cutter import READ_CHARACTERS, read_cutter, shipped_cutter
from gateway.adapters.knowledge import shipped_knowledge

SHIPPED = Path(str(files("gateway") / "data" / "cuts.npz"))
TWO = "Третий день не вывозят мусор с площадки у дома 5. А ещё отменили автобус 12, на работу не уехать."


def test_a_cut_stands_where_the_other_problem_begins() -> None:
    cuts = shipped_cutter().cut(TWO)
    assert [TWO[start:][:13] for start in cuts.starts] == ["А ещё отменил"]
    assert cuts.is_whole


@pytest.mark.parametrize("text", ["", " ", "\n\n", "!?", "яма", "…", "😀😀", "а" * 5_000, "я " * 5_000, "1. 2. 3."])
def test_what_holds_no_problem_is_not_cut(text: str) -> None:
    assert shipped_cutter().cut(text).starts == ()


def test_what_is_not_read_is_said() -> None:
    assert not shipped_cutter().cut("Во дворе яма. " * READ_CHARACTERS).is_whole


@pytest.mark.parametrize("lacking", ["whole_weights", "roots", "format"])
def test_a_file_that_lacks_something_is_refused(tmp_path: Path, lacking: str) -> None:
    with np.load(SHIPPED) as kept:
        rest = {name: kept[name] for name in kept.files if name != lacking}
    np.savez(tmp_path / "cuts.npz", **rest)
    with pytest.raises(ValueError, match=r"cuts\.npz does not belong"):
        read_cutter(tmp_path / "cuts.npz", shipped_knowledge())
