from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.ladder import Rung
from alerts.policy import Duty, Policies, snapshot_routes
from alerts.routing import Candidate, Report, choose

VILLAGE, TOWNSHIP, COUNTY, CITY = "990101101201", "990101101000", "990101000000", "990100000000"


def worker(person_id: str, role: str, area: str, **more: object) -> Candidate:
    more.setdefault("addresses", (("telegram", person_id),))
    return Candidate(person_id=person_id, role=role, area=area, **more)  # type: ignore[arg-type]


DIRECTOR = worker("director", "child_director", VILLAGE)
SUPERVISOR = worker("supervisor", "child_supervisor", TOWNSHIP, deputies=("deputy",))
DEPUTY = worker("deputy", "child_supervisor", "990101102000")
OFFICER = worker("officer", "county_officer", COUNTY)
CITY_OFFICER = worker("city", "county_officer", CITY)
EVERYONE = (DIRECTOR, SUPERVISOR, DEPUTY, OFFICER, CITY_OFFICER)
FIRST = Rung(roles=("child_supervisor",), seconds=60)
SECOND = Rung(roles=("county_officer",), seconds=60)


def told(rung: Rung, report: Report, *people: Candidate, **more: object) -> list[str]:
    choice = choose(rung, report, {p.person_id: p for p in people}, **more)  # type: ignore[arg-type]
    return [one.person.person_id for one in choice.told]


def goes_up(rung: Rung, report: Report, *people: Candidate) -> bool:
    return choose(rung, report, {p.person_id: p for p in people}).up


def test_the_supervisor_of_the_township_is_told_and_nobody_from_next_door():
    assert told(FIRST, Report(area=VILLAGE), *EVERYONE) == ["supervisor"]


def test_the_county_is_not_the_city():
    assert told(SECOND, Report(area=VILLAGE), *EVERYONE) == ["officer"]
    city = Rung(roles=("city_officer",), seconds=60)
    assert told(city, Report(area=VILLAGE), *EVERYONE) == ["city"]


def test_a_supervisor_on_leave_is_stood_in_for_by_the_deputy():
    away = worker("supervisor", "child_supervisor", TOWNSHIP, away=True, deputies=("deputy",))
    choice = choose(FIRST, Report(area=VILLAGE), {"supervisor": away, "deputy": DEPUTY})
    assert [(one.person.person_id, one.deputy_for) for one in choice.told] == [
        ("deputy", "supervisor")
    ]
    assert not choice.up


def test_where_nobody_is_bound_the_next_rung_is_told_at_once():
    unbound = worker("supervisor", "child_supervisor", TOWNSHIP, addresses=())
    assert goes_up(FIRST, Report(area=VILLAGE), unbound, OFFICER)
    assert goes_up(FIRST, Report(area=VILLAGE), OFFICER)


def test_whoever_is_suspected_is_passed_over_and_the_level_above_is_told():
    report = Report(area=VILLAGE, exclude=frozenset({"supervisor"}))
    assert told(FIRST, report, *EVERYONE) == []
    assert goes_up(FIRST, report, *EVERYONE)
    colleague = worker("colleague", "child_supervisor", TOWNSHIP)
    assert told(FIRST, report, *EVERYONE, colleague) == ["colleague"]
    assert goes_up(FIRST, report, *EVERYONE, colleague)


def test_a_suspected_role_is_passed_over_as_a_whole():
    report = Report(area=VILLAGE, exclude=frozenset({"role:child_supervisor"}))
    assert told(FIRST, report, *EVERYONE) == []
    assert goes_up(FIRST, report, *EVERYONE)


def test_without_a_known_place_the_county_is_told():
    assert told(FIRST, Report(area=""), *EVERYONE) == ["officer", "city"]
    assert told(FIRST, Report(area="99"), *EVERYONE) == ["officer", "city"]


def test_a_duty_list_is_told_by_post(policies: Policies):
    rung = Rung(duty="county", seconds=60)
    on_duty = worker("on-duty", "county_officer", COUNTY, post="duty")
    duty = Duty("county", ("county_officer",), frozenset({"duty"}))
    assert told(rung, Report(area=VILLAGE), OFFICER, on_duty, duty=duty) == ["on-duty"]


def test_hidden_situations_never_reach_a_village_account(policies: Policies):
    for code in ("N1", "N2", "N3"):
        kept = snapshot_routes(policies, [code])
        assert kept == {"add": ["county_officer"], "hide": ["child_director"]}
        report = Report(area=VILLAGE, add=frozenset(kept["add"]), hide=frozenset(kept["hide"]))
        village = Rung(roles=("child_director", "child_supervisor"), seconds=60)
        assert told(village, report, *EVERYONE, first=True) == ["supervisor", "officer"]


def test_a_situation_adds_the_county_to_the_first_rung_only():
    report = Report(area=VILLAGE, add=frozenset({"county_officer"}))
    assert told(FIRST, report, *EVERYONE, first=True) == ["supervisor", "officer"]
    assert told(FIRST, report, *EVERYONE) == ["supervisor"]


ROLES = st.sampled_from(["child_director", "child_supervisor", "county_officer"])
AREAS = st.sampled_from([VILLAGE, "990101101202", TOWNSHIP, "990101102000", COUNTY, CITY])
IDS = [f"p{n}" for n in range(6)]
PEOPLE = st.lists(
    st.builds(
        Candidate,
        person_id=st.sampled_from(IDS),
        role=ROLES,
        area=AREAS,
        addresses=st.sampled_from([(), (("telegram", "1"),)]),
        away=st.booleans(),
        deputies=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    ),
    max_size=6,
)
RUNGS = st.builds(
    Rung,
    roles=st.lists(ROLES, min_size=1, max_size=2).map(tuple),
    seconds=st.just(60.0),
    deputies=st.booleans(),
)


@given(
    rung=RUNGS,
    everyone=PEOPLE,
    exclude=st.frozensets(st.sampled_from([*IDS, "role:child_supervisor"])),
    hide=st.frozensets(st.just("child_director")),
    area=st.sampled_from([VILLAGE, TOWNSHIP, COUNTY, ""]),
    first=st.booleans(),
)
def test_nobody_excluded_hidden_away_or_unbound_is_ever_told(
    rung: Rung,
    everyone: list[Candidate],
    exclude: frozenset[str],
    hide: frozenset[str],
    area: str,
    first: bool,
):
    people = {person.person_id: person for person in everyone}
    report = Report(area=area, exclude=exclude, hide=hide, add=frozenset({"county_officer"}))
    choice = choose(rung, report, people, first=first)
    for one in choice.told:
        assert one.person.reachable
        assert one.person.person_id not in exclude
        assert f"role:{one.person.rank}" not in exclude
        assert one.person.rank not in hide
    ids = [one.person.person_id for one in choice.told]
    assert len(ids) == len(set(ids))
    assert choice.up or choice.told
