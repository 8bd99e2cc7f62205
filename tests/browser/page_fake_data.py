"""Canned conversations for the fake sandbox: what the page shows before a real bot stands behind it."""

from typing import Any

Json = dict[str, Any]


def entity(text: str, kind: str, words: str, **more: str) -> Json:
    """The entity that marks ``words`` in ``text``, its place counted in UTF-16 units as Telegram counts."""
    before = text[: text.index(words)]
    return {"type": kind, "offset": units(before), "length": units(words), **more}


def units(text: str) -> int:
    """How long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


PEOPLE: list[tuple[str, str, str, str, str, str, str]] = [
    (
        "zhang",
        "张东",
        "走访干部",
        "Cadre",
        "机关分会",
        "Office branch",
        "你是张东，机关分会的走访干部，名下有 3 户。按「待办」看今天该去哪一户。",
    ),
    (
        "you",
        "尤洋梅",
        "走访干部",
        "Cadre",
        "发电分会",
        "Generation branch",
        "你是尤洋梅，发电分会的走访干部。发「走访 杨静强」试试一条消息报完一次走访。",
    ),
    (
        "liu",
        "刘丽萍",
        "帮扶专责",
        "Officer",
        "公司工会",
        "Company union",
        "你是刘丽萍，全公司的帮扶专责。按「待办」看谁逾期，按「统计」看本年。",
    ),
    (
        "zhou",
        "周建国",
        "工会主席",
        "Chair",
        "公司工会",
        "Company union",
        "你是周建国，工会主席。按「审批」批准或退回等你的申请。",
    ),
    (
        "chen",
        "陈晓燕",
        "财务",
        "Treasurer",
        "财务部",
        "Finance",
        "你是陈晓燕，财务。按「待办」确认发放已批的帮扶。",
    ),
    (
        "wu",
        "吴志强",
        "经审",
        "Auditor",
        "经审会",
        "Audit committee",
        "你是吴志强，经审委员：什么都能看，什么都不能改。按「余额」看每一笔。",
    ),
    (
        "admin",
        "系统管理员",
        "管理员",
        "Admin",
        "公司工会",
        "Company union",
        "你是管理员：发 /invite 邀请人，发 /people 看名单。",
    ),
    (
        "stranger",
        "路人甲",
        "陌生人",
        "Stranger",
        "",
        "",
        "你是一个没有被邀请的人。按「开始」，看机器人怎样礼貌地拒绝。",
    ),
]

ENGLISH_HINT = "You are {name}. Press “Due” on the keyboard below to see which household to visit today."

COMMANDS: list[Json] = [
    {"command": command, "description": words}
    for command, words in (
        ("visit", "走访：填一次走访"),
        ("revisit", "回访：发放之后再看一次"),
        ("due", "待办：我今天该做什么"),
        ("balance", "余额：帮扶资金还有多少"),
        ("file", "档案：查一户"),
        ("aid", "帮扶：提出申请"),
        ("drafts", "草稿：没填完的"),
        ("my", "我的：我的报告"),
        ("language", "语言 Language"),
        ("cancel", "取消：不填了"),
        ("help", "帮助"),
    )
]

HOME_KEYS: Json = {
    "keyboard": [
        [{"text": "走访"}, {"text": "回访"}, {"text": "待办"}],
        [{"text": "余额"}, {"text": "档案"}, {"text": "更多"}],
    ],
    "resize_keyboard": True,
    "is_persistent": True,
}

DIGEST = (
    "早上好，张东。今天 9 月 4 日（周一），你有 3 户：\n"
    "迟 2 天  凤芳 · 特别困难 · 上次 6/2 医疗需求\n"
    "今天     施磊斌 · 长期困难 · 上次 3/8 持平\n"
    "本周     袁静 · 回访：医疗救助 1,800 元（8/7 发放）"
)
REVIEW = (
    "请核对：9 月 4 日 入户，见到本人\n走访人 张东、昌洋佳\n"
    "五清：均无变化（今日核实）\n评估：持平  需求：医疗\n"
    "下次走访：12 月 3 日（每 90 天）"
)
RECEIPT = "✓ 走访 ZF-2017-000104 · 凤芳 · 9 月 4 日\n下次走访 12 月 3 日。10 分钟内可以撤销。"
BALANCE = (
    "帮扶资金（9 月 1 日 09:00）\n"
    "余额 53,345.00 元 · 已批未付 0.00 · 可用 19,500.00\n"
    "2017 预算 58,500.00，已用 39,000.00（67%），剩 19,500.00"
)
WHY = (
    "规则：特别困难户每 90 天走访一次（张主席 2017-01-10 设定）\n"
    "依据：6 月 2 日走访 ZF-2017-000061 → 应在 8 月 31 日前后\n"
    "已提醒：8/24、8/31；再过 3 天会告诉帮扶专责\n"
    "会停止：提交走访 · 暂停 · 注销"
)
WORDS = (
    "为何提醒？\n" + WHY + "\n更多说明见 /help，或看 依据文件。电话 点按显示，编号 ZF-2017-000062 可复制。"
)


def keys(*rows: str) -> list[list[Json]]:
    """Inline keyboard rows written as ``"一 | 二"``; a button's data is its label, or what follows ``=``."""
    return [[_key(one) for one in row.split(" | ")] for row in rows]


def _key(label: str) -> Json:
    text, _, data = label.partition("=")
    return {"text": text, "url": data} if data.startswith("http") else {"text": text, "data": data or text}


def conversation() -> list[Json]:
    """张东's morning: a digest, a visit, a receipt, the balance, attachments."""
    return [
        {"from": "bot", "date": "2017-09-03T09:12:00+08:00", "service": "张东 通过邀请链接加入"},
        {"from": "me", "date": "2017-09-03T09:12:30+08:00", "text": "余额"},
        {
            "from": "bot",
            "date": "2017-09-03T09:12:31+08:00",
            "text": BALANCE,
            "entities": [entity(BALANCE, "bold", "帮扶资金"), entity(BALANCE, "bold", "53,345.00 元")],
            "buttons": keys("最近 10 笔 | 按项目 | 查一户"),
        },
        {
            "from": "bot",
            "date": "2017-09-04T08:30:00+08:00",
            "text": DIGEST,
            "entities": [
                entity(DIGEST, "bold", "早上好，张东。"),
                entity(DIGEST, "bold", "凤芳"),
                entity(DIGEST, "bold", "施磊斌"),
                entity(DIGEST, "bold", "袁静"),
            ],
            "buttons": keys("凤芳 | 施磊斌 | 袁静", "一位名字很长的职工：欧阳建设家（后勤分会，长期困难）"),
        },
        {
            "from": "bot",
            "date": "2017-09-04T09:38:00+08:00",
            "text": WORDS,
            "entities": [
                entity(WORDS, "bold", "为何提醒？"),
                entity(WORDS, "expandable_blockquote", WHY),
                entity(WORDS, "bot_command", "/help"),
                entity(WORDS, "text_link", "依据文件", url="https://example.org/rules"),
                entity(WORDS, "spoiler", "点按显示"),
                entity(WORDS, "code", "ZF-2017-000062"),
            ],
            "protected": True,
        },
        {
            "from": "me",
            "date": "2017-09-04T09:39:00+08:00",
            "photos": photos("door", "receipt", "hills"),
            "album": "a1",
            "caption": "门口、单据和路上",
        },
        {"from": "me", "date": "2017-09-04T09:39:20+08:00", "voice": {"file_id": "voice", "duration": 7}},
        {
            "from": "me",
            "date": "2017-09-04T09:39:40+08:00",
            "place": {"latitude": 23.7142, "longitude": 103.2666},
        },
        {
            "from": "bot",
            "date": "2017-09-04T09:40:00+08:00",
            "document": {
                "file_id": "book",
                "file_name": "走访登记-2017.xlsx",
                "file_size": 48213,
                "mime_type": "application/xlsx",
            },
            "caption": "机关分会本年走访登记",
        },
        {"from": "me", "date": "2017-09-04T09:40:10+08:00", "sticker": {"emoji": "🙏"}},
        {
            "from": "bot",
            "date": "2017-09-04T09:41:00+08:00",
            "text": REVIEW,
            "edited": True,
            "entities": [entity(REVIEW, "bold", "请核对："), entity(REVIEW, "bold", "12 月 3 日")],
            "buttons": keys(
                "提交=submit | 修改=hold",
                "加照片=toast | 补一句话=alert | 存草稿=vanish",
                "依据文件=https://example.org/rules",
            ),
        },
    ]


def photos(*names: str) -> list[Json]:
    """Photos by the names of their files."""
    return [{"file_id": name, "width": 960, "height": 720} for name in names]
