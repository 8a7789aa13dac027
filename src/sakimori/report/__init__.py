"""The report of a run: one offline HTML page that opens with the answer, and the scoreboard of the console."""

from sakimori.report.document import build
from sakimori.report.scoreboard import scoreboard, scoreboard_json
from sakimori.report.view import RunView

__all__ = ["RunView", "build", "scoreboard", "scoreboard_json"]
