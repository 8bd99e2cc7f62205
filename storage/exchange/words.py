"""The Chinese labels that stand in files for codes; a code's first label is the one that is written."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from storage.aid_codes import AidKind, FundSource, IncomeKind, PayMethod
from storage.codes import Category, Cause, ExitReason, HouseholdState

if TYPE_CHECKING:
    from collections.abc import Mapping

CodeT = TypeVar("CodeT")

CATEGORIES = MappingProxyType(
    {"特别困难": Category.SPECIAL, "长期困难": Category.LONG, "临时困难": Category.TEMP}
)
CAUSES = MappingProxyType(
    {
        "无劳动能力": Cause.NO_CAPACITY,
        "有劳动能力而未就业": Cause.JOBLESS,
        "下岗失业": Cause.LAID_OFF,
        "未参加社会保险": Cause.UNINSURED,
        "社会保险待遇落实不到位": Cause.UNPAID_INSURANCE,
        "患重特大疾病": Cause.ILLNESS,
        "遭受自然灾害": Cause.DISASTER,
        "遭受意外事故": Cause.ACCIDENT,
        "子女上学": Cause.SCHOOLING,
        "其他": Cause.OTHER,
    }
)
STATES = MappingProxyType({"在档": HouseholdState.ACTIVE, "已注销": HouseholdState.CLOSED})
EXIT_REASONS = MappingProxyType(
    {
        "脱困": ExitReason.RECOVERED,
        "死亡": ExitReason.DEATH,
        "调离": ExitReason.TRANSFER,
        "退休": ExitReason.RETIRED,
        "家庭条件变化": ExitReason.FAMILY_CHANGED,
        "自愿放弃": ExitReason.GAVE_UP,
        "重复误建": ExitReason.DUPLICATE,
        "失联": ExitReason.LOST,
    }
)
WAYS = MappingProxyType(
    {"入户": "HOME", "单位面谈": "WORKPLACE", "医院": "HOSPITAL", "电话": "PHONE", "视频": "VIDEO"}
)
MET = MappingProxyType(
    {"本人": "SELF", "配偶": "SPOUSE", "子女": "CHILD", "父母": "PARENT", "未遇": "NOBODY"}
)
ASSESSMENTS = MappingProxyType(
    {"持平": "SAME", "好转": "BETTER", "困难加重": "WORSE", "加重": "WORSE", "建议退出": "EXIT"}
)
NEEDS = MappingProxyType(
    {
        "资金": "FUNDS",
        "医疗": "MEDICAL",
        "助学": "STUDY",
        "就业": "JOB",
        "培训": "TRAINING",
        "法律": "LEGAL",
        "心理": "MIND",
        "物资": "GOODS",
        "住房": "HOUSING",
        "政策咨询": "POLICY",
        "无": "NONE",
    }
)
AID_KINDS = MappingProxyType(
    {
        "春节慰问": AidKind.SPRING,
        "年度慰问": AidKind.ANNUAL,
        "送温暖慰问": AidKind.WARMTH,
        "送温暖": AidKind.WARMTH,
        "生活救助": AidKind.LIVING,
        "医疗救助": AidKind.MEDICAL,
        "助学": AidKind.STUDY,
        "送助学": AidKind.STUDY,
        "金秋助学": AidKind.JINQIU,
        "送清凉": AidKind.COOL,
        "送岗位": AidKind.JOB,
        "培训": AidKind.TRAIN,
        "法律援助": AidKind.LEGAL,
    }
)
SOURCES = MappingProxyType(
    {
        "公司帮扶资金": FundSource.COMPANY,
        "集团公司": FundSource.GROUP,
        "云南公司": FundSource.PROVINCE_COMPANY,
        "省公司": FundSource.PROVINCE_COMPANY,
        "省总工会": FundSource.PROVINCE_UNION,
        "市总工会": FundSource.CITY_UNION,
        "社会捐助": FundSource.DONATION,
    }
)
METHODS = MappingProxyType({"银行转账": PayMethod.TRANSFER, "现金": PayMethod.CASH, "实物": PayMethod.GOODS})
INCOME_KINDS = MappingProxyType(
    {
        "结转": IncomeKind.CARRY_OVER,
        "行政拨款": IncomeKind.ADMINISTRATION,
        "工会经费": IncomeKind.UNION_DUES,
        "上级拨付": IncomeKind.UPPER,
        "社会或职工捐款": IncomeKind.DONATION,
        "职工捐款": IncomeKind.DONATION,
        "社会捐款": IncomeKind.DONATION,
        "利息": IncomeKind.INTEREST,
        "其他": IncomeKind.OTHER,
    }
)


def label(words: Mapping[str, CodeT], code: CodeT) -> str:
    """Return the label that is written for a code. Raises KeyError when it has none."""
    for text, known in words.items():
        if known == code:
            return text
    raise KeyError(code)
