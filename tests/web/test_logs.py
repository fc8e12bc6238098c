"""What a failure leaves in the log: where it came from, and nothing of what was said."""

import json
import subprocess
import sys

FAILS = """
import structlog
from gateway.web.logs import configure

configure()
try:
    raise ValueError("Анна, +7 912 345-67-89")
except ValueError:
    structlog.get_logger("dialog").exception("delivery failed", event_id=7)
"""


def test_a_failure_is_told_by_its_type_and_its_lines_of_code_without_its_words() -> None:
    done = subprocess.run([sys.executable, "-c", FAILS], capture_output=True, text=True, check=True, timeout=30)
    line = json.loads(done.stderr)
    assert line["trace"][0] == "builtins.ValueError"
    assert line["trace"][1].endswith("<module>")
    assert "Анна" not in done.stderr
    assert line["event_id"] == 7
