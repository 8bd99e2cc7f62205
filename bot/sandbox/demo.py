"""The demo union: the Kaiyuan records of 2017, and the people one can be on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.sandbox.persona import Persona

RECORDS = Path(__file__).parent / "kaiyuan-2017"
UNION = "国电开远发电有限公司工会"
# The day after the records end: what they left to do begins to fall due.
BEGINS_ON = date(2017, 9, 1)


@dataclass(frozen=True, slots=True)
class Member:
    """A persona and how it joins: as a cadre of the register, or with these roles over the whole union."""

    persona: Persona
    roles: tuple[str, ...]
    of_register: bool = False


def _persona(
    number: int, slug: str, name: str, role: str, role_en: str, place: str, place_en: str
) -> Persona:
    return Persona(
        slug=slug,
        user_id=9_000 + number,
        first_name=name,
        name=name,
        role={"zh": role, "en": role_en},
        place={"zh": place, "en": place_en},
        hint=HINTS[slug],
        phone=f"+8613900009{number:03}",
    )


HINTS: dict[str, dict[str, str]] = {
    "zhang": {
        "zh": "您是走访干部张东。点“待办”挑一户，再点“一切如前”，一份走访就好了；点“+30 天”，等提醒自己来。",
        "en": "You are Zhang Dong, a visiting cadre. Press 待办 (To-do), pick a household and report that"
        " nothing changed. Then turn the date by 30 days: the reminder comes by itself.",
    },
    "cao": {
        "zh": "您是走访干部曹玉芳，只看得到发电分会的户。点“待办”看该去哪家。",
        "en": "You are Cao Yufang, a cadre of the power branch, and see its households only. Press 待办"
        " (To-do) to see where to go.",
    },
    "officer": {
        "zh": "您是帮扶专责林晓梅，全公司的户都看得到。点“待办”看各分会谁迟了，再点“八周图”；"
        "过几天，没人去的户会报到您这里。",
        "en": "You are Lin Xiaomei, the assistance officer, and see every household. Press 待办 (To-do)"
        " for what is late in each branch, then Eight weeks; turn the date, and visits nobody makes are"
        " reported to you.",
    },
    "chair": {
        "zh": "您是工会主席周国梁。点“余额”看基金；走访迟了十四天，会报到您这里。",
        "en": "You are Zhou Guoliang, the chair. Press 余额 (Balance) for the fund; a visit that is fourteen"
        " days late is reported to you.",
    },
    "treasurer": {
        "zh": "您是财务许静。点“余额”，再点“最近 10 笔”。",
        "en": "You are Xu Jing, the treasurer. Press 余额 (Balance), then 最近 10 笔 (Last 10).",
    },
    "auditor": {
        "zh": "您是经审何志远，只看不改。点“档案”查一户，写姓名、档号或拼音首字母；谁看过都有记录。",
        "en": "You are He Zhiyuan, the auditor: you see everything and change nothing. Press 档案 (File) and"
        " name a household; every look is recorded.",
    },
    "admin": {
        "zh": "您是管理员陈立。点“人员”，进一个分会点“邀请”，再按链接，就能让路人加入。",
        "en": "You are Chen Li, the admin. Press 人员 (People), open a branch, invite somebody, then press"
        " the link: the stranger can join by it.",
    },
    "stranger": {
        "zh": "您是外人，还没有邀请。点“开始”，看机器人怎么答。",
        "en": "You are a stranger with no invitation. Press START and see what the bot says.",
    },
}

WHOLE, WHOLE_EN = "全公司", "Company"
MEMBERS = (
    Member(
        _persona(1, "zhang", "张东", "走访干部", "Cadre", "机关分会", "Head office branch"),
        ("cadre",),
        of_register=True,
    ),
    Member(
        _persona(2, "cao", "曹玉芳", "走访干部", "Cadre", "发电分会", "Power branch"),
        ("cadre",),
        of_register=True,
    ),
    Member(_persona(3, "officer", "林晓梅", "帮扶专责", "Officer", WHOLE, WHOLE_EN), ("officer",)),
    Member(_persona(4, "chair", "周国梁", "工会主席", "Chair", WHOLE, WHOLE_EN), ("chair",)),
    Member(_persona(5, "treasurer", "许静", "财务", "Treasurer", WHOLE, WHOLE_EN), ("treasurer",)),
    Member(_persona(6, "auditor", "何志远", "经审", "Auditor", WHOLE, WHOLE_EN), ("auditor",)),
    Member(_persona(7, "admin", "陈立", "管理员", "Admin", WHOLE, WHOLE_EN), ("admin",)),
)
STRANGER = _persona(8, "stranger", "路人", "外人", "Stranger", "未加入", "Not joined")
PERSONAS = (*(member.persona for member in MEMBERS), STRANGER)
ADMIN_ID = next(member.persona.user_id for member in MEMBERS if member.persona.slug == "admin")
