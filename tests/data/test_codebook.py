"""data.survey: codebook, policy and how their files are read"""

from pathlib import Path

import pytest

from data.errors import CodebookError
from data.files import store
from data.survey.agenda import load_agenda
from data.survey.codebook import load_codebook
from data.survey.policy import load_policy

BOOK = load_codebook(store.SURVEY / "codebook.toml")


def changed(tmp_path: Path, name: str, before: str, after: str) -> Path:
    """Return a copy of a description with one text replaced."""
    text = (store.SURVEY / name).read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / name
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


def test_the_survey_has_35_questions_beside_parts_of_a_scale() -> None:
    questions = [i for i in BOOK.indicators if i.kind == "survey" and not i.part_of]

    # the weakest link is a second reading of the maturity scale, not a question of its own
    assert len([i for i in questions if i.id != "dx_maturity_weakest"]) == 35


def test_every_theme_of_the_letter_is_there_in_its_place() -> None:
    points = {theme.letter_point: theme.motto.dutch for theme in BOOK.themes if theme.letter_point}

    assert [points[n] for n in range(1, 6)] == [
        "Kiezen in schaarste",
        "Van pleisters naar preventie",
        "Slim sturen met regels en geld",
        "Effectieve ketensamenwerking en gegevensuitwisseling",
        "Personeel is het gouden fundament",
    ]


def test_no_label_begins_with_a_mark_that_tables_would_read_as_markup() -> None:
    labels = [group.label for dimension in BOOK.dimensions for group in dimension.groups]

    assert not [t for t in labels if any(said[0] in "><#-*" for said in t.each)]


def test_targets_of_the_sample_say_on_what_evidence_they_rest() -> None:
    asked = [i for i in BOOK.indicators if i.kind == "survey" and not i.derived]

    assert [i.id for i in asked if i.target is None or not i.target.evidence] == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('slug = "personeel"', 'slugg = "personeel"', "‘personeel’ slugg: dit veld is niet bekend"),
        ('direction = "lower_is_better"', "", "direction: het veld ontbreekt"),
        ("valid = [0, 25]", "valid = [25, 0]", "valid loopt niet van laag naar hoog"),
        (
            "valid = [0, 25]",
            "valid = [0, 25, 50]",
            "valid: er staan er te veel; neem er hoogstens 2",
        ),
        ('theme = "personeel"', 'theme = "personel"', "thema personel bestaat niet"),
        (
            ', en = "Choosing under scarcity" }',
            " }",
            "‘schaarste’ title: ‘en’ ontbreekt; vul het in elke taal in",
        ),
        (', en = "Choosing under scarcity" }', ', en = "x", fr = "y" }', "'fr' kan niet; kies uit"),
        (
            'en_many = "have too few staff',
            'en_most = "have too few staff',
            "statement: ‘en_many’ ontbreekt of is niet bekend; geef en, en_many, nl, nl_many",
        ),
        (
            'words = { nl = ["verzuim", "ziek"]',
            'words = { nl = ["ziekteverzuim", "ziek"]',
            "indicator staff_sick_leave_pct: het woord ‘ziekteverzuim’",
        ),
        (
            'parameter = "pv"',
            'parameter = "gm"',
            "parameter gm betekent in een adres al iets anders",
        ),
        ('id = "province"', 'default = true\nid = "province"', "standaardindeling region"),
        (
            'relation = { indicator = "iv3_staff_cost_per_inhabitant_eur"',
            'relation = { indicator = "fin_solvency_pct"',
            "staff_shortage_social: target.relation noemt fin_solvency_pct, en dat is geen offici",
        ),
        (
            "target = { options =",
            'target = { relation = { indicator = "iv3_balance_pct", correlation = 0.5 }, options =',
            "target.relation kan niet bij meerkeuze",
        ),
        (
            'calibrate = ["iv3_external_hire_pct"]',
            'calibrate = ["staff_inflow_pct"]',
            "staff_external_hire_pct: calibrate noemt staff_inflow_pct, en dat is geen officieel",
        ),
        (
            'bases = ["jaarrekening"]',
            'bases = ["jaarrekening"]\ncalibrate = ["iv3_balance_pct"]',
            "calibrate kan alleen bij een vraag van de enquête",
        ),
        ('headline = "yes"', 'headline = "maybe"', "headline maybe is geen van"),
        ('id = "staff_inflow_pct"', 'id = "staff_outflow_pct"', "staff_outflow_pct staat er twee"),
        ('kind = "survey"', 'kind = "survey', "is geen geldig TOML-bestand"),
        (
            'kind = "survey"',
            'kind = "enquete"',
            "kind: 'enquete' kan niet; kies uit 'survey', 'official' of",
        ),
    ],
)
def test_a_mistake_in_the_codebook_is_named_with_its_entry(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    path = changed(tmp_path, "codebook.toml", before, after)

    with pytest.raises(CodebookError, match=message) as caught:
        load_codebook(path)

    assert "codebook.toml" in str(caught.value)
    assert "Wat te doen:" in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("min_respondents = 8\n", "", "min_respondents: het veld ontbreekt"),
        (
            "min_respondents = 8",
            "min_respondents = 0",
            "min_respondents: 0 is te klein; neem 1 of meer",
        ),
        (
            "min_respondents = 8",
            'min_respondents = "vijf"',
            "min_respondents: 'vijf' kan niet; dit moet een geheel getal zijn",
        ),
        (
            "good_skewness = 0.2",
            "good_skewness = 0",
            "good_skewness: 0 is te klein; neem een getal boven 0",
        ),
        (
            "amount_digits = 3",
            "amount_digits = 0",
            "amount_digits: 0 is te klein; neem 1 of meer",
        ),
        (
            'crosses = [["landsdeel", "size_class"]]',
            'crosses = "landsdeel"',
            "crosses: 'landsdeel' kan niet; dit moet een lijst",
        ),
        ("[strata]", "surprise = 1\n[strata]", "surprise: dit veld is niet bekend"),
    ],
)
def test_a_policy_that_misses_or_adds_a_value_is_refused(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    with pytest.raises(CodebookError, match=message):
        load_policy(changed(tmp_path, "policy.toml", before, after))


def test_a_missing_description_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match=f"policy.toml ontbreekt in {tmp_path}"):
        load_policy(tmp_path / "policy.toml")


def test_the_agenda_names_five_actions_about_questions_that_exist() -> None:
    agenda = load_agenda(store.SURVEY / "agenda.toml")

    assert len(agenda.actions) == 5
    assert {i for a in agenda.actions for i in a.indicators} <= set(BOOK.by_id)
    assert {t for a in agenda.actions for t in a.themes} <= {t.id for t in BOOK.themes}


def test_a_crossed_group_is_called_by_both_names() -> None:
    label = BOOK.group_label("landsdeel:size_class", "LD01:k2", "nl")

    assert label == "Noord-Nederland, 20.000 tot 50.000 inwoners"


def test_size_classes_are_ranked_by_size() -> None:
    ranks = [BOOK.group_rank("size_class", code) for code in ("k1", "k2", "k3", "k4")]

    assert ranks == [0, 1, 2, 3]
