"""From a case to its outcome: the page that composes all stages, and the only one.

    fly       threat states over time                              flight/
    see       what each sensor could detect, and why not           sense/
    share     who receives which track, how late                   partners/
    watch     looks, detections, cues, tracks, sample by sample    sense/ and track/, coupled in chain/watch.py
    engage    when each layer may commit, shots, leakers           engage/

Each stage is evaluated once per distinct input: flights and sightings once per future, the picture once per distinct
set of sensors and sharing, the engagement once per option.
"""

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.types import Flags, Flights, Floats, Integers
from sakimori.chain.bounding import bounded
from sakimori.chain.case import AssetSummary, Awareness, Case, Company, Option, Outcome, Picture
from sakimori.chain.evidence import Evidence, gather
from sakimori.chain.fighting import fight, fights
from sakimori.chain.filtering import filtered
from sakimori.chain.scoring import scored
from sakimori.chain.summary import summarise_assets, summarise_awareness
from sakimori.chain.watch import Scene, watch
from sakimori.engage import Result, survey
from sakimori.engage.magazine import left_out
from sakimori.flight import fly
from sakimori.partners.links import Links
from sakimori.partners.sharing import Sharing, share, stations
from sakimori.sense.regard import in_shadow
from sakimori.sense.tasking import precedence
from sakimori.sense.visibility import see, sensor_positions
from sakimori.track.singer import transition, unit_noise

__all__ = ["AssetSummary", "Awareness", "Case", "Company", "Option", "Outcome", "Picture", "fight", "play"]


def play(case: Case) -> Outcome:
    """Play one future through to its outcome under every option.

    The same case gives the same bits. Errors: InputError where an option refers to what the case does not have.
    """
    flights = fly(case.threats, case.step, case.environment)
    up = sensors_up(case)
    samples = flights.phase.shape[1]
    late = left_out(case.quiet, case.step * np.arange(samples))
    places = sensor_positions(case.radars, case.infrareds, case.julian_date, case.step, samples, late)
    evidence = gather(case, flights, see(flights, case.radars, case.infrareds, places, up, _dark(case, places, late)))

    views = list(dict.fromkeys(option.view for option in case.options))
    picture_of = tuple(views.index(option.view) for option in case.options)
    pictures: list[Picture] = []
    results: dict[int, Result] = {}
    ground = survey(flights, (layer for option in case.options for layer in option.layers), case.seed, case.future)
    for number in range(len(views)):
        mine = [i for i, view in enumerate(picture_of) if view == number]
        pictures.append(picture(case, case.options[mine[0]], flights, evidence))
        options = [case.options[i] for i in mine]
        results |= dict(zip(mine, fights(case, options, flights, pictures[-1], ground), strict=True))
    return Outcome(case, flights, up, tuple(pictures), picture_of, tuple(results[i] for i in range(len(results))))


def sensors_up(case: Case) -> Flags:
    """(S,) which sensors work in this future: one draw per sensor, common to all threats, options and replications."""
    stream = int(Stream.AVAILABILITY)
    draws = [uniform(case.seed, stream, case.future, sensor.key, 0, 0) for sensor in case.sensors]
    return np.array([d < s.availability for d, s in zip(draws, case.sensors, strict=True)], dtype=np.bool_)


def _dark(case: Case, places: Floats, late: Floats) -> Flags | None:
    """(J, K) which infrared sensors the Earth's shadow switches off; None where that never matters."""
    minds = np.array([i.dark_in_eclipse for i in case.infrareds], dtype=np.bool_)
    if not minds.any():
        return None
    return minds[:, None] & in_shadow(places[len(case.radars) :], case.julian_date, case.step, late)


def picture(case: Case, option: Option, flights: Flights, evidence: Evidence) -> Picture:
    """What the option's sensors and links know of the raid, and who knows it when."""
    present = np.flatnonzero(option.sensors)
    taking_part = [case.sensors[s] for s in present]
    links, owners = Links(option.rules, option.link_latency, case.own_latency), [s.owner for s in taking_part]
    sharing = share(links, owners)
    given = scene(case, present, flights, evidence, sharing)
    diary, scores = watch(given), None
    if case.filters:
        trackers = stations(links, owners)
        known, followed = filtered(case, given, diary, flights, trackers)
        scores = scored(flights, diary, sharing, trackers, known, followed, case.filters, case.efficiency)
    else:
        known = bounded(given, diary, sharing)
    names = tuple(sensor.name for sensor in taking_part)
    return Picture(
        sensors=tuple(int(s) for s in present),
        pools=known.pools,
        tracks=known.tracks,
        deliveries=known.deliveries,
        assets=summarise_assets(flights, known.tracks, names, evidence.sensors["track_every"][present]),
        awareness=summarise_awareness(flights, known),
        scores=scores,
    )


def scene(case: Case, present: Integers, flights: Flights, evidence: Evidence, sharing: Sharing) -> Scene:
    """What the watch needs; `present` numbers the case's sensors that take part."""
    urgencies, rank = precedence(case.beam_priority, case.values, flights.impact, flights.phase.shape[1])
    lag = np.maximum(np.ceil(sharing.deliveries.cue_latency / case.step - 1e-9), 1.0)  # a cue is never of this sample
    lags = np.where(np.isfinite(lag), lag, -1.0).astype(np.int64)
    return Scene(
        step=float(case.step),
        maneuver=np.ascontiguousarray(flights.maneuver),
        launch=flights.launch.astype(np.int64),
        impact=flights.impact.astype(np.int64),
        evidence=evidence,
        present=present,
        pools=sharing.pools,
        cue_lag=lags,
        confirm=case.confirm,
        drop=int(case.drop_time / case.step + 1e-9),
        efficiency=float(case.efficiency),
        motion=transition(float(case.step), float(case.correlation_time)),
        noise=unit_noise(float(case.step), float(case.correlation_time)),
        precedence=urgencies,
        rank=rank,
        noted=bool(case.filters),
        kept=flights.phase.shape[1] if sharing.fusions and not case.filters else int(lags.max(initial=0)) + 1,
    )
