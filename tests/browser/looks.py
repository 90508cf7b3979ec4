"""Scripts that look at how a page stands in its window."""

#: Makes the words a third longer than English, with marks above the letters.
PSEUDO = """() => {
    const longer = {a:'áà', e:'éè', i:'íì', o:'óò', u:'úù', A:'Á', E:'É', I:'Í', O:'Ó', U:'Ú'};
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode;
        if (text.data.trim()) text.data = text.data.replace(/[aeiouAEIOU]/g, c => longer[c]);
    }
}"""

#: The elements whose words do not fit in them. A map is a window on something greater, and words scroll in a field.
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(e => {
    const s = getComputedStyle(e);
    if (!['hidden', 'clip'].includes(s.overflowX) && !['hidden', 'clip'].includes(s.overflowY)) return false;
    if (e.closest('.visually-hidden, svg, progress, .map__canvas, input, textarea, select')) return false;
    return e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
}).map(e => e.outerHTML.slice(0, 150))"""
