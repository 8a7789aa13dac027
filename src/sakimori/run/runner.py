"""The runner: futures in fixed chunks, played by whatever crew, with identical bytes.

However a run stops, what is done is kept and the same command resumes it; one that asks for more futures extends it.
"""

import contextlib
import dataclasses
import pathlib
import time

from sakimori.base.errors import InputError, RunError
from sakimori.run.cluster import Dask
from sakimori.run.estimate import Estimate, estimate, refuse_beyond, wants_portfolios
from sakimori.run.facts import Tally, circumstances, finish
from sakimori.run.job import RESUME, Crew, Job, Watch
from sakimori.run.log import LOG, log_to
from sakimori.run.processes import Processes, processors
from sakimori.run.stopping import Until, checkpoints, until_of, until_of_study
from sakimori.store import RunFolder, grid_for, identity
from sakimori.study import Study

MOST_FUTURES = 1_000_000
MOST_WORKERS = 1024


class _Silent:
    def say(self, message: str) -> None:
        del message

    def advance(self, done: int, total: int) -> None:
        del done, total


def execute(
    study: Study,
    out: str | pathlib.Path,
    *,
    futures: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    until: str | None = None,
    watch: Watch | None = None,
) -> RunFolder:
    """Run `study` into the folder `out`, or resume it there, or extend it with more futures.

    `futures` and `seed` default to the study's; `workers` to the number of processors this process may use.
    `cluster` is the address of a Dask scheduler, or `local` for Dask with `workers` processes on this machine; without
    it, the processes are plain ones. `until`, such as "no_leaker 0.02", stops the run at the first checkpoint at which
    the 95 % interval of that metric is no wider than plus or minus that, for every option, and `futures` is then the
    most; it overrules what the study says under `stop`.
    Raises RunError where the folder holds another run or more futures, is in use or cannot be written, workers keep
    dying, or portfolios would take longer than the study allows; InputError where a number is out of its range, or the
    folder's manifest cannot be read.
    """
    watch = watch or _Silent()
    given = futures is not None
    futures = _within("futures", study.futures if futures is None else futures, 1, MOST_FUTURES)
    seed = _within("seed", study.seed if seed is None else seed, 0, 2**32 - 1)
    rule = until_of_study(study) if until is None else until_of(until)
    workers = _within("workers", processors() if workers is None else workers, 1, MOST_WORKERS)
    resolved = study.resolved_yaml()
    facts = {**identity(resolved, seed, study.hypercube, grid_for(study.weight)), **circumstances(study)}
    foreseen = _foreseen(study, out, futures, seed, workers, facts["identity"], watch)
    try:
        with RunFolder.claim(out, facts, resolved) as folder, log_to(folder):
            started = time.perf_counter()
            if foreseen is not None:
                LOG.info("estimate", extra={"facts": {**dataclasses.asdict(foreseen), "seconds": foreseen.seconds}})
            futures = _no_fewer(folder, futures, given, watch)
            job = Job(study, folder, seed)
            with contextlib.closing(_crew(job, workers, cluster, watch)) as crew:
                tally = _work(crew, job, futures, rule, watch)
            if tally.done or "failed_futures" not in folder.manifest():
                failed, wall = finish(folder, tally, time.perf_counter() - started), time.perf_counter() - started
                LOG.info("end", extra={"facts": {"done": tally.done, "failed": failed, "wall_seconds": round(wall, 3)}})
    except OSError as error:
        raise RunError(f"{out} cannot be written: {_told(error)}. Mend it or give another --out. {RESUME}") from error
    except MemoryError:
        raise RunError(f"the machine has too little memory: give fewer --workers. {RESUME}") from None
    except KeyboardInterrupt:
        watch.say(f"interrupted. {RESUME}")
        raise
    return folder


def _foreseen(
    study: Study, out: str | pathlib.Path, futures: int, seed: int, workers: int, own: str, watch: Watch
) -> Estimate | None:
    """The estimated time of a run with portfolios, told; None of others. Raises RunError beyond the study's limit.

    It comes before the folder is taken, so that a run that is refused leaves nothing there. A folder of another
    identity than `own` is refused when it is taken.
    """
    if not wants_portfolios(study):
        return None
    folder, left = RunFolder.at(out), list(range(futures))
    with contextlib.suppress(InputError):  # nothing there yet; whatever else is wrong is told when it is taken
        if folder.manifest().get("identity") != own:
            return None
        left = [future for _, numbers in folder.todo(max(futures, folder.futures)) for future in numbers]
    if not left:
        return None
    watch.say("measuring a few futures with all sets of measures (compiling kernels where they have changed)")
    found = estimate(study, seed, left, workers)
    if found is not None:
        watch.say(f"estimate: {found}")
        refuse_beyond(found, study)
    return found


def _crew(job: Job, workers: int, cluster: str | None, watch: Watch) -> Crew:
    return Processes(job, workers, watch) if cluster is None else Dask(job, cluster, workers)


def _within(name: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise InputError(f"--{name}", str(value), f"{least} to {most}", f"Give another number of {name}.")
    return value


def _told(error: OSError) -> str:
    return error.strerror or str(error)


def _no_fewer(folder: RunFolder, futures: int, given: bool, watch: Watch) -> int:
    """How many futures the run will have: never fewer than it was asked for before."""
    before = folder.futures
    if futures < before and given:
        raise RunError(
            f"{folder} was asked for {before} futures, and a run only grows: results that are there are not thrown "
            f"away. Give --futures {before} or more, or another --out."
        )
    if futures < before:
        watch.say(f"{folder} was asked for {before} futures, which stands; the study asks for {futures}")
    return max(futures, before)


def _work(crew: Crew, job: Job, futures: int, rule: Until | None, watch: Watch) -> Tally:
    tally, folder = Tally(), job.folder
    for stage in [futures] if rule is None else checkpoints(futures, rule.checkpoints):
        _stage(crew, folder, stage, futures, tally, watch)
        if rule is not None:
            width = rule.widest(job.study, folder, stage)
            told = f"after {stage} futures {rule.metric} is known to within {width:.3g} for every option"
            LOG.info("checkpoint", extra={"facts": {"futures": stage, "half_width": width}})
            if width <= rule.half_width:
                watch.say(f"{told}: stopped")
                break
            if stage == futures:
                watch.say(f"{told}, not {rule.half_width:g}: give more --futures")
    return tally


def _stage(crew: Crew, folder: RunFolder, futures: int, most: int, tally: Tally, watch: Watch) -> None:
    """Play what is missing of the first `futures` futures; `most` is how many there may be in the end."""
    asked_before, already = folder.futures, tally.done
    folder.grow(futures)
    todo = folder.todo(futures)
    before = futures - sum(len(numbers) for _, numbers in todo)
    if before > already:
        doing = "extending" if asked_before < futures else "resuming"
        watch.say(f"{doing}: {before} of {futures} futures are already done")
    if before:
        watch.advance(before, most)
    LOG.info("start", extra={"facts": {"futures": futures, "done": before}})
    if todo and not tally.done:
        watch.say("compiling kernels where they have changed (up to a minute on first use)")
    for report in crew.play(todo):
        tally.add(report)
        LOG.info("chunk", extra={"facts": {"chunk": report.chunk, "failed": report.failed}})
        watch.advance(before + tally.done - already, most)
