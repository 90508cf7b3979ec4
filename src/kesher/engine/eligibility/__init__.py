"""Eligibility: may somebody use this service? Yes, no, or unknown, and why.

In: rules as JSON (CertLogic's language, `schema`), facts as JSON (`facts`). Out: a verdict, and for what is shown a trace,
the missing facts and what would change a "no".

    rule = Rule.from_json(given)                 every fault named with its place, or a rule
    rule.verdict(facts)                          Verdict.YES, NO or UNKNOWN
    told = rule.explain(facts)                   told.because, told.missing, told.changes
    rules = RuleSet.compile(rule.when for …)     many rules at once, once
    answers = rules.answers(facts)               answers.verdicts: −1, 0, +1 for each rule; answers.missing()
    DecisionTable(…), expression_of, table_of    tables an officer reads, as rules and back; check(table)

Logic: Kleene's strong three-valued logic (1952). Every operation is monotone: more facts never turn yes into no.
"""

from kesher.engine.eligibility.conditions import Condition
from kesher.engine.eligibility.explanation import Change, Explanation, Step, StepKind, explain
from kesher.engine.eligibility.facts import Fact, Kind, Vocabulary, facts_in, look_up, with_fact
from kesher.engine.eligibility.interpreter import Missing, evaluate, verdict
from kesher.engine.eligibility.rule import (
    FailedTest,
    Hindrance,
    LegalSource,
    Rule,
    RuleError,
    RuleTest,
    version_in_force,
)
from kesher.engine.eligibility.rule_set import Answers, MissingFact, RuleSet, verdict_of
from kesher.engine.eligibility.schema import Issue, validate
from kesher.engine.eligibility.shared import SharedAnswers, SharedRules
from kesher.engine.eligibility.table_checks import TableCheck, check
from kesher.engine.eligibility.table_rules import expression_of, outline_of, table_of, table_of_rule
from kesher.engine.eligibility.tables import (
    ANYTHING,
    Aggregation,
    Cell,
    Comparison,
    DecisionTable,
    HitPolicy,
    Interval,
    Output,
    Row,
    TableError,
)
from kesher.engine.eligibility.values import UNKNOWN, Unknown, Verdict

__all__ = [
    "ANYTHING",
    "UNKNOWN",
    "Aggregation",
    "Answers",
    "Cell",
    "Change",
    "Comparison",
    "Condition",
    "DecisionTable",
    "Explanation",
    "Fact",
    "FailedTest",
    "Hindrance",
    "HitPolicy",
    "Interval",
    "Issue",
    "Kind",
    "LegalSource",
    "Missing",
    "MissingFact",
    "Output",
    "Row",
    "Rule",
    "RuleError",
    "RuleSet",
    "RuleTest",
    "SharedAnswers",
    "SharedRules",
    "Step",
    "StepKind",
    "TableCheck",
    "TableError",
    "Unknown",
    "Verdict",
    "Vocabulary",
    "check",
    "evaluate",
    "explain",
    "expression_of",
    "facts_in",
    "look_up",
    "outline_of",
    "table_of",
    "table_of_rule",
    "validate",
    "verdict",
    "verdict_of",
    "version_in_force",
    "with_fact",
]
