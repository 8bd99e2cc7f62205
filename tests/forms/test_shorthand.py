"""A whole report in one message."""

from __future__ import annotations

import pytest

from bot.forms import aid_request, home_visit, revisit, vocabulary
from bot.forms.shorthand import Parsed, parse
from bot.texts.catalogue import words
from tests.forms.world import TODAY

LANGUAGES = [words("zh"), words("en")]
VISIT = vocabulary.gathered(home_visit.FORM, LANGUAGES)
AID = vocabulary.gathered(
    aid_request.FORM,
    LANGUAGES,
    payments=[("生活救助", "LIVING"), ("Living aid", "LIVING")],
    offered={
        "source": [(label, slug) for one in LANGUAGES for slug, label in one.under("codes.source").items()]
    },
)
REVISIT = vocabulary.gathered(revisit.FORM, LANGUAGES, payments=[("医疗救助", "MEDICAL")])


def visit(text: str) -> Parsed:
    return parse(home_visit.FORM, text, today=TODAY, vocabulary=VISIT)


def again(text: str) -> Parsed:
    return parse(revisit.FORM, text, today=TODAY, vocabulary=REVISIT)


def test_a_visit_in_one_message() -> None:
    said = visit("走访 施磊斌 入户 本人 孩子考上大学，学费发愁 需要助学 下次10月8日")
    assert "施磊斌" == said.household_words
    assert "孩子考上大学，学费发愁" == said.quote
    expected = {
        "way": "HOME",
        "met": "SELF",
        "needs": ["STUDY"],
        "next_visit": "2017-10-08",
        "words": said.quote,
    }
    assert expected == said.answers
    assert ("assessment",) == said.missing


def test_an_unchanged_visit_in_one_message() -> None:
    said = visit("走访 张三 入户 一切如前 下次 3月1日")
    assert Parsed({"way": "HOME", "next_visit": "2018-03-01"}, "张三", unchanged=True) == said


def test_a_revisit_in_one_message() -> None:
    said = again("回访 袁静 医疗救助 全部收到 用途相符 好转 满意5 办结")
    assert ("袁静", "MEDICAL", "", ()) == (said.household_words, said.payment_kind, said.quote, said.missing)
    expected = {
        "received": "FULL",
        "purpose": "YES",
        "situation": "BETTER",
        "satisfaction": 5,
        "conclusion": "CLOSE",
    }
    assert expected == said.answers


@pytest.mark.parametrize(
    "text",
    [
        "走访 K170001 昨天 爱人 电话 需要医疗、助学",
        "走访,电话,K170001,需要医疗,昨天,助学,爱人",
        "走访\n电话\n爱人\nK170001\n昨天\n需要 医疗\n需要：助学",
        "走访　爱人　Ｋ170001　电话　９月３日　医疗　助学",
    ],
)
def test_order_and_marks_do_not_matter(text: str) -> None:
    said = visit(text)
    assert "K170001" == said.household_words.replace("Ｋ", "K")
    assert {
        "date": "2017-09-03",
        "met": "SPOUSE",
        "way": "PHONE",
        "needs": ["MEDICAL", "STUDY"],
    } == said.answers


def test_not_home_says_that_nobody_was_met_and_why() -> None:
    said = visit("走访 袁静 不在家 再去 9月10日")
    assert {"met": "NOBODY", "not_met_reason": "NOT_HOME", "retry_on": "2017-09-10"} == said.answers
    assert () == said.missing


def test_english_labels_of_several_words() -> None:
    said = visit("/visit 张三 at home the employee yesterday needs study next 8 Oct about the same")
    expected = {
        "way": "HOME",
        "met": "SELF",
        "date": "2017-09-03",
        "needs": ["STUDY"],
        "next_visit": "2017-10-08",
        "assessment": "SAME",
    }
    assert expected == said.answers


def test_an_assessment_is_taken_only_when_it_is_said() -> None:
    assert "assessment" not in visit("走访 张三 入户 情况还可以 困难不大").answers
    assert "BETTER" == visit("走访 张三 评估：好转").answers["assessment"]


def test_none_alone_belongs_to_nothing() -> None:
    assert {"words": "无"} == visit("走访 张三 无").answers
    assert {"needs": ["NONE"]} == visit("走访 张三 需求无").answers


def test_impossible_values_are_named_and_not_kept() -> None:
    said = visit("走访 张三 2月31日 下次昨天")
    assert ("2月31日", "昨天") == said.unknown
    assert {} == said.answers
    assert ("9",) == again("回访 张三 满意9").unknown


def test_hostile_words_are_kept_clean_or_not_at_all() -> None:
    said = visit("走访 张三 <b>好\u202e</b>")
    assert "<b>好</b>" == said.answers["words"]
    assert "words" not in visit("走访 张三 " + "😀" * 4_000).answers
    assert Parsed({}, missing=visit("").missing) == visit("走访")


def test_an_option_is_found_by_its_label_in_either_language() -> None:
    assert "HOSPITAL" == VISIT.slug("way", " 医院 ")
    assert "HOSPITAL" == VISIT.slug("way", "In Hospital")
    assert VISIT.slug("way", "飞机") is None


@pytest.mark.parametrize("amount", ["3000", "3,000", "3000元", "三千", "金额3000", "申请金额 3,000"])
def test_a_request_for_aid_in_one_message(amount: str) -> None:
    said = parse(aid_request.FORM, f"帮扶 施磊斌 生活救助 {amount} 孩子上学", today=TODAY, vocabulary=AID)
    assert "施磊斌" == said.household_words
    assert {"kind": "LIVING", "amount": 300_000, "reason": "孩子上学"} == said.answers
    assert ("source",) == said.missing


def test_of_several_amounts_the_first_is_asked_for() -> None:
    said = parse(aid_request.FORM, "施磊斌 生活救助 3000 房租 1200", today=TODAY, vocabulary=AID)
    assert 300_000 == said.answers["amount"]
    assert "房租 1200" == said.answers["reason"]


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("公司帮扶资金", "COMPANY"),
        ("公司资金", "COMPANY"),
        ("用公司的钱", "COMPANY"),
        ("资金来源 公司", "COMPANY"),
        ("集团公司", "GROUP"),
        ("集团", "GROUP"),
        ("省公司", "PROVINCE_COMPANY"),
        ("云南公司", "PROVINCE_COMPANY"),
        ("省总工会", "PROVINCE_UNION"),
        ("省总", "PROVINCE_UNION"),
        ("市总工会", "CITY_UNION"),
        ("市总", "CITY_UNION"),
        ("社会捐助", "DONATION"),
        ("捐款", "DONATION"),
        ("Company fund", "COMPANY"),
        ("the company fund", "COMPANY"),
        ("Group company", "GROUP"),
        ("provincial company", "PROVINCE_COMPANY"),
        ("Provincial union", "PROVINCE_UNION"),
        ("city union", "CITY_UNION"),
        ("Donations", "DONATION"),
    ],
)
@pytest.mark.parametrize("order", ["{0} 孩子上学 没有着落", "孩子上学 没有着落，{0}"])
def test_the_money_of_a_request_is_understood(said: str, source: str, order: str) -> None:
    told = parse(
        aid_request.FORM,
        f"帮扶 施磊斌 生活救助 5000 {order.format(said)}",
        today=TODAY,
        vocabulary=AID,
    )
    assert "施磊斌" == told.household_words
    expected = {"kind": "LIVING", "amount": 500_000, "source": source, "reason": "孩子上学 没有着落"}
    assert expected == told.answers


@pytest.mark.parametrize(
    "reason",
    [
        "公司停产了，工资没发",
        "省公司也没有钱",
        "家里没有捐款可用",
        "Factory shut, no donations arrived and the company fund refused him",
        "His mother is in hospital, charity did not help",
        "母亲住院，捐款，都用完了",
    ],
)
def test_a_word_within_a_sentence_stays_in_the_reason(reason: str) -> None:
    told = parse(aid_request.FORM, f"帮扶 施磊斌 5000 {reason}", today=TODAY, vocabulary=AID)
    assert {"amount": 500_000, "reason": reason} == told.answers


def test_whose_money_it_is_stands_where_it_is_named_though_the_reason_speaks_of_other_money() -> None:
    said = "帮扶 施磊斌 5000 母亲住院，捐款，都用完了，来源 公司"
    told = parse(aid_request.FORM, said, today=TODAY, vocabulary=AID)
    assert "COMPANY" == told.answers["source"]


def test_the_money_is_taken_once() -> None:
    told = parse(aid_request.FORM, "帮扶 施磊斌 市总 5000 捐款 没到", today=TODAY, vocabulary=AID)
    assert {"amount": 500_000, "source": "CITY_UNION", "reason": "捐款 没到"} == told.answers
