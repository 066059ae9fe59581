"""Documents as offices really send them: marked up, noted below, in columns, turned, in tables."""

from __future__ import annotations

import io
from itertools import zip_longest

import pytest
from support import papers
from support.papers import W, run, show, zipped

from knowledge.ingest import read_bytes

NOTICE = [
    "某县民政局关于做好儿童走访工作的通知",
    "某民发〔2099〕7号",
    "各乡镇：",
    "一、总体要求",
    "（一）每月走访。村里应当每月走访一次，把走访情况写进档案，报县里备查，不得代签。",
    "（二）如实记录。儿童主任应当如实记录，写明时间、地点、见到了谁，不许事后补写。",
    "二、工作安排",
    "（一）分工。乡镇负责督导。",
    "（二）培训。县里每年培训一次。",
    "某县民政局",
    "2099年1月2日",
]
CLAUSES = [
    (f"{part}-({item[1]})", item)
    for part, item in zip("一一二二", [NOTICE[n] for n in (4, 5, 7, 8)], strict=True)
]
LISTS = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0">
<w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>"""


def read(data: bytes, name: str):
    one = read_bytes(data, name).directive
    return [(clause.clause, clause.text) for clause in one.clauses], one.doubts


def paragraph(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def word(changed: dict[int, str], others: dict[str, str] | None = None) -> bytes:
    body = "".join(changed.get(at, paragraph(run(text))) for at, text in enumerate(NOTICE))
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({"word/document.xml": document, **(others or {})})


def test_notes_below_the_text_are_left_out_and_told():
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = f'<w:footnote w:id="2">{paragraph(run("偏远村除外。"))}</w:footnote>'
    notes = f"<w:footnotes {W}>{note}</w:footnotes>"
    made = word({8: paragraph(run(NOTICE[8]) + mark)}, {"word/footnotes.xml": notes})
    assert read(made, "a.docx") == (CLAUSES, ("footnotes",))


def test_open_changes_are_read_as_changed_and_told():
    struck = run("可以").replace("w:t", "w:delText")
    start, end = NOTICE[5].split("应当")
    changed = f"{run(start)}<w:del>{struck}</w:del><w:ins>{run('应当')}</w:ins>{run(end)}"
    gone = paragraph(f"<w:del>{run('（三）删去的一条。').replace('w:t', 'w:delText')}</w:del>")
    assert read(word({5: paragraph(changed) + gone}), "a.docx") == (CLAUSES, ("revised",))


def test_a_list_begun_anew_counts_from_one():
    lists = {3: 1, 4: 2, 5: 2, 6: 1, 7: 3, 8: 3}
    made = {
        at: paragraph(
            run(NOTICE[at].lstrip("（一二）、")),
            f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>',
        )
        for at, number in lists.items()
    }
    assert read(word(made, {"word/numbering.xml": LISTS}), "a.docx") == (CLAUSES, ())


def test_rows_of_a_table_stay_rows_and_small_letters_above_are_no_text():
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) + "</w:tr>"
        for row in (("等级", "次数"), ("高风险", "每周"))
    )
    letters = f"<w:rt>{run('xun')}</w:rt><w:rubyBase>{run('训')}</w:rubyBase>"
    above = f"<w:r><w:ruby>{letters}</w:ruby></w:r>"
    start, _, end = NOTICE[8].rpartition("训")
    made = word({8: paragraph(run(start) + above + run(end)) + f"<w:tbl>{rows}</w:tbl>"})
    clauses, _ = read(made, "a.docx")
    assert clauses[-1] == ("二-(二)", f"{NOTICE[8]}\n等级　次数\n高风险　每周")


@pytest.mark.parametrize("order", ["column by column", "line by line"])
def test_two_columns_are_read_one_after_the_other(order):
    lines = []
    for text in NOTICE:
        lines.append((2, text[:14]))
        lines += [(0, text[at : at + 16]) for at in range(14, len(text), 16)]
    half = (len(lines) + 1) // 2
    first, second = (
        [show(left + 12 * inset, 760 - 22 * at, text, size=12) for at, (inset, text) in side]
        for left, side in ((50, enumerate(lines[:half])), (310, enumerate(lines[half:])))
    )
    drawn = first + second
    if order == "line by line":
        drawn = [one for pair in zip_longest(first, second, fillvalue="") for one in pair]
    assert read(papers.sheet(" ".join(drawn)), "a.pdf") == (CLAUSES, ())


@pytest.mark.parametrize("told", [True, False], ids=["the page is turned", "only the text is"])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_is_read_upright(quarters, told):
    (lines,) = papers.wrapped(NOTICE)
    cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters]
    drawn = []
    for at, (inset, text) in enumerate(lines):
        x, y = 72 + 28 * inset, 760 - 24 * at
        x, y = ((x, y), (800 - y, x), (590 - x, 800 - y), (y - 240, 800 - x))[quarters]
        shown = show(x, y, text).replace(f"{x} {y} Td", f"{cos} {sin} {-sin} {cos} {x} {y} Tm")
        drawn.append(shown)
    made = papers.sheet(" ".join(drawn), turned=90 * quarters if told else 0)
    assert read(made, "a.pdf") == (CLAUSES, ())


@pytest.mark.skipif(papers.font() is None, reason="no Chinese font to print with")
@pytest.mark.parametrize("degrees", [90, 180, 270, 3])
def test_a_scan_that_lies_the_wrong_way_round_is_read_upright(degrees):
    pytest.importorskip("rapidocr")
    from PIL import Image

    upright = Image.open(io.BytesIO(papers.picture(NOTICE)))
    packed = io.BytesIO()
    upright.rotate(degrees, expand=True, fillcolor="white").save(packed, "PNG")
    clauses, doubts = read(packed.getvalue(), "a.png")
    assert [clause for clause, _ in clauses] == [clause for clause, _ in CLAUSES]
    assert doubts == ("scanned",)
