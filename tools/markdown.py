"""The few things of Markdown that the checks read: links, headings, fenced blocks."""
import re
from dataclasses import dataclass

LINK = re.compile(r'(?<!!)\[[^\]]*\]\(([^)\s]+)\)')
FENCE = re.compile(r'^(`{3,})([^\n`]*)\n(.*?)^\1\s*$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    line: int
    info: str  # What follows the backticks, as in ```yaml app
    text: str


def blocks(text):
    return [Block(text.count('\n', 0, found.start()) + 1, found.group(2).strip(), found.group(3))
            for found in FENCE.finditer(text)]


def prose(text):
    """Without fenced blocks and code spans."""
    return re.sub(r'`[^`\n]*`', '', FENCE.sub('', text))


def links(text):
    return LINK.findall(prose(text))


def anchors(text):
    """What #fragments a page answers to, as GitHub makes them."""
    found = set()
    for heading in re.findall(r'^#+\s+(.*?)\s*$', FENCE.sub('', text), re.MULTILINE):
        slug = re.sub(r'[^\w\- ]', '', heading.replace('`', '').lower()).replace(' ', '-')
        found.add(slug)
    return found
