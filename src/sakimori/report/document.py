"""The page: gathers the sections, and fills the template. No clock, no network, no scripts: equal runs, equal "
"bytes."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import numpy as np

from sakimori.assess.metrics import METRICS
from sakimori.report import (
    beams,
    changing,
    choosing,
    first,
    leaks,
    portfolios,
    pricing,
    sections,
    sure,
    tracking,
    watching,
)
from sakimori.report.assumptions import Assumption, assumptions, counted
from sakimori.report.blocks import Block, Cell, FigureBlock, ListBlock, Section, TableBlock, TextBlock, cells
from sakimori.report.decision import Decision
from sakimori.report.drawing import standing_alone
from sakimori.report.numbers import many, seconds
from sakimori.report.sentences import answers, headline, others, warnings
from sakimori.report.summary import Summary, summarise
from sakimori.report.view import RunView

_IDENTITY = (
    "study",
    "identity",
    "seed",
    "futures",
    "replications",
    "sakimori",
    "study_hash",
    "source_hash",
    "python",
    "machine",
    "format_version",
)


@dataclass(frozen=True)
class Page:
    """The report of a run: the page, and each of its figures as an SVG file by its name without ending."""

    html: str
    figures: Mapping[str, str]


def build(view: RunView) -> str:
    """The whole report of a run as one HTML document that needs no other file and no network."""
    return compose(view).html


def compose(view: RunView) -> Page:
    """The page and its figures."""
    summary = summarise(view)
    found = assumptions(view.study)
    answer, decision = summary.verdict, Decision(summary)
    body = list(_sections(summary, decision, found))
    drawn = [b for section in body for b in section.blocks if isinstance(b, FigureBlock)]
    body.insert(-1, _provenance(view, drawn))
    page = _template().render(
        title=str(view.study.get("title") or view.manifest.get("title") or "Sakimori report"),
        title_ja=str(view.study.get("title_ja") or ""),
        question=str(view.study.get("question") or ""),
        verdict="Resolved" if answer.resolved else "Not resolved",
        verdict_ja="結論" if answer.resolved else "結論保留",
        resolved=answer.resolved,
        headline=headline(summary),
        sentences=answers(summary),
        more=others(summary),
        picks=first.picks_table(decision),
        changing=first.what_changes(decision),
        table=sections.answer_table(summary),
        facts=_facts(summary),
        notional=_notional(found),
        warnings=warnings(summary),
        sections=body,
    )
    return Page(page if page.endswith("\n") else page + "\n", {b.name: standing_alone(b.svg, b.alt) for b in drawn})


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sakimori.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def _facts(summary: Summary) -> str:
    view = summary.view
    date = (view.study.get("architecture") or {}).get("date")
    parts = [
        summary.sample,
        f"{view.replications} inner replications each" if view.engaged else "",
        f"{len(view.options)} options",
        f"{len([f for f in view.tables['factors'] if f != 'future'])} factors",
        f"architecture of {date}" if date else "",
        f"seed {view.manifest.get('seed', view.study.get('seed', ''))}",
    ]
    return ", ".join(part for part in parts if part)


def _notional(found: tuple[Assumption, ...]) -> str:
    counts = counted(found)
    total, invented = sum(counts.values()), counts.get("notional", 0)
    if not invented:
        return ""
    return (
        f"{invented} of {total} inputs are notional: no public source gives them. They stand with their ranges below."
    )


def _sections(summary: Summary, decision: Decision, found: tuple[Assumption, ...]) -> Iterator[Section]:
    view = summary.view
    if not view.engaged:
        yield from watching.sections(summary)
        yield beams.section(summary)
    yield sections.comparison(summary)
    yield sure.section(summary, counted(found))
    yield from filter(None, (changing.section(decision), *_choosing(summary, decision)))
    if view.engaged:
        yield from filter(None, (leaks.raid_size(summary),))
        yield leaks.leak_causes(summary)
        yield leaks.groups(summary)
        yield sections.kill_chain(summary)
        yield beams.section(summary)
    yield sections.map_section(summary)
    if tracking.filtered(view):
        yield tracking.section(summary)
    yield _assumptions(found, view)
    yield _findings(summary)
    yield _reading(summary)


def _choosing(summary: Summary, decision: Decision) -> Iterator[Section | None]:
    """What to choose: cost and what it buys, sets and years, regret and shares, doses."""
    if summary.view.engaged:
        yield leaks.costs(summary, [*pricing.table(summary), *choosing.budgets(decision)])
        yield portfolios.section(summary, decision.attribution is not None)
    yield choosing.choice(decision)
    if summary.view.engaged:
        yield choosing.doses(decision)


def _assumptions(found: tuple[Assumption, ...], view: RunView) -> Section:
    counts = counted(found)
    said = ", ".join(f"{count} {basis}" for basis, count in counts.items())
    blocks: list[Block] = [TextBlock(f"{len(found)} inputs: {said}.", loud=counts.get("notional", 0) > 0)]
    head = ("Input", "Basis", "Source", "Value", "Low", "High")
    for basis in counts:
        rows = [
            [
                Cell(a.path, a.note),
                Cell(a.basis, mark="loud" if basis == "notional" else ""),
                *cells(a.source, a.value, a.low, a.high),
            ]
            for a in found
            if a.basis == basis
        ]
        blocks.append(TableBlock(f"{basis.capitalize()} ({len(rows)})", head, rows, 3, folded=len(rows) > 12))
    blocks += _sources(view)
    return Section("assumptions", "Assumptions", "前提条件", blocks)


def _sources(view: RunView) -> list[Block]:
    listed = view.study.get("sources")
    if not isinstance(listed, Mapping) or not listed:
        return []
    rows = [cells(str(key), str(text)) for key, text in sorted(listed.items())]
    return [TableBlock(f"Sources ({len(rows)})", ("Key", "Source"), rows, 2, folded=len(rows) > 12)]


def _findings(summary: Summary) -> Section:
    view = summary.view
    blocks: list[Block] = []
    findings = view.manifest.get("findings") or []
    if findings:
        rows = [
            [Cell(str(f.get("id", "")), _severity(f)), _where(f), *cells(_got(f), str(f.get("mend") or ""))]
            for f in findings
        ]
        blocks.append(
            TableBlock(
                f"Findings of the check ({len(rows)})", ("Finding", "Where", "Got, expected", "How to mend"), rows, 4
            )
        )
    else:
        checked = "findings" in view.manifest
        said = "The check of the study found nothing to report." if checked else "The manifest holds no findings."
        blocks.append(TextBlock(said))
    waivers = view.study.get("waivers") or []
    if waivers:
        rows = [cells(*(str(w.get(k, "")) for k in ("finding", "path", "reason", "name", "date"))) for w in waivers]
        blocks.append(TableBlock("Waived, with who and why", ("Finding", "Path", "Reason", "By", "Date"), rows, 5))
    blocks += _failed(summary)
    return Section("findings", "Findings and failed futures", "検査結果", blocks)


def _where(finding: Mapping[str, Any]) -> Cell:
    file, line = str(finding.get("file") or ""), finding.get("line")
    return Cell(f"{file}:{line}" if line else file, str(finding.get("path") or ""))


def _got(finding: Mapping[str, Any]) -> str:
    got, expected = finding.get("got"), finding.get("expected")
    return f"got {got}; expected {expected}" if got or expected else ""


def _severity(finding: Mapping[str, Any]) -> str:
    waived = f", waived: {finding.get('waiver', '')}" if finding.get("waived") else ""
    return f"{finding.get('severity', '')}{waived}"


def _failed(summary: Summary) -> list[Block]:
    outcomes = summary.view.tables["outcomes"]
    if "failed" not in outcomes or not outcomes["failed"].astype(bool).any():
        return [TextBlock("No future failed.")]
    bad = outcomes["failed"].astype(bool)
    futures = len(np.unique(outcomes["future"][bad]))
    names, count = np.unique(outcomes["fault"][bad].astype(str), return_counts=True)
    options = max(1, len(summary.view.options))
    said = [
        f"{fault}: {many(-(-int(n) // options), 'future')}"
        for fault, n in sorted(zip(names, count, strict=True), key=lambda item: -item[1])
    ]
    text = f"{many(futures, 'future')} failed, left out of every comparison."
    return [TextBlock(text, loud=True), ListBlock(said)]


def _provenance(view: RunView, drawn: Sequence[FigureBlock]) -> Section:
    manifest = view.manifest
    rows = [cells(key.replace("_", " "), str(manifest[key])) for key in _IDENTITY if key in manifest]
    rows += [cells(f"version of {name}", str(text)) for name, text in sorted((manifest.get("versions") or {}).items())]
    rows += [cells(str(work.get("finished", "")), _work(work)) for work in manifest.get("times") or []]
    text = "The same study, seed, code and versions give the same tables. Times are those that the run noted."
    names = ", ".join(f"{figure.name}.svg" for figure in drawn)
    files = f"In the run folder the figures of this page are also files, in figures/: {names}."
    return Section(
        "provenance",
        "Provenance",
        "来歴",
        [TextBlock(text), TextBlock(files), TableBlock("Manifest", ("Item", "Value"), rows, 2)],
    )


def _work(work: Mapping[str, Any]) -> str:
    """What one command did, by the record that it left."""
    stages = work.get("stage_seconds") or {}
    spent = ", ".join(f"{name} {seconds(float(spent['cpu']))}" for name, spent in stages.items())
    said = f"{many(int(work.get('futures') or 0), 'future')} in {seconds(float(work.get('wall_seconds') or 0.0))}"
    said += f" (processor time: {spent})" if spent else ""
    said += f", at most {work['peak_memory_mb']} MB in a process" if work.get("peak_memory_mb") else ""
    if work.get("commit"):
        said += f", commit {str(work['commit'])[:12]}{' with changes not committed' if work.get('dirty') else ''}"
    return said


def _reading(summary: Summary) -> Section:
    text = (
        "A future is one sample of all factors; every option meets the same futures. Changes carry Student's 95 % "
        "interval of the "
        "paired differences. Options are tied when their difference to the leader is not resolved (Bonferroni over "
        "the rivals). "
        "The answer is not resolved when the lead is within the Monte Carlo error, or when another option is better "
        "beyond the "
        "error in some part of a factor's range. This is a model on public assumptions: it compares measures, it "
        "does not "
        "predict events."
    )
    rows = [
        [
            Cell(METRICS[name].title, METRICS[name].title_ja, lang="ja"),
            *cells(METRICS[name].meaning, METRICS[name].formula),
        ]
        for name in summary.panels
    ]
    table = TableBlock("Metrics on this page", ("Metric", "Meaning", "Formula"), rows, 3)
    return Section("reading", "How to read this", "読み方", [TextBlock(text), table])
