"""The pages of learning at work: the caseworker's, the person's, the business's, and of a workplace without an account."""

from tests.browser.rows import Row, submits

TRAINING: dict[str, Row] = {
    "person-training": Row("person_training", thing="person for a mentor", visitor="caseworker"),
    "person-training-refused": Row(
        "person_training", thing="person for a mentor", visitor="caseworker", act=submits("main form.form"), status=400
    ),
    "training-proposed": Row("training", thing="training proposed", visitor="caseworker"),
    "training-terms": Row("training_terms", thing="training proposed", visitor="caseworker"),
    "training": Row("training", thing="training", visitor="caseworker"),
    "training-ended": Row("training", thing="training ended", visitor="caseworker"),
    "training-certificate": Row("training_certificate", thing="training ended", visitor="caseworker"),
    "hosts": Row("hosts", visitor="caseworker"),
    "my-training": Row("my_training", visitor="newcomer"),
    "my-certificate": Row("my_training_certificate", thing="training ended", visitor="newcomer"),
    "employer-home": Row("employer_home", visitor="employer"),
    "employer-agreement": Row("employer_agreement", thing="training", visitor="employer"),
    "employer-agreement-asked": Row("employer_agreement", thing="training asked", visitor="employer"),
    "employer-agreement-refused": Row(
        "employer_agreement",
        thing="training asked",
        visitor="employer",
        act=submits("[id^=host-sign] form"),
        status=400,
    ),
    "workplace-link": Row("workplace_link", thing="workplace link"),
    "workplace-link-over": Row("workplace_link", thing="workplace link over"),
}
