"""The answer of ``kesher pathways`` in words."""

import textwrap
from typing import Any


def told(data: dict[str, Any]) -> str:
    """What ``--json`` says, for reading."""
    lines = [f"From {_and(one['name'] for one in data['from'])}, by the {data['source']}."]
    lines += [_wrapped(one) for one in ([data["notice"]] if data["coarse"] else []) + data["remarks"]]
    if data["to"] is not None:
        lines += ["", f"The road to {data['to']['name']}"]
        for number, road in enumerate(data["roads"]):
            lines += _road(road, number)
        if len(data["roads"]) == 1 and not data["roads"][0]["open"]:
            lines.append("  No stepping stone within two steps leads there. The gap above is what there is to learn.")
    lines += [
        "",
        f"Within reach: {data['viable']} occupations, {data['highly_viable']} of them near; {data['desirable']} keep the wage "
        "as far as it is known.",
    ]
    for move in data["moves"]:
        lines += _move(move)
    for door in data.get("doors", []):
        name = door["course"] or _and(one["name"] for one in door["skills"])
        behind = "" if door["vacancies"] is None else f", {door['vacancies']:g} vacancies"
        lines.append(
            f"  {name} would open {door['opens']}{behind}: {_and(one['name'] for one in door['occupations'][:4])}"
        )
    if data.get("missing_skills"):
        lines += ["", "Skills that people here miss on moves within reach, by people and vacancies"]
    for one in data.get("missing_skills", []):
        people = "fewer than 5" if one["people_missing"] is None else one["people_missing"]
        where = _and(one["courses"]) or "no course here"
        lines.append(f"  {one['name']}: {people} people, {one['vacancies_behind']:g} vacancies; {where}")
    for one in data.get("unasked", []):
        said = (
            "nobody asks for any of its skills"
            if one["nothing_asked"]
            else _and(each["name"] for each in one["skills"])
        )
        lines.append(_wrapped(f"not asked for here, {one['course']}: {said}"))
    lines += ["", "A proposal. The person decides, with whoever helps them."]
    if not data["coarse"]:
        lines.append(data["notice"])
    return "\n".join(lines)


def _road(road: dict[str, Any], number: int) -> list[str]:
    least = "" if road["certain"] else "at least "
    head = "Straight" if number == 0 else f"By way of {road['steps'][0]['move']['name']}"
    said = [f"  {head}: a first wage in {least}{road['weeks_to_first_wage']:g} weeks"]
    if number:
        said[0] += f", the goal's after {least}{road['weeks_to_goal_wage']:g} weeks of learning and waiting"
    if not road["open"]:
        said[0] += "; too far for one step"
    for step in road["steps"]:
        said += _step(step)
    return said


def _step(step: dict[str, Any]) -> list[str]:
    move = step["move"]
    said = [f"    to {move['name']}{_facts(move)}"]
    if move["below_qualification"]:
        said.append("      below the qualification; the next step is the way back")
    said += [f"      language, {one}" for one in step["languages"]]
    for line in step["timetable"]:
        costs = [f"{line['hours']:g} hours a week"] if line["hours"] else []
        costs += [f"fee {line['fee']:g}"] if line["fee"] else []
        costs += [f"income {line['income']:g} a week"] if line["income"] else []
        said.append(
            f"      {line['starts']} to {line['ends']}: {line['name']}" + (f" ({_and(costs)})" if costs else "")
        )
    if step["not_taught"]:
        said.append(_wrapped("not taught here: " + _and(one["name"] for one in step["not_taught"]), 6))
    said += [f"      language left, {one}" for one in step["languages_left"]]
    said += [f"      conflict: {one}" for one in step["conflicts"]]
    if not step["exact"]:
        said.append("      the search ended early: a better timetable may be there")
    return said


def _move(move: dict[str, Any]) -> list[str]:
    said = [f"  {move['closeness']:.2f}  {move['name']}{_facts(move)}"]
    if move["gap"]:
        named = [one["name"] + (" (perhaps there)" if one["perhaps"] else "") for one in move["gap"]]
        more = f" and {len(named) - 6} more" if len(named) > 6 else ""
        said.append(_wrapped("to learn: " + ", ".join(named[:6]) + more, 8))
    if move["below_qualification"]:
        back = move.get("way_back")
        said.append(
            f"        below the qualification; the way back: {back['name']}{_facts(back)}"
            if back
            else "        below the qualification, and no way back is known"
        )
    return said


def _facts(move: dict[str, Any]) -> str:
    parts = [] if move["wage_ratio"] is None else [f"wage × {move['wage_ratio']:.2f}"]
    parts += [] if move["vacancies"] is None else [f"{move['vacancies']:g} vacancies"]
    parts += [f"licence {move['licence_weeks']:g} weeks"] if move["licence_weeks"] else []
    if move["exposure"]:
        low, high = min(move["exposure"].values()), max(move["exposure"].values())
        parts.append(f"exposure {low:.2f} to {high:.2f}: {move['safety']}")
    return f" ({', '.join(parts)})" if parts else ""


def _and(names: Any) -> str:
    return ", ".join(names)


def _wrapped(text: str, indent: int = 2) -> str:
    return textwrap.fill(text, 110, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2))
