// The arrow keys on the contact sheet.

/** The cell beside, above or below another as the sheet lies on the screen, or null. */
function neighbour(cell, key) {
    const thumbs = [...sheet.querySelectorAll('.thumb')].map((element) => ({ element, box: element.getBoundingClientRect() }));
    const at = thumbs.findIndex(({ element }) => Number(element.dataset.cell) === cell.index);
    if (at < 0) return null;
    const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: thumbs.length - 1 };
    const to = key in places ? thumbs[places[key]] : aboveOrBelow(thumbs, thumbs[at].box, key === 'ArrowDown' ? 1 : -1);
    return to ? cells[Number(to.element.dataset.cell)] : null;
}

function aboveOrBelow(thumbs, from, direction) {
    const distance = ({ box }) => Math.abs(box.top - from.top) * 4 + Math.abs(box.left - from.left);
    return thumbs.filter(({ box }) => (box.top - from.top) * direction > 4).sort((a, b) => distance(a) - distance(b))[0];
}

const thumbOf = (cell) => sheet.querySelector(`.thumb[data-cell="${cell.index}"]`);

function focusThumb(cell) {
    const target = thumbOf(cell);
    if (!target) return;
    sheet.querySelectorAll('.thumb[tabindex="0"]').forEach((thumb) => {
        thumb.tabIndex = -1;
    });
    target.tabIndex = 0;
    target.focus();
}

const moveKeys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];
sheet.addEventListener('keydown', (event) => {
    const from = event.target.closest?.('.thumb');
    if (!from || !moveKeys.includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = neighbour(cells[Number(from.dataset.cell)], event.key);
    if (to) focusThumb(to);
});
