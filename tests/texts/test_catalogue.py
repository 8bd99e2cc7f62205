"""The words of a language."""

import pytest

from bot.texts.catalogue import LANGUAGES, words


def test_what_a_person_typed_is_escaped_in_messages_and_not_elsewhere() -> None:
    zh = words("zh")
    assert "没有找到“&lt;b&gt;&amp;”。" == zh.say("forms.invalid.not_found", text="<b>&")
    assert "没有找到“<b>&”。" == zh.plain("forms.invalid.not_found", text="<b>&")


def test_english_counts() -> None:
    en = words("en")
    assert ("1 photo", "3 photos") == tuple(en.say("forms.card.photos", count=count) for count in (1, 3))
    assert "照片 1 张" == words("zh").say("forms.card.photos", count=1)


def test_a_missing_key_is_an_error() -> None:
    assert not words("zh").has("forms.no.such.words")
    with pytest.raises(KeyError):
        words("zh").say("forms.no.such.words")
    with pytest.raises(KeyError):
        words("fr")


def test_the_words_under_a_key_are_found_together() -> None:
    assert {"YES", "PARTLY", "NO", "NO_MEASURES"} == set(words("en").under("forms.options.degrees"))


def test_a_language_is_read_once() -> None:
    assert words("zh") is words("zh")


def test_no_words_are_empty_and_every_placeholder_has_a_name() -> None:
    for language in LANGUAGES:
        spoken = words(language)
        for key in spoken.keys():  # noqa: SIM118 - it is no dict
            values = {name: 2 for name in spoken.placeholders(key)}  # noqa: C420 - reads as names with values
            assert spoken.plain(key, **values).strip(), key
