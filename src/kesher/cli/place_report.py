"""What ``kesher place`` prints for people."""

from collections import Counter
from typing import TYPE_CHECKING

from kesher.cli.place import why

if TYPE_CHECKING:
    from kesher.engine.placement import Proposal
    from kesher.formats.placement import Tables

#: Rows of groups and of households without a place that are printed; all stand in --json and --out.
SHOWN = 12


def told(tables: "Tables", proposal: "Proposal", seconds: float) -> str:
    """The whole report."""
    placed = int((proposal.placement >= 0).sum())
    proof = "proven to be the best" if proposal.plain.exact and not proposal.costs else "proven"
    lines = [
        f"value    {proposal.value:.4f}  expected in all (the lottery: {proposal.drawn:.4f})",
        f"bound    {proposal.bound:.4f}  no placement has more; {proof}",
        f"gap      {100 * proposal.gap:.4f} %",
        f"placed   {placed} of {len(tables.households)} households",
        f"unplaced {len(tables.households) - placed}",
    ]
    lines += _unplaced(tables, proposal)
    if proposal.costs:
        lines += ["", "What each option costs by itself, in prospects"]
        lines += [f"  {name:<20} {cost:10.4f}" for name, cost in proposal.costs.items()]
        lines.append(
            f"  (the objective with all options is within {100 * proposal.solution.gap:.4f} % of its own bound)"
        )
    if tables.wishes:
        first, granted = int((proposal.wished == 1).sum()), int((proposal.wished > 0).sum())
        lines += ["", f"wishes   {granted} of {len(tables.wishes)} granted, {first} the first choice"]
    if proposal.scarce:
        lines += ["", "What is scarce (what one more would add)"]
        lines += [
            f"  {tables.services[one.service]} at {tables.places[one.place]}: {one.price:.4f}; "
            f"{one.used:g} of {one.capacity:g} used"
            for one in proposal.scarce[:5]
        ]
    lines += ["", *_worse_off(proposal), "", f"{seconds:.1f} s. A proposal: a person decides."]
    return "\n".join(lines)


def _unplaced(tables: "Tables", proposal: "Proposal") -> list[str]:
    without = [
        (household, said)
        for household, said in zip(tables.households, proposal.explanations, strict=True)
        if said.place < 0
    ]
    reasons = Counter(why(tables, said) for _, said in without)
    lines = [f"  {count:>5} × {reason}" for reason, count in reasons.most_common(SHOWN)]
    if without:
        names = ", ".join(household for household, _ in without[:SHOWN])
        lines.append(f"  {names}{f' and {len(without) - SHOWN} more' if len(without) > SHOWN else ''}")
    return lines


def _worse_off(proposal: "Proposal") -> list[str]:
    lines = [
        "Worse off than by lot, and without a place      households    worse off: before   after   unplaced: before   after"
    ]
    shown = proposal.shares[: SHOWN + 1]
    for share in shown:
        name = f"{share.column} = {share.label}" if share.column else "all"
        lines.append(
            f"  {name[:44]:<44} {share.households:>10,} {share.before:>19.1%} {share.after:>7.1%}"
            f" {share.unplaced_before:>17.1%} {share.unplaced_after:>7.1%}"
        )
    if len(proposal.shares) > len(shown):
        lines.append(f"  and {len(proposal.shares) - len(shown)} more groups; --json has all")
    return lines
