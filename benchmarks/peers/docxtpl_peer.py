"""docxtpl as its documentation shows it, a document a line; also rust-docxtpl, which bears its name.

python docxtpl_peer.py TEMPLATE VALUES
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

from docxtpl import DocxTemplate


def main() -> None:
    """Make some documents for each line that comes in; print the milliseconds that one computed."""
    template, values = sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    number = int(sys.argv[3])
    for _ in sys.stdin:
        before = time.process_time()
        for _ in range(number):
            document = DocxTemplate(template)
            document.render(values)
            document.save(io.BytesIO())
        print((time.process_time() - before) * 1e3 / number, flush=True)


if __name__ == "__main__":
    main()
