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
        "zh": "您是走访干部张东。点“待办”挑一户，再点“一切如前”，一份走访就好了。"
        "谁家有难处，点“帮扶”为他申请，批了、发了都会告诉您。",
        "en": "You are Zhang Dong, a visiting cadre. Press 待办 (To-do), pick a household and report that"
        " nothing changed. Press 帮扶 (Aid) to ask for aid: you hear when it is approved and paid.",
    },
    "cao": {
        "zh": "您是走访干部曹玉芳，只看得到发电分会的户。点“待办”看该去哪家，点“帮扶”看最多可给多少。",
        "en": "You are Cao Yufang, a cadre of the power branch, and see its households only. Press 待办"
        " (To-do) to see where to go, 帮扶 (Aid) for the most that can be given.",
    },
    "officer": {
        "zh": "您是帮扶专责林晓梅，全公司的户都看得到。点“审批”审核申请，点“名单”做春节慰问，"
        "点“预算”编明年的；过几天，没人去的户会报到您这里。",
        "en": "You are Lin Xiaomei, the assistance officer, and see every household. Press 审批 (Approve)"
        " to review what was asked for, 名单 (Lists) for the Spring Festival, 预算 (Budget) for next year;"
        " turn the date, and visits nobody makes are reported to you.",
    },
    "chair": {
        "zh": "您是工会主席周国梁。点“审批”，批准或驳回：两千元以内一人批，五千元以内两人，再多三人。"
        "急事点“帮扶”先救急，后补手续。",
        "en": "You are Zhou Guoliang, the chair. Press 审批 (Approve): one of you approves up to 2,000"
        " yuan, two up to 5,000, three above. In an emergency press 帮扶 (Aid): paid first, papers later.",
    },
    "vice": {
        "zh": "您是工会副主席段文清。超过两千元的帮扶要两个人批：点“审批”看轮到您的。",
        "en": "You are Duan Wenqing, a vice-chair. Aid above 2,000 yuan needs two of you: press 审批"
        " (Approve) for what waits for you.",
    },
    "second_vice": {
        "zh": "您是工会副主席侯丽萍。超过五千元的帮扶和整张名单要三个人批：点“审批”看轮到您的。",
        "en": "You are Hou Liping, a vice-chair. Aid above 5,000 yuan, and a whole list, need three of you:"
        " press 审批 (Approve).",
    },
    "treasurer": {
        "zh": "您是财务许静。点“发放”，把批准的一笔一笔或整张名单付出去；点“入账”记收入，点“余额”对数。",
        "en": "You are Xu Jing, the treasurer. Press 发放 (Pay) and pay what was approved, one by one"
        " or a whole list; 入账 (Income) for what comes in, 余额 (Balance) for the figures.",
    },
    "auditor": {
        "zh": "您是经审何志远，只看不改。点“监督”，每一笔从申请、批准、发放到回访都在，谁看过也有记录。",
        "en": "You are He Zhiyuan, the auditor: you see everything and change nothing. Press 监督"
        " (Oversight) for every entry with its request, approvals, payment, revisit, and who looked.",
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
    Member(_persona(9, "vice", "段文清", "工会副主席", "Vice-chair", WHOLE, WHOLE_EN), ("chair",)),
    Member(_persona(10, "second_vice", "侯丽萍", "工会副主席", "Vice-chair", WHOLE, WHOLE_EN), ("chair",)),
    Member(_persona(5, "treasurer", "许静", "财务", "Treasurer", WHOLE, WHOLE_EN), ("treasurer",)),
    Member(_persona(6, "auditor", "何志远", "经审", "Auditor", WHOLE, WHOLE_EN), ("auditor",)),
    Member(_persona(7, "admin", "陈立", "管理员", "Admin", WHOLE, WHOLE_EN), ("admin",)),
)
STRANGER = _persona(8, "stranger", "路人", "外人", "Stranger", "未加入", "Not joined")
PERSONAS = (*(member.persona for member in MEMBERS), STRANGER)
ADMIN_ID = next(member.persona.user_id for member in MEMBERS if member.persona.slug == "admin")
