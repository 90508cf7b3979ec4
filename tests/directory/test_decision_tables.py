"""A DMN table becomes a table of ours, and a rule."""

from kesher.directory.decision_tables import table_from_dmn
from kesher.engine.eligibility import HitPolicy, Verdict, check, expression_of, verdict
from kesher.formats.dmn import read_dmn

COURSE = """<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/"><decision name="Course">
 <decisionTable hitPolicy="FIRST">
  <input label="Age in years"><inputExpression typeRef="number"><text>age</text></inputExpression></input>
  <input><inputExpression typeRef="string"><text>home.status</text></inputExpression>
   <inputValues><text>"newcomer","citizen"</text></inputValues></input>
  <output name="place"/>
  <rule><description>too young</description><inputEntry><text>&lt; 18</text></inputEntry><inputEntry><text>-</text></inputEntry>
   <outputEntry><text>"none"</text></outputEntry></rule>
  <rule><inputEntry><text>[18..67]</text></inputEntry><inputEntry><text>not("citizen")</text></inputEntry>
   <outputEntry><text>"free"</text></outputEntry></rule>
 </decisionTable></decision></definitions>"""


def test_a_dmn_table_becomes_a_rule_that_says_who_has_a_place() -> None:
    (read,) = read_dmn(COURSE).tables
    table = table_from_dmn(read)
    assert table.policy is HitPolicy.FIRST
    assert [fact.path for fact in table.inputs] == ["age", "home.status"]
    assert table.rows[0].labels == {"en": "too young"}
    rule = expression_of(table, output="place", yes=["free"])
    people = [{"age": 20, "home": {"status": "newcomer"}}, {"age": 17}, {"age": 20}, {"age": 70, "home": {}}]
    assert [verdict(rule, person) for person in people] == [Verdict.YES, Verdict.NO, Verdict.UNKNOWN, Verdict.NO]
    assert check(table).gap == {"age": 18, "home.status": "citizen"}
