"""Names of a county that does not exist. Each was made up; none belongs to anybody."""

from random import Random
from typing import Final

COUNTY: Final = ("990100", "示例县")
CITY: Final = ("990000", "示例市")
TOWNS: Final = (
    ("990101", "河口镇"),
    ("990102", "云桥街道"),
    ("990103", "青石镇"),
    ("990104", "柳湾街道"),
    ("990105", "东湖街道"),
    ("990106", "北塘街道"),
    ("990107", "城关街道"),
    ("990108", "示例开发区"),
)
STREETS: Final = ("青禾路", "滨河路", "文昌街", "杏园路", "鼓楼街", "春晖路", "书院巷", "长堤路")
BRANDS: Final = (
    *("晴川", "云帆", "青禾", "星途", "乐知", "启明", "博雅", "小鹿", "晨曦", "墨石"),
    *("远山", "竹影", "海棠", "知行", "北斗", "拾光", "春藤", "木兰", "白鹭", "松间"),
    *("朝露", "银杏", "蓝田", "听雨", "南风", "鹤鸣", "雨前", "望岳", "临溪", "半亩"),
)
TRADES: Final = {
    "ARTS": ("画室", "舞蹈", "书法", "音乐"),
    "SCITECH": ("编程", "机器人", "科学", "模型"),
    "SPORTS": ("篮球", "游泳", "乒乓", "体适能"),
    "SUBJECT": ("语文", "数学", "英语", "物理"),
    "OTHER": ("棋艺", "口才", "手工", "礼仪"),
}
COURSES: Final = {
    "ARTS": ("创意水彩", "素描基础", "国画启蒙", "少儿民族舞", "硬笔书法", "钢琴小组"),
    "SCITECH": ("图形化编程", "机器人搭建", "趣味科学", "航模入门"),
    "SPORTS": ("少儿篮球", "游泳初级", "乒乓基础", "体适能"),
    "SUBJECT": ("小学语文", "小学数学", "初中英语", "初中物理"),
    "OTHER": ("围棋启蒙", "少儿口才", "手工木艺", "国际象棋"),
}
SURNAMES: Final = "陈林黄张李王吴刘周徐孙马朱胡郭何高罗郑梁"
SYLLABLES: Final = "小禾一诺子涵雨桐思远乐言安然梓萱宇轩可欣天佑若曦景行知夏"
GRADES: Final = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级")


def child(random: Random) -> str:
    """A child's name, put together from syllables."""
    return random.choice(SURNAMES) + "".join(random.sample(SYLLABLES, 2))


def teacher(random: Random) -> str:
    """A teacher as families call one."""
    return random.choice(SURNAMES) + "老师"


def address(random: Random, town: str) -> str:
    """A street and number that exist nowhere."""
    return f"示例县{town}{random.choice(STREETS)}{random.randint(1, 199)}号"
