"""Whether a place has to be named: by the kind of submission, and by what the topic is about."""

from gateway.domain.topic import Topic, TopicPlace
from gateway.form.appeal_form import AppealForm


def has_place(topic: Topic | None) -> bool:
    """Tell whether what a topic is about is somewhere: a pension is not; where nobody knows the topic it may be."""
    return topic is None or topic.place is not TopicPlace.NONE


def place_needed(form: AppealForm, topic: Topic | None) -> bool:
    """Tell whether the form is refused without a place."""
    return form.place_required and has_place(topic)
