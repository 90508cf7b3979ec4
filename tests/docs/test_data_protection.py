"""What docs/data-protection.md says of the tables is what the models declare."""

from kesher.base.privacy import PersonalData, Use, declaration, declared_models
from tests.docs.declarations import BEGIN, END, PAGE, TABLES, of_libraries, with_tables


def test_the_page_says_what_the_models_declare():
    page = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        assert page.count(BEGIN.format(name=name)) == page.count(END.format(name=name)) == 1
    assert page == with_tables(page), "a declaration has changed: run `python -m tests.docs.declarations`"


def test_every_model_and_every_personal_field_is_there():
    page = PAGE.read_text(encoding="utf-8")
    for model in declared_models():
        declared = declaration(model)
        told = [line for line in page.splitlines() if line.startswith(f"| {model._meta.label} |")]
        rows = [line for line in told if not any(f"| {use}: " in line or f"; {use}: " in line for use in Use)]
        assert len(rows) == 1, f"{model._meta.label} stands in {len(rows)} rows"
        assert len(told) - len(rows) == bool(getattr(declared, "uses", {})), (
            "and in one of what its fields are used for"
        )
        if isinstance(declared, PersonalData):
            for name in declared.fields:
                assert f"`{name}`: " in rows[0]


def test_tables_of_libraries_that_point_at_a_user_are_told_of():
    page = PAGE.read_text(encoding="utf-8")
    models = of_libraries()
    assert models, "allauth's tables, at least, point at users"
    missing = [model._meta.label for model in models if f"| {model._meta.label} |" not in page]
    assert not missing, f"say in {PAGE.name} what these hold and how long: {missing}"
